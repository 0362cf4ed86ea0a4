// What is said around a board that a visitor draws on: its tools, what can be done, the spoken sentence.

const SETTLE = 250; // milliseconds that a visitor must have stopped before the sentence is spoken

export class BoardTeller {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      canvas: part("canvas"), hint: part(".hint"), spoken: part(".spoken"), undo: part(".undo"), clear: part(".clear"),
      toolButtons: [...root.querySelectorAll("[data-tool]")],
      words: [...root.querySelectorAll("[data-word]")],
      named: [...root.querySelectorAll("[data-name]")],
    });
  }

  /** `words` in the page's language; `keys`: what the board is called, and what keys do on it. */
  speaks(words, keys) {
    this.say = new Say(words);
    for (const element of this.words) element.textContent = this.say.w(element.dataset.word);
    for (const element of this.named) {
      element.setAttribute("aria-label", this.say.w(element.dataset.name));
      if (element.tagName === "BUTTON") element.title = this.say.w(element.dataset.name);
    }
    this.canvas.setAttribute("aria-label", this.say.w(keys));
  }

  /** The tool in hand, whether the board is empty, and what can be undone. */
  label({ tool, empty, past }) {
    this.hint.hidden = !empty;
    for (const button of this.toolButtons) button.setAttribute("aria-pressed", button.dataset.tool === tool);
    this.undo.setAttribute("aria-disabled", past.length === 0);
    this.clear.setAttribute("aria-disabled", empty);
    this.root.dataset.tool = tool;
  }

  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence; }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
