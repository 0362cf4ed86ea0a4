// The sheets themselves: which picture on a sheet one looks at, and what is drawn.

const REAL = "real"; // as a sheet's key

class Sheets extends Playing {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.className = "frame";
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    const root = holder.querySelector(".sheets");
    const view = new View(root);
    super(root, view, new Painter(view.canvas));
    this.closer = new Closer(root);
    this.pinned = 0; // the place on the sheet that was pressed last
    wire(this);
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  outline({ run, size, samples, columns }) { return [run, size, samples, columns].join(); }

  open(about) {
    this.reel = new Reel(about);
    this.closer.begin();
    this.given = false;
    this.hovered = null;
    this.pinned = Math.min(this.pinned, about.samples - 1);
  }

  speaks(words) { this.say = new SheetSay(words); }

  // Picture ----------------------------------------------------------------------------------------------------------

  /** Put on the canvas what is to be seen; while that is still being decoded, the old picture stays. */
  paint() {
    const { reel, view, painter } = this;
    view.point(this);
    if (!reel.size) {
      if (this.stale) painter.blank(reel);
      return this.count();
    }
    const { index } = this;
    const key = this.given ? REAL : index;
    const picture = this.decoder.get(key, this.given ? reel.given : reel.frame(index).bytes, true);
    if (picture) this.#put(key, picture);
    if (index !== this.placed) view.place(this, index);
    this.placed = index;
    this.closer.follow(this.picked, index, reel, this.say, (at) => this.decoder.get(at, reel.frame(at).bytes, false));
  }

  #put(key, picture) {
    const { reel, view } = this;
    if (key !== this.key || this.stale) {
      this.painter.draw(picture, reel);
      this.count();
    }
    if (key !== this.told) view.tell(this, key === REAL ? this.index : key);
    this.key = this.told = key;
    this.closer.show(picture, key, this.picked, reel, this.say);
  }

  /** A picture is ready. It may no longer be the one that is wanted, but it is nearer to that than the one on stage. */
  arrived(key, urgent) {
    if (urgent && (key === REAL) === this.given && this.painter.width) this.#put(key, this.decoder.get(key));
    this.refresh();
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  get picked() { return this.hovered ?? this.pinned; }

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
}
