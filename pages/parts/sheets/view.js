// Everything around the sheets: labels, names above the columns, the sentence for those who cannot see them.

const KEYS = "Sheet of pictures. Space plays and pauses, left and right step, Home and End jump, R shows real "
  + "pictures, Shift and arrows choose a picture.";

export class SheetSay extends ReelSay {
  /** “Picture 12, Ankle boot”. */
  picture(place, reel) {
    const values = { number: this.number(place + 1, "whole"), class: reel.classOf(place) };
    return values.class ? this.w("Picture {number}, {class}", values) : this.w("Picture {number}", values);
  }

  /** The sheet for those who cannot see it. */
  sheet(frame, reel, real) {
    const count = this.number(reel.samples, "whole");
    const classes = reel.heads.length && this.w("Columns: {classes}.", { classes: reel.about.classes.join(", ") });
    const said = real
      ? [this.w("{count} real pictures.", { count }), classes]
      : [this.step(frame, reel.about), this.w("{count} pictures made by G.", { count }), classes];
    return said.filter(Boolean).join(" ");
  }
}

export class View extends BarView {
  constructor(root) {
    super(root);
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      ring: part(".ring"), heads: part(".heads"), maker: part(".maker"), large: part(".large"), moments: part(".moments"),
    });
  }

  label(sheets) {
    super.label(sheets);
    const { reel, say, given } = sheets;
    const { about } = reel;
    this.stage.setAttribute("aria-label", say.w(KEYS));
    this.moments.setAttribute("aria-label", say.w("The same noise through time"));
    this.given.title = say.w("Real pictures instead of G's, while held or until pressed again");
    this.maker.textContent = say.w(given ? "Real pictures" : "Made by G");
    this.waiting.textContent = say.note(about);
    this.waiting.hidden = reel.size > 0 || !this.waiting.textContent;
    if (!reel.size) {
      this.canvas.setAttribute("aria-label", this.waiting.textContent || say.w("Made by G"));
      this.step.textContent = "";
    }
    this.root.style.setProperty("--shape", reel.columns / reel.rows);
    this.root.style.setProperty("--columns", reel.columns);
    this.root.style.setProperty("--longest", `${say.at(about.steps, about.steps).length}ch`);
    this.#name(reel.heads);
  }

  #name(heads) {
    this.heads.hidden = heads.length === 0;
    if (this.named === heads.join()) return;
    this.named = heads.join();
    this.heads.replaceChildren(...heads.map((text) => {
      const head = document.createElement("span");
      head.textContent = head.title = text;
      return head;
    }));
  }

  /** The sheet that is shown: its step, its place, its sentence. */
  tell(sheets, index) {
    const { reel, say, given } = sheets;
    const frame = reel.frame(index);
    this.step.textContent = say.at(frame.step, reel.about.steps);
    this.happened(sheets, given ? null : index);
    this.canvas.setAttribute("aria-label", say.sheet(frame, reel, given));
    Object.assign(this.root.dataset, { shown: index, step: frame.step });
  }

  /** Ring the picture that one looks at more closely. */
  point({ reel, say, picked }) {
    this.ring.hidden = reel.size === 0;
    this.ring.style.setProperty("--column", picked % reel.columns);
    this.ring.style.setProperty("--row", Math.floor(picked / reel.columns));
    this.large.setAttribute("aria-label", say.picture(picked, reel));
    this.root.dataset.picked = picked;
  }
}
