// The easel itself: what lies on it, where the divider stands, and what Python is told of the preview one looks at.

const SETTLED = 300; // milliseconds that a visitor must have stopped before Python hears of it
const NOTHING_EARLIER = "";
const EDGE = 0.005; // of the width: nearer to an edge than this, the divider is at the edge

class Easel extends Playing {
  pixels = 6e6; // some seconds of playing: previews are large, and seldom looked at twice

  constructor(parent) {
    const holder = document.createElement("div");
    holder.className = "frame";
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    const root = holder.querySelector(".easel");
    const view = new View(root);
    super(root, view, new Painter(view.canvas));
    this.sources = new Sources(root.querySelector(".sources"), () => {
      this.stale = true;
      this.refresh();
    });
    this.seen = this.heard = NOTHING_EARLIER; // which preview, and which of those Python has heard of
    this.wiped = 0; // how much of the width shows the content
    wire(this);
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  outline({ run, width, height }) { return [run, width, height].join(); }

  open(about) {
    this.reel = new Paintings(about);
    this.given = false;
  }

  speaks(words) {
    this.say = new EaselSay(words);
    this.sources.show(this.reel, this.say);
  }

  // Picture ----------------------------------------------------------------------------------------------------------

  /** Put on the canvas what is to be seen; while that is still being decoded, the old picture stays. */
  paint() {
    const { reel, view } = this;
    if (!reel.size) return this.#begin();
    const { index } = this;
    const picture = this.decoder.get(index, reel.frame(index).bytes, true);
    if (picture) this.#put(index, picture);
    if (index !== this.placed) view.place(this, index);
    this.placed = index;
  }

  /** No preview yet: the content, or where there will be something. */
  #begin() {
    const { reel, painter, sources } = this;
    if (!this.stale) return;
    if (!reel.given) painter.blank(reel.shape);
    else if (sources.content) painter.draw(sources.content, null, 0, reel.shape);
    else return; // it will be called again
    this.count();
  }

  #put(index, picture) {
    const { reel, view, painter, sources } = this;
    const wipe = this.given ? 1 : this.wiped;
    const key = `${index}/${wipe}`;
    if (key !== this.key || this.stale) {
      painter.draw(picture, sources.content, wipe, reel.shape);
      this.count();
    }
    if (index !== this.told) view.tell(this, index);
    this.key = key;
    this.told = index;
  }

  /** A preview is ready. It may no longer be the one that is wanted, but it is nearer to that than the one on stage. */
  arrived(index, urgent) {
    if (urgent && this.painter.width) this.#put(index, this.decoder.get(index));
    this.refresh();
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  /** Show the content up to that part of the width. */
  wipe(part) {
    const within = Math.max(0, Math.min(part, 1));
    this.wiped = within < EDGE ? 0 : within > 1 - EDGE ? 1 : within;
    this.view.wipe(this);
    this.refresh();
  }

  changed() {
    super.changed();
    this.#settle();
  }

  /**
   * Tell Python which earlier preview the visitor looks at, once nothing moves; nothing while one follows the run or
   * looks at the last of it.
   */
  #settle() {
    const { reel, index, mode, view } = this;
    const { run } = reel.about;
    const earlier = reel.size > 0 && mode === "still" && (reel.running || index !== reel.newest);
    const step = earlier ? reel.frame(index).step : null;
    const seen = mode === "playing" || view.held ? this.heard : earlier ? `${run}/${step}` : NOTHING_EARLIER;
    if (seen === this.seen) return; // else each message of a live run would put it off
    this.seen = seen;
    clearTimeout(this.settling);
    if (seen === this.heard) return;
    this.settling = setTimeout(() => {
      this.heard = seen;
      this.settle({ run, step });
    }, SETTLED);
  }

  sleep() {
    super.sleep();
    clearTimeout(this.settling);
    this.seen = this.heard; // what was not told yet is told after it wakes
  }
}
