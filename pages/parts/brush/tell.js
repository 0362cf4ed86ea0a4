// Everything around the picture: labels, how much is painted, the spoken sentence.

const KEYS = "Picture to paint a mask on. Arrow keys move the brush, with Shift in larger steps; Space paints, Delete "
  + "erases, Ctrl+Z undoes.";

class Teller extends BoardTeller {
  constructor(root) {
    super(root);
    const part = (name) => root.querySelector(name);
    Object.assign(this, { board: part(".board"), share: part(".share"), size: part(".size"), invert: part(".invert") });
  }

  speaks(words) { super.speaks(words, KEYS); }

  /** How much is painted, and what can be done. */
  label({ mask, tool, size }) {
    const { share, past } = mask;
    super.label({ tool, empty: share === 0, past });
    const percent = this.say.number(share, "share");
    this.said = share ? this.say.w("{share} painted", { share: percent }) : this.say.w("Nothing is painted");
    this.share.textContent = this.said;
    this.size.setAttribute("aria-valuetext", this.say.number(size, "share"));
    this.root.dataset.painted = Math.round(1000 * share);
  }

  where([across, down]) {
    this.speak(this.say.w("x {x}, y {y}", { x: this.say.number(across, "share"), y: this.say.number(down, "share") }));
  }
}
