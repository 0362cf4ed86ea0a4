// Everything around the pictures: labels, the bar's look, the spoken sentence.

const SETTLE = 300; // milliseconds that a visitor must have stopped before the sentence is spoken
const PILLS = { paused: "Paused", failed: "Failed" };
const KEYS = "Sheet of pictures. Space plays and pauses, left and right step, Home and End jump, R shows real "
  + "pictures, Shift and arrows choose a picture.";

export class SheetSay extends Say {
  /** “Step 1,200 of 4,000”. */
  at(step, steps) {
    return this.w("Step {step} of {steps}", { step: this.number(step, "whole"), steps: this.number(steps, "whole") });
  }

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

  /** What there is to read while there are no pictures. */
  note({ note, waits }) {
    return note ?? this.w(waits ? "Waiting for a worker" : "Loading pictures");
  }
}

export class View {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      stage: part(".stage"), canvas: part(".sheet"), ring: part(".ring"), waiting: part(".waiting"),
      heads: part(".heads"), maker: part(".maker"), event: part(".event"), pill: part(".pill"),
      large: part(".large"), moments: part(".moments"), play: part(".play"), scrub: part(".scrub"),
      marks: part(".marks"), step: part(".step"), live: part(".live"), real: part(".bar .real"),
      spoken: part(".spoken"), words: [...root.querySelectorAll("[data-word]")],
    });
  }

  /** All that changes with a message or a press, but not with each sheet. */
  label({ reel, say, mode, real }) {
    const { about } = reel;
    for (const element of this.words) element.textContent = say.w(element.dataset.word);
    this.stage.setAttribute("aria-label", say.w(KEYS));
    this.scrub.setAttribute("aria-label", say.w("Position"));
    this.moments.setAttribute("aria-label", say.w("The same noise through time"));
    this.play.title = this.play.ariaLabel = say.w(mode === "still" ? "Play" : "Pause");
    this.real.title = say.w("Real pictures instead of G's, while held or until pressed again");
    this.maker.textContent = say.w(real ? "Real pictures" : "Made by G");
    this.waiting.textContent = say.note(about);
    this.waiting.hidden = reel.size > 0 || !this.waiting.textContent;
    if (!reel.size) {
      this.canvas.setAttribute("aria-label", this.waiting.textContent || say.w("Made by G"));
      this.step.textContent = "";
    }
    const pill = about.waits ? "Waiting" : PILLS[about.status];
    this.pill.hidden = !reel.size || !pill;
    this.pill.textContent = say.w(pill ?? "");

    this.play.disabled = this.scrub.disabled = reel.size < 2;
    this.real.disabled = !reel.real;
    this.real.ariaPressed = real;
    this.live.hidden = !reel.running;
    this.live.ariaPressed = mode === "following";
    if (!this.held) this.scrub.max = reel.newest; // under a finger it stays as it is
    this.root.style.setProperty("--shape", reel.columns / reel.rows);
    this.root.style.setProperty("--columns", reel.columns);
    this.root.style.setProperty("--longest", `${say.at(about.steps, about.steps).length}ch`);
    this.#name(reel.heads);
    this.#mark(reel);
    const { run, status } = about;
    Object.assign(this.root.dataset, { run, status, mode, real, frames: reel.size, live: mode === "following" });
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

  #mark(reel) {
    const { marks } = reel;
    const key = JSON.stringify([marks, reel.newest]);
    if (this.marked === key) return;
    this.marked = key;
    this.marks.replaceChildren(...marks.map(({ index, text }) => {
      const mark = document.createElement("span");
      mark.className = "mark";
      mark.title = text;
      mark.dataset.index = index;
      mark.style.setProperty("--at", index / Math.max(1, reel.newest));
      return mark;
    }));
  }

  /** The sheet that is shown: its step, its place, its sentence. */
  tell({ reel, say, real }, index) {
    const frame = reel.frame(index);
    this.step.textContent = say.at(frame.step, reel.about.steps);
    const changed = reel.marks.filter((mark) => mark.index === index).map(({ text }) => text);
    this.event.textContent = real ? "" : changed.join(", ");
    this.canvas.setAttribute("aria-label", say.sheet(frame, reel, real));
    Object.assign(this.root.dataset, { shown: index, step: frame.step });
  }

  /** Where the clock stands. */
  place({ reel, say }, index) {
    this.scrub.value = index;
    this.scrub.setAttribute("aria-valuetext", say.step(reel.frame(index), reel.about));
    this.root.style.setProperty("--at", `${(100 * index) / Math.max(1, Number(this.scrub.max))}%`);
  }

  /** Ring the picture that one looks at more closely. */
  point({ reel, say, picked }) {
    this.ring.hidden = reel.size === 0;
    this.ring.style.setProperty("--column", picked % reel.columns);
    this.ring.style.setProperty("--row", Math.floor(picked / reel.columns));
    this.large.setAttribute("aria-label", say.picture(picked, reel));
    this.root.dataset.picked = picked;
  }

  /** Tell a screen reader what is seen, once the visitor has stopped. */
  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = this.canvas.getAttribute("aria-label"); }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
