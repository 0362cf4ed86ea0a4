// The sheets of one run, and what is where on a sheet.

const MOMENTS = 8; // of one noise's history
const EARLY = 1.8; // power by which they crowd at the beginning, where most changes
const GROWN = 1.15; // times as many sheets, before other moments are chosen

export class Reel extends Pictures {
  constructor(about) {
    super(about);
    this.chosen = [];
  }

  get samples() { return this.about.samples; }

  /** Pictures side by side on screen: as many as on the sheet, or a multiple where a sheet of few classes is tall. */
  get columns() {
    const { columns } = this.about;
    return columns * Math.max(1, Math.round(Math.sqrt(this.samples) / columns));
  }

  get rows() { return Math.ceil(this.samples / this.columns); }

  add(message) {
    super.add(message);
    const { real } = message.tensors;
    if (real) this.given = real.data;
  }

  /** Where on a sheet, in its pixels, the picture at that place lies: [left, top]. */
  corner(place) {
    const { columns, size } = this.about;
    return [(place % columns) * size, Math.floor(place / columns) * size];
  }

  /** The class of the picture at that place; nothing where G is not told any. */
  classOf(place) {
    const { classes, conditional } = this.about;
    return conditional ? classes[place % classes.length] : undefined;
  }

  /** The names above the columns; none where a column is no class. */
  get heads() {
    const { classes, conditional, columns } = this.about;
    if (!conditional || columns !== classes.length) return [];
    return Array.from({ length: this.columns }, (_, column) => classes[column % columns]);
  }

  /** Some indices from the first to the newest. They stay the same until there is much more to choose from. */
  get moments() {
    const { newest, indices } = this;
    const before = this.chosen.at(-1) ?? -1;
    if (newest < before || newest > GROWN * before) {
      const parts = Array.from({ length: MOMENTS }, (_, i) => (i / (MOMENTS - 1)) ** EARLY);
      this.chosen = [...new Set(parts.map((part) => this.nearest(part * newest)))];
    }
    return indices.length ? [...new Set([...this.chosen.slice(0, -1), newest])] : [];
  }
}
