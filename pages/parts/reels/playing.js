// A run's pictures on a clock: which of them is shown, what moves on, and when to draw. A part that extends this has
//
// - view, a BarView, and painter, with resize(width, ratio) and look(colours);
// - outline(about): a text that is another one when the film is; open(about): makes `reel` for it, Pictures, which may
//   have `given`, a picture that training was given, to be compared with those that it makes;
// - speaks(words);
// - paint(): puts on screen what is to be seen, if it is decoded; arrived(key, urgent): a picture is;
// - perhaps pixels: of the decoded pictures that are kept.

const SPAN = 12; // seconds that a whole film lasts
const [SLOWEST, FASTEST] = [4, 20]; // pictures a second
const REST = 1500; // milliseconds that a film stays on its last picture before it begins again
const FOLLOW = 0.35; // seconds in which several new pictures of a live run are shown, before the next ones come
const BEHIND = 8; // pictures; whoever is further behind a live run jumps
const DENSEST = 2; // device pixels in a CSS pixel: more cost time and are not seen

export class Playing {
  constructor(root, view, painter) {
    Object.assign(this, { root, view, painter });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)"); // then a live run jumps
    this.mode = "still"; // or "playing", or "following" the newest picture of a run
    this.given = false; // whether the given picture is shown
    this.drawn = this.asked = 0;
    this.asking = new Asking(() => {
      this.root.dataset.asked = ++this.asked;
      this.ask();
    });
    this.sizes = new ResizeObserver(() => {
      if (this.painter.resize(this.view.stage.clientWidth, Math.min(DENSEST, devicePixelRatio))) this.stale = true;
      this.refresh();
    });
    this.visibility = () => this.refresh();
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  receive(bytes) {
    const message = readSafetensors(bytes);
    const { about } = message;
    if (this.outline(about) !== this.opened) this.#open(about); // another run, or its header has come
    const { reel } = this;
    const before = { ran: reel.running, atNewest: this.atNewest, empty: reel.size === 0 };
    reel.add(message);
    this.speaks(about.words);
    if (before.empty) {
      this.position = reel.newest;
      this.mode = reel.running ? "following" : "still";
    } else if (reel.running && !before.ran && before.atNewest) this.mode = "following"; // taken up again
    const behind = reel.newest - this.position;
    if (this.mode === "following" && (behind <= 1 || behind > BEHIND || this.calm.matches)) this.position = reel.newest;
    this.hurry = (reel.newest - this.position) / FOLLOW;
    this.asking.heed(reel);
    const { colours, key } = themeOf(this.root);
    if (key !== this.theme) {
      this.painter.look(colours);
      this.stale = true;
    }
    this.theme = key;
    this.changed();
  }

  #open(about) {
    this.opened = this.outline(about);
    this.decoder?.close();
    this.decoder = new Decoder((key, urgent) => this.arrived(key, urgent), this.pixels);
    this.asking.begin();
    this.position = 0;
    this.stale = true;
    this.open(about);
  }

  // Motion -----------------------------------------------------------------------------------------------------------

  get atNewest() { return this.position >= this.reel.newest; }
  get index() { return this.reel.nearest(Math.round(this.position)); }
  get moves() { return (this.mode === "playing" && !this.resting) || (this.mode === "following" && !this.atNewest); }

  /** Draw soon, and go on as long as something moves. */
  refresh() {
    if (this.request || !this.reel || document.hidden || !this.painter.width) return;
    this.request = requestAnimationFrame((now) => {
      this.request = null;
      this.#advance(this.last ? Math.min((now - this.last) / 1000, 0.1) : 0);
      this.paint();
      this.last = this.moves ? now : null;
      if (this.moves) this.refresh();
    });
  }

  #advance(seconds) {
    const { reel } = this;
    if (this.mode === "following") {
      this.position = Math.min(reel.newest, this.position + this.hurry * seconds);
      if (this.atNewest && !reel.running) this.go("still");
    } else if (this.mode === "playing" && !this.resting) {
      const rate = Math.max(SLOWEST, Math.min(FASTEST, reel.size / SPAN));
      this.position = Math.min(reel.newest, this.position + rate * seconds);
      if (!this.atNewest) return;
      if (reel.running) this.go("following");
      else {
        this.resting = setTimeout(() => {
          this.resting = null;
          this.position = reel.first;
          this.refresh();
        }, REST);
      }
    }
  }

  /** Something was drawn that was not there before. */
  count() {
    this.stale = false;
    this.root.dataset.drawn = ++this.drawn;
  }

  /** Labels and picture anew. */
  changed() {
    this.placed = this.told = null;
    this.view.label(this);
    this.refresh();
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  go(mode) {
    clearTimeout(this.resting);
    this.resting = null;
    this.mode = mode;
    this.changed();
  }

  toggle() {
    const { reel } = this;
    if (reel.size < 2) return;
    if (this.mode !== "still") return this.seek(this.index);
    if (this.atNewest) this.position = reel.first;
    this.show(false);
    this.go("playing");
  }

  seek(position) {
    const { reel, view } = this;
    if (!reel.size) return;
    this.position = Math.max(reel.first, Math.min(position, reel.newest));
    this.go("still");
    view.speak();
  }

  /** Dragged there: at the very end of a live run one follows it again. */
  scrub(position) {
    this.seek(position);
    if (this.reel.running && position >= Number(this.view.scrub.max)) this.jumpToNewest();
  }

  step(by) { if (this.reel.size) this.seek(this.reel.neighbour(this.position, by)); }

  jumpToNewest() {
    this.seek(this.reel.newest);
    if (this.reel.running) this.go("following");
  }

  /** The given picture in place of a made one, or the made one again. */
  show(given) {
    this.given = given && Boolean(this.reel.given);
    this.changed();
    this.view.speak();
  }

  // Coming and going -------------------------------------------------------------------------------------------------

  wake() {
    this.sizes.observe(this.view.stage);
    document.addEventListener("visibilitychange", this.visibility);
  }

  /** Streamlit lets go of the part, perhaps for a moment only: stand still, but forget nothing. */
  sleep() {
    this.sizes.disconnect();
    document.removeEventListener("visibilitychange", this.visibility);
    clearTimeout(this.resting);
    this.resting = null;
    this.view.hush();
    this.asking.forget();
    cancelAnimationFrame(this.request);
    this.request = this.last = null;
  }
}
