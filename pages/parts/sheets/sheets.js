// The sheets themselves: keep a reel and a position in it, know what moves, draw when something changed.

const SPAN = 12; // seconds that a whole film lasts
const [SLOWEST, FASTEST] = [4, 20]; // sheets a second
const REST = 1500; // milliseconds that a film stays on its last sheet before it begins again
const FOLLOW = 0.35; // seconds in which several new sheets of a live run are shown, before the next ones come
const BEHIND = 8; // sheets; whoever is further behind a live run jumps
const DENSEST = 2; // device pixels in a CSS pixel: more cost time and are not seen
const REAL = "real"; // as a sheet's key

class Sheets {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.className = "frame";
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    this.root = holder.querySelector(".sheets");
    this.view = new View(this.root);
    this.painter = new Painter(this.view.canvas);
    this.closer = new Closer(this.root);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)"); // then a live run jumps
    this.mode = "still"; // or "playing", or "following" the newest sheet of a run
    this.real = false; // whether real pictures stand in place of G's
    this.pinned = 0; // the place on the sheet that was pressed last
    this.drawn = this.asked = 0;
    this.asking = new Asking(() => {
      this.root.dataset.asked = ++this.asked;
      this.ask();
    });
    wire(this);
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
    const outline = [about.run, about.size, about.samples, about.columns].join();
    if (outline !== this.outline) this.#begin(about); // another run, or its header has come
    this.outline = outline;
    const { reel } = this;
    const before = { ran: reel.running, atNewest: this.atNewest, empty: reel.size === 0 };
    reel.add(message);
    this.say = new SheetSay(about.words);
    if (before.empty) {
      this.position = reel.newest;
      this.mode = reel.running ? "following" : "still";
    } else if (reel.running && !before.ran && before.atNewest) this.mode = "following"; // taken up again
    const behind = reel.newest - this.position;
    if (this.mode === "following" && (behind <= 1 || behind > BEHIND || this.calm.matches)) this.position = reel.newest;
    this.hurry = (reel.newest - this.position) / FOLLOW;
    this.asking.heed(reel);
    const { colours, key } = themeOf(this.root);
    if (key !== this.look) {
      this.painter.look(colours);
      this.stale = true;
    }
    this.look = key;
    this.changed();
  }

  #begin(about) {
    this.decoder?.close();
    this.reel = new Reel(about);
    this.decoder = new Decoder((key, urgent) => this.#arrived(key, urgent));
    this.closer.begin();
    this.asking.begin();
    this.position = 0;
    this.real = false;
    this.hovered = this.hold = null;
    this.pinned = Math.min(this.pinned, about.samples - 1);
    this.stale = true;
  }

  // Motion -----------------------------------------------------------------------------------------------------------

  get atNewest() { return this.position >= this.reel.newest; }
  get index() { return this.reel.nearest(Math.round(this.position)); }
  get picked() { return this.hovered ?? this.pinned; }
  get moves() { return (this.mode === "playing" && !this.resting) || (this.mode === "following" && !this.atNewest); }

  /** Draw soon, and go on as long as something moves. */
  refresh() {
    if (this.request || !this.reel || document.hidden || !this.painter.width) return;
    this.request = requestAnimationFrame((now) => {
      this.request = null;
      this.#advance(this.last ? Math.min((now - this.last) / 1000, 0.1) : 0);
      this.#paint();
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

  /** Put on the canvas what is to be seen; while that is still being decoded, the old picture stays. */
  #paint() {
    const { reel, view, painter } = this;
    view.point(this);
    if (!reel.size) {
      if (this.stale) painter.blank(reel);
      return this.#count();
    }
    const { index } = this;
    const key = this.real ? REAL : index;
    const picture = this.decoder.get(key, this.real ? reel.real : reel.frame(index).bytes, true);
    if (picture) this.#put(key, picture);
    if (index !== this.placed) view.place(this, index);
    this.placed = index;
    this.closer.follow(this.picked, index, reel, this.say, (at) => this.decoder.get(at, reel.frame(at).bytes, false));
  }

  #put(key, picture) {
    const { reel, view } = this;
    if (key !== this.key || this.stale) {
      this.painter.draw(picture, reel);
      this.#count();
    }
    if (key !== this.told) view.tell(this, key === REAL ? this.index : key);
    this.key = this.told = key;
    this.closer.show(picture, key, this.picked, reel, this.say);
  }

  #count() {
    this.stale = false;
    this.root.dataset.drawn = ++this.drawn;
  }

  /** A picture is ready. It may no longer be the one that is wanted, but it is nearer to that than the one on stage. */
  #arrived(key, urgent) {
    if (urgent && (key === REAL) === this.real && this.painter.width) this.#put(key, this.decoder.get(key));
    this.refresh();
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

  /** Real pictures in place of G's, or G's again. */
  show(real) {
    this.real = real && Boolean(this.reel.real);
    this.changed();
    this.view.speak();
  }

  /** The place on the sheet at that part of its width and height. */
  at(across, down) {
    const { columns, rows } = this.reel;
    const [column, row] = [Math.floor(across * columns), Math.floor(down * rows)];
    return Math.max(0, Math.min(column, columns - 1)) + columns * Math.max(0, Math.min(row, rows - 1));
  }

  /** Look at the picture there more closely for as long as one points at it; null: no longer. */
  point(place) {
    const hovered = place !== null && place < this.reel.samples ? place : null;
    if (hovered === this.hovered) return;
    this.hovered = hovered;
    this.refresh();
  }

  pick(place) {
    if (place < 0 || place >= this.reel.samples) return;
    this.pinned = place;
    this.refresh();
  }

  // Coming and going -------------------------------------------------------------------------------------------------

  wake() {
    this.sizes.observe(this.view.stage);
    document.addEventListener("visibilitychange", this.visibility);
  }

  /** Streamlit lets go of the sheets, perhaps for a moment only: stand still, but forget nothing. */
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
