// Everything around the canvas: labels, the divider's place, the sentence for those who cannot see it.

const KEYS = "Canvas. Space plays and pauses, left and right step, Home and End jump, C shows the content.";

export class EaselSay extends ReelSay {
  /** “256 px · VGG19”. */
  painter(side, stage) {
    const px = this.w("{side} px", { side: this.number(side, "whole") });
    return stage ? `${px} · ${this.w(nameOf(stage))}` : px;
  }

  /** The canvas for those who cannot see it. */
  canvas(frame, reel) {
    const painted = this.w("The canvas, {painter}.", { painter: this.painter(frame.side, reel.stageOf(frame)) });
    return `${this.step(frame, reel.about)} ${painted}`;
  }

  given({ content, given }) {
    const credit = content ?? "";
    return given === "Style" ? this.w("The style: {credit}", { credit }) : this.w("The content: {credit}", { credit });
  }
}

export class View extends BarView {
  constructor(root) {
    super(root);
    const part = (name) => root.querySelector(name);
    Object.assign(this, { knob: part(".knob"), painter: part(".painter"), note: part(".note") });
  }

  label(easel) {
    const { given = "Content" } = easel.reel.about; // what the canvas is compared with
    const isStyle = given === "Style";
    this.given.querySelector("[data-word]").dataset.word = given;
    super.label(easel);
    const { reel, say } = easel;
    const { about } = reel;
    this.stage.setAttribute("aria-label", say.w(KEYS));
    this.given.title = isStyle
      ? say.w("The style instead of the canvas, while held or until pressed again")
      : say.w("The content instead of the canvas, while held or until pressed again");
    this.waiting.textContent = reel.running ? say.note(about) : about.note ?? this.pill.textContent;
    this.waiting.hidden = reel.size > 0 || !this.waiting.textContent;
    this.given.disabled ||= !reel.size; // it is shown as it is
    this.note.textContent = about.note ?? "";
    this.note.hidden = !reel.size || !about.note;
    if (!reel.size) {
      this.canvas.setAttribute("aria-label", reel.given ? say.given(about) : say.w("An empty canvas"));
      this.step.textContent = this.painter.textContent = this.event.textContent = "";
    }
    this.root.style.setProperty("--shape", reel.shape);
    this.wipe(easel);
  }

  marksOf({ reel, say }) { return [...reel.begins(say), ...reel.marks]; }

  /** Where the divider stands. */
  wipe({ reel, say, wiped, given }) {
    const { root, knob } = this;
    const percent = Math.round(100 * wiped);
    root.dataset.wipe = !reel.size || !reel.given || given ? "none" : wiped > 0 && wiped < 1 ? "open" : "closed";
    root.style.setProperty("--wipe", `${100 * wiped}%`);
    knob.setAttribute("aria-label", say.w("Before and after"));
    knob.ariaValueNow = percent;
    const parts = { percent, rest: 100 - percent };
    knob.setAttribute("aria-valuetext", reel.about.given === "Style"
      ? say.w("{percent} % style, {rest} % canvas", parts)
      : say.w("{percent} % content, {rest} % canvas", parts));
  }

  /** The preview that is shown: its step, its size, its sentence. */
  tell(easel, index) {
    const { reel, say, given } = easel;
    const frame = reel.frame(index);
    this.step.textContent = say.at(frame.step, reel.about.steps);
    this.painter.textContent = say.painter(frame.side, reel.stageOf(frame));
    this.happened(easel, index);
    this.canvas.setAttribute("aria-label", given ? say.given(reel.about) : say.canvas(frame, reel));
    Object.assign(this.root.dataset, { shown: index, step: frame.step });
  }
}
