// Everything around the picture: labels, counts, the spoken sentence.

const KEYS = "Drawing. Arrow keys move the cursor, with Shift in larger steps; Space sets a point, Delete erases, "
  + "Ctrl+Z undoes, Ctrl+Y redoes.";

class Teller extends BoardTeller {
  constructor(root) {
    super(root);
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      points: part(".points"), modes: part(".modes"), note: part(".note"), redo: part(".redo"),
      shapes: [...root.querySelectorAll("[data-shape]")],
    });
    const language = document.documentElement.lang || "en";
    this.place = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative" });
  }

  speaks(words) { super.speaks(words, KEYS); }

  count(size) {
    const values = { count: this.say.number(size, "whole"), most: this.say.number(DRAWING.most, "whole") };
    return this.say.w(size === 1 ? "1 point, at most {most}" : "{count} points, at most {most}", values);
  }

  #note(size) {
    if (size < DRAWING.least) return this.say.w("Draw at least ten points.");
    if (size >= DRAWING.most) return this.say.w("It is full: erase some points to draw on.");
    return this.say.w("Each island will count as one mode.");
  }

  /** What is drawn, in numbers and one sentence, and what can be done with it. */
  label({ cells, sigma, tool, past, future }) {
    const { size } = cells;
    super.label({ tool, empty: size === 0, past });
    const found = islands(cells, sigma);
    const modes = this.say.w(found === 1 ? "1 island" : "{count} islands", { count: this.say.number(found, "whole") });
    this.points.textContent = this.count(size);
    this.modes.textContent = modes;
    this.note.textContent = this.#note(size);
    this.said = `${this.count(size)}. ${modes}. ${this.note.textContent}`;
    this.redo.setAttribute("aria-disabled", future.length === 0);
    Object.assign(this.root.dataset, { count: size, islands: found, sigma });
  }

  /** Where the cursor is, whether there is a point, and how many there are. */
  where([column, row], cells) {
    const values = { x: this.place.format(toUnits(column)), y: this.place.format(toUnits(row)) };
    const here = cells.has(cellAt(column, row)) ? "x {x}, y {y}, a point" : "x {x}, y {y}";
    this.speak(`${this.say.w(here, values)}. ${this.count(cells.size)}.`);
  }
}
