// The bar below the pictures, and what is said in words: labels, marks, the spoken sentence.

const SETTLE = 300; // milliseconds that a visitor must have stopped before the sentence is spoken
const PILLS = { paused: "Paused", failed: "Failed" };

export class ReelSay extends Say {
  /** “Step 1,200 of 4,000”. */
  at(step, steps) {
    return this.w("Step {step} of {steps}", { step: this.number(step, "whole"), steps: this.number(steps, "whole") });
  }

  /** What there is to read while there are no pictures. */
  note({ note, waits }) {
    return note ?? this.w(waits ? "Waiting for a worker" : "Loading pictures");
  }
}

export class BarView {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      stage: part(".stage"), canvas: part(".stage canvas"), waiting: part(".waiting"), pill: part(".pill"),
      play: part(".play"), scrub: part(".scrub"), marks: part(".marks"), step: part(".step"), event: part(".event"),
      live: part(".live"), given: part(".given"), spoken: part(".spoken"),
      words: [...root.querySelectorAll("[data-word]")],
    });
  }

  /** All that changes with a message or a press, but not with each picture. */
  label({ reel, say, mode, given }) {
    const { about } = reel;
    for (const element of this.words) element.textContent = say.w(element.dataset.word);
    this.scrub.setAttribute("aria-label", say.w("Position"));
    this.play.title = this.play.ariaLabel = say.w(mode === "still" ? "Play" : "Pause");
    const pill = about.waits ? "Waiting" : PILLS[about.status];
    this.pill.hidden = !reel.size || !pill;
    this.pill.textContent = say.w(pill ?? "");
    this.play.disabled = this.scrub.disabled = reel.size < 2;
    this.given.disabled = !reel.given;
    this.given.ariaPressed = given;
    this.live.hidden = !reel.running;
    this.live.ariaPressed = mode === "following";
    if (!this.held) this.scrub.max = reel.newest; // under a finger it stays as it is
    this.#mark(this.marksOf({ reel, say }), reel.newest);
    const { run, status } = about;
    Object.assign(this.root.dataset, { run, status, mode, given, frames: reel.size, live: mode === "following" });
  }

  /** What is marked on the track: {index, text}, and perhaps its kind, as a class. */
  marksOf({ reel }) { return reel.marks; }

  #mark(marks, newest) {
    const key = JSON.stringify([marks, newest]);
    if (this.marked === key) return;
    this.marked = key;
    this.marks.replaceChildren(...marks.map(({ index, text, kind = "" }) => {
      const mark = document.createElement("span");
      mark.className = `mark ${kind}`;
      mark.title = text;
      mark.dataset.index = index;
      mark.style.setProperty("--at", index / Math.max(1, newest));
      return mark;
    }));
  }

  /** Where the clock stands. */
  place({ reel, say }, index) {
    this.scrub.value = index;
    this.scrub.setAttribute("aria-valuetext", say.step(reel.frame(index), reel.about));
    this.root.style.setProperty("--at", `${(100 * index) / Math.max(1, Number(this.scrub.max))}%`);
  }

  /** What was changed just before that picture. */
  happened({ reel }, index) {
    this.event.textContent = reel.marks.filter((mark) => mark.index === index).map(({ text }) => text).join(", ");
  }

  /** Tell a screen reader what is seen, once the visitor has stopped. */
  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = this.canvas.getAttribute("aria-label"); }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
