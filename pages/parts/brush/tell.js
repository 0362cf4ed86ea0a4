// Everything around the picture: labels, how much is painted, the spoken sentence.

const SETTLE = 250; // milliseconds that a visitor must have stopped before the sentence is spoken
const KEYS = "Picture to paint a mask on. Arrow keys move the brush, with Shift in larger steps; Space paints, Delete "
  + "erases, Ctrl+Z undoes.";

class Teller {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      board: part(".board"), canvas: part("canvas"), hint: part(".hint"), share: part(".share"), size: part(".size"),
      spoken: part(".spoken"), undo: part(".undo"), clear: part(".clear"), invert: part(".invert"),
      toolButtons: [...root.querySelectorAll("[data-tool]")],
      words: [...root.querySelectorAll("[data-word]")],
      named: [...root.querySelectorAll("[data-name]")],
    });
  }

  speaks(words) {
    this.say = new Say(words);
    for (const element of this.words) element.textContent = this.say.w(element.dataset.word);
    for (const element of this.named) {
      element.setAttribute("aria-label", this.say.w(element.dataset.name));
      if (element.tagName === "BUTTON") element.title = this.say.w(element.dataset.name);
    }
    this.canvas.setAttribute("aria-label", this.say.w(KEYS));
  }

  /** How much is painted, and what can be done. */
  label({ mask, tool, size }) {
    const { share } = mask;
    const percent = this.say.number(share, "share");
    this.said = share ? this.say.w("{share} painted", { share: percent }) : this.say.w("Nothing is painted");
    this.share.textContent = this.said;
    this.hint.hidden = share > 0;
    for (const button of this.toolButtons) button.setAttribute("aria-pressed", button.dataset.tool === tool);
    this.undo.setAttribute("aria-disabled", mask.past.length === 0);
    this.clear.setAttribute("aria-disabled", share === 0);
    this.size.setAttribute("aria-valuetext", this.say.number(size, "share"));
    Object.assign(this.root.dataset, { painted: Math.round(1000 * share), tool });
  }

  where([across, down]) {
    this.speak(this.say.w("x {x}, y {y}", { x: this.say.number(across, "share"), y: this.say.number(down, "share") }));
  }

  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence; }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
