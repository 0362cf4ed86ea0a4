// Tiles that have come, decoded: the newest lies on top, and older ones where it does not reach.

const KEPT = 8;

/** A square of the plane with its pictures, row by row from the top left. */
export class Tile {
  constructor(picture, { x, y, extent }, { norms, classes, sure }) {
    Object.assign(this, { picture, x, y, extent, norms: norms.data, side: norms.shape[0] });
    this.step = (2 * extent) / this.side; // from one picture to the next
    this.pixels = picture.width / this.side; // along a picture
    if (!classes) return;
    Object.assign(this, { classes: classes.data, sure: sure.data });
    Object.assign(this, { borders: borders(this), names: names(this) });
  }

  cell(column, row) {
    const at = row * this.side + column;
    return {
      tile: this, column, row, class: this.classes?.[at], sure: this.sure?.[at],
      x: neat(this.x - this.extent + (column + 0.5) * this.step),
      y: neat(this.y + this.extent - (row + 0.5) * this.step),
    };
  }

  /** The picture that covers a place, if there is one. */
  at(place) {
    const [column, row] = partsAt(this, place).map((part) => Math.floor(part * this.side));
    return [column, row].every((at) => at >= 0 && at < this.side) ? this.cell(column, row) : undefined;
  }
}

export class Tiles {
  constructor() { this.all = []; } // the newest last

  get newest() { return this.all.at(-1); }

  add(tile) {
    const again = this.all.findIndex((old) => alike(old, tile));
    if (again >= 0) this.all.splice(again, 1)[0].picture.close();
    this.all.push(tile);
    if (this.all.length > KEPT) this.all.shift().picture.close();
  }

  clear() {
    for (const { picture } of this.all) picture.close();
    this.all = [];
  }

  /** The picture that is seen at a place, if there is one. */
  at(place) { return this.all.map((tile) => tile.at(place)).filter(Boolean).at(-1); }
}
