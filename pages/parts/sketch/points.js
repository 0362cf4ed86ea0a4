// A drawing is a set of cells of a square of 64 by 64, in the order in which they were drawn. Its text has two letters
// a cell, column then row; row 0 is the lowest. The outermost cells lie on the square's border.

const SIDE = DRAWING.alphabet.length; // cells along each side
const CELL = (2 * DRAWING.extent) / (SIDE - 1); // distance of two neighbours, in units
const SPACING = 0.12 / CELL; // cells that a stroke goes from its last point before it lays another: each next cell gets one
const ERASER = 0.22 / CELL; // the eraser's radius in cells, about a fingertip on a phone
const LINKED = 4; // in sigma: points closer than this belong to one island

const cellAt = (column, row) => column + SIDE * row;
const columnOf = (cell) => cell % SIDE;
const rowOf = (cell) => Math.floor(cell / SIDE);
const toCells = (units) => units / CELL + (SIDE - 1) / 2;
const toUnits = (cells) => (cells - (SIDE - 1) / 2) * CELL;
const apart = (a, b) => Math.hypot(columnOf(a) - columnOf(b), rowOf(a) - rowOf(b));

const letters = (cell) => DRAWING.alphabet[columnOf(cell)] + DRAWING.alphabet[rowOf(cell)];
const encode = (cells) => [...cells].map(letters).join("");

/** The cells of a text. What cannot be read, or is too much, is left out: the page's spec says what is wrong with it. */
function decode(text) {
  const cells = new Set();
  for (let at = 0; at + 1 < text.length && cells.size < DRAWING.most; at += 2) {
    const [column, row] = [DRAWING.alphabet.indexOf(text[at]), DRAWING.alphabet.indexOf(text[at + 1])];
    if (column >= 0 && row >= 0) cells.add(cellAt(column, row));
  }
  return cells;
}

/** How many groups of points there are, linked where they are closer than 4 sigma. */
function islands(cells, sigma) {
  const reach = (LINKED * sigma) / CELL;
  const left = new Set(cells);
  let count = 0;
  for (const seed of cells) {
    if (!left.delete(seed)) continue;
    count++;
    const coast = [seed];
    while (coast.length) {
      const from = coast.pop();
      for (const cell of left) {
        if (apart(from, cell) >= reach) continue;
        left.delete(cell);
        coast.push(cell);
      }
    }
  }
  return count;
}

/**
 * Goes along a stroke in steps of an eighth of a cell, so that none is passed over, and calls `touch` for each place, in
 * cells and fractions of them.
 */
class Stroke {
  constructor(x, y) { Object.assign(this, { x, y }); }

  to(x, y, touch) {
    const [fromX, fromY] = [this.x, this.y];
    const steps = Math.max(1, Math.ceil(8 * Math.hypot(x - fromX, y - fromY)));
    for (let step = 1; step <= steps; step++) {
      touch(fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps);
    }
    Object.assign(this, { x, y });
  }
}

/** Lays points into a set of cells: one where it is pressed, and more along the way that it is dragged. */
class Pen {
  constructor(cells) { this.cells = cells; }

  press(x, y) {
    this.stroke = new Stroke(x, y);
    this.last = null;
    this.#touch(x, y);
  }

  drag(x, y) { this.stroke.to(x, y, (atX, atY) => this.#touch(atX, atY)); }

  #touch(x, y) {
    if (this.last && Math.hypot(x - this.last[0], y - this.last[1]) < SPACING) return;
    const [column, row] = [Math.round(x), Math.round(y)];
    if (Math.min(column, row) < 0 || Math.max(column, row) >= SIDE) return; // drawn beyond the border
    this.last = [column, row];
    if (this.cells.size < DRAWING.most) this.cells.add(cellAt(column, row));
  }
}

/** Takes out the cells that it passes over. */
class Eraser {
  constructor(cells) { this.cells = cells; }

  press(x, y) {
    this.stroke = new Stroke(x, y);
    this.#touch(x, y);
  }

  drag(x, y) { this.stroke.to(x, y, (atX, atY) => this.#touch(atX, atY)); }

  #touch(x, y) {
    for (const cell of this.cells) {
      if (Math.hypot(columnOf(cell) - x, rowOf(cell) - y) <= ERASER) this.cells.delete(cell);
    }
  }
}

// Drawings to begin with: dots, where every point is a mode, and lines, which are one mode as long as they hold together.
// Each is a list of strokes, a stroke a list of places in units.

const curve = (from, to, place, count = 240) =>
  Array.from({ length: count + 1 }, (_, i) => place(from + ((to - from) * i) / count));
const circle = (radius, x = 0, y = 0) => (angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
const FULL = 2 * Math.PI;
const GRID = [10, 21, 32, 43, 54].map(toUnits);

const SHAPES = {
  ring: () => curve(FULL / 24, FULL * (23 / 24), circle(2), 11).map((place) => [place]),
  grid: () => GRID.flatMap((y) => GRID.map((x) => [[x, y]])),
  heart: () => [curve(0, FULL, (angle) => [
    2.3 * Math.sin(angle) ** 3,
    0.36 + 0.144 * (13 * Math.cos(angle) - 5 * Math.cos(2 * angle) - 2 * Math.cos(3 * angle) - Math.cos(4 * angle)),
  ])],
  smiley: () => [
    curve(0, FULL, circle(2.4)),
    curve(0, FULL, circle(0.1, -0.81, 0.71)),
    curve(0, FULL, circle(0.1, 0.81, 0.71)),
    curve(FULL * (7 / 12), FULL * (11 / 12), circle(1.35)),
  ],
};

function shape(name) {
  const cells = new Set();
  const pen = new Pen(cells);
  for (const [[x, y], ...rest] of SHAPES[name]()) {
    pen.press(toCells(x), toCells(y));
    for (const [toX, toY] of rest) pen.drag(toCells(toX), toCells(toY));
  }
  return cells;
}
