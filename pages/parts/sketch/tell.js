// Everything around the picture: labels, counts, the spoken sentence, and the theme's colours.

const SETTLE = 250; // milliseconds that a visitor must have stopped before the sentence is spoken
const KEYS = "Drawing. Arrow keys move the cursor, with Shift in larger steps; Space sets a point, Delete erases, "
  + "Ctrl+Z undoes, Ctrl+Y redoes.";

class Teller {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      canvas: part("canvas"), hint: part(".hint"), points: part(".points"), modes: part(".modes"), note: part(".note"),
      spoken: part(".spoken"), undo: part(".undo"), redo: part(".redo"), clear: part(".clear"), tools: part(".tools"),
      modeButtons: [...root.querySelectorAll("[data-tool]")],
      shapes: [...root.querySelectorAll("[data-shape]")],
      words: [...root.querySelectorAll("[data-word]")],
      named: [...root.querySelectorAll("[data-name]")],
    });
    const language = document.documentElement.lang || "en";
    this.whole = new Intl.NumberFormat(language);
    this.place = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative" });
  }

  /** A word in the page's language; `{name}` in it is filled from `values`. The English text is the key. */
  w(english, values = {}) {
    return (this.translated?.[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  speaks(words) {
    this.translated = words;
    for (const element of this.words) element.textContent = this.w(element.dataset.word);
    for (const element of this.named) {
      element.setAttribute("aria-label", this.w(element.dataset.name));
      if (element.tagName === "BUTTON") element.title = this.w(element.dataset.name);
    }
    this.canvas.setAttribute("aria-label", this.w(KEYS));
  }

  /** The theme's colours as [red, green, blue], and its font; `key` changes when any of them does. */
  theme() {
    const style = getComputedStyle(this.root);
    const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgb = (name) => {
      probe.fillStyle = style.getPropertyValue(name).trim();
      probe.fillRect(0, 0, 1, 1);
      return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const background = rgb("--st-background-color");
    const [r, g, b] = background;
    this.root.dataset.theme = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
    const colours = { background, ink: rgb("--st-text-color"), real: rgb("--real") };
    return { colours, font: style.fontFamily, key: JSON.stringify([colours, style.fontFamily]) };
  }

  count(size) {
    const values = { count: this.whole.format(size), most: this.whole.format(DRAWING.most) };
    return this.w(size === 1 ? "1 point, at most {most}" : "{count} points, at most {most}", values);
  }

  #note(size) {
    if (size < DRAWING.least) return this.w("Draw at least ten points.");
    if (size >= DRAWING.most) return this.w("It is full: erase some points to draw on.");
    return this.w("Each island will count as one mode.");
  }

  /** What is drawn, in numbers and one sentence, and what can be done with it. */
  label({ cells, sigma, tool, past, future }) {
    const { size } = cells;
    const found = islands(cells, sigma);
    const modes = this.w(found === 1 ? "1 island" : "{count} islands", { count: this.whole.format(found) });
    this.points.textContent = this.count(size);
    this.modes.textContent = modes;
    this.note.textContent = this.#note(size);
    this.said = `${this.count(size)}. ${modes}. ${this.note.textContent}`;
    this.hint.hidden = size > 0;
    for (const button of this.modeButtons) button.setAttribute("aria-pressed", button.dataset.tool === tool);
    this.undo.setAttribute("aria-disabled", past.length === 0);
    this.redo.setAttribute("aria-disabled", future.length === 0);
    this.clear.setAttribute("aria-disabled", size === 0);
    Object.assign(this.root.dataset, { count: size, islands: found, sigma, tool });
  }

  /** Where the cursor is, whether there is a point, and how many there are. */
  where([column, row], cells) {
    const values = { x: this.place.format(toUnits(column)), y: this.place.format(toUnits(row)) };
    const here = cells.has(cellAt(column, row)) ? "x {x}, y {y}, a point" : "x {x}, y {y}";
    this.speak(`${this.w(here, values)}. ${this.count(cells.size)}.`);
  }

  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence; }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
