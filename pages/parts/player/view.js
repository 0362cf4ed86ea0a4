// Everything around the picture: labels, numbers, the scrub bar's look, the spoken sentence, and the theme's colours.

const SPEAK = 4000; // milliseconds between two spoken sentences while something moves
const SETTLE = 250; // milliseconds that a visitor must have stopped before the sentence is spoken
const PILLS = { paused: "Paused", finished: "Finished", failed: "Failed" };
const KEYS = "Player. Space plays and pauses, left and right step, Home and End jump, plus and minus change the speed.";

class View {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      stage: part(".stage"), canvas: part("canvas"), pill: part(".pill"), waiting: part(".waiting"),
      scrub: part(".scrub"), back: part(".back"), play: part(".play"), forth: part(".forth"), speed: part(".speed"),
      live: part(".live"), modes: part(".of-modes"), note: part(".note"), spoken: part(".spoken"),
      chips: [...root.querySelectorAll("[data-switch]")],
      numbers: [...root.querySelectorAll("[data-number]")],
      words: [...root.querySelectorAll("[data-word]")],
    });
    this.spokenAt = 0;
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
    const colours = { background, ink: rgb("--st-text-color"), real: rgb("--real"), fake: rgb("--fake") };
    return { colours, font: style.fontFamily, key: JSON.stringify([colours, style.fontFamily]) };
  }

  /** All that changes with a message or a press, but not with each frame. */
  label({ film, say, mode, settings, running }) {
    const { about } = film;
    const w = (english) => say.w(english);
    const name = (element, text) => {
      element.setAttribute("aria-label", text);
      element.title = text;
    };
    for (const element of this.words) element.textContent = w(element.dataset.word);
    name(this.back, w("Previous frame"));
    name(this.forth, w("Next frame"));
    name(this.play, w(mode === "still" ? "Play" : "Pause"));
    name(this.stage, w(KEYS));
    this.speed.setAttribute("aria-label", w("Speed"));
    this.scrub.setAttribute("aria-label", w("Position"));
    if (!film.size) this.canvas.setAttribute("aria-label", w("No frame yet."));

    for (const element of [this.back, this.play, this.forth, this.scrub]) element.disabled = film.size < 2;
    this.speed.value = settings.speed;
    this.live.hidden = !running;
    this.live.setAttribute("aria-pressed", mode === "following");
    for (const chip of this.chips) chip.setAttribute("aria-pressed", settings[chip.dataset.switch]);
    this.note.hidden = !settings.arrows;
    this.modes.hidden = film.modes === 0;
    this.waiting.hidden = film.size > 0;
    this.waiting.textContent = w("Waiting for the first frame");
    this.pill.hidden = !film.size || !(about.status in PILLS) || Boolean(about.loop);
    this.pill.textContent = w(PILLS[about.status] ?? "");

    this.scrub.max = Math.max(film.newest, (about.total ?? 1) - 1);
    this.scrub.style.setProperty("--have", this.#share(film.newest));
    const status = film.size ? about.status : "waiting";
    Object.assign(this.root.dataset, { run: about.run, status, mode, frames: film.size });
  }

  /** The frame that is shown: its numbers, its sentence, its place. */
  tell(shown, film, say) {
    const frame = film.frames.get(shown);
    const numbers = say.readout(frame, film.modes);
    for (const cell of this.numbers) cell.textContent = numbers[cell.dataset.number];
    this.canvas.setAttribute("aria-label", say.picture(frame, film.about, film.modes));
    this.scrub.value = shown;
    this.scrub.setAttribute("aria-valuetext", say.step(frame, film.about));
    this.scrub.style.setProperty("--at", this.#share(shown));
    Object.assign(this.root.dataset, { shown, step: frame.step });
    this.speak(false);
  }

  #share(index) { return `${(100 * index) / Math.max(1, Number(this.scrub.max))}%`; }

  /** Tell a screen reader what is seen: at once when the visitor has stopped, otherwise now and then. */
  speak(now) {
    if (this.speaking && !now) return;
    clearTimeout(this.speaking);
    const wait = now ? SETTLE : Math.max(SETTLE, SPEAK - (performance.now() - this.spokenAt));
    this.speaking = setTimeout(() => {
      this.speaking = null;
      this.spokenAt = performance.now();
      const sentence = this.canvas.getAttribute("aria-label");
      if (this.spoken.textContent !== sentence) this.spoken.textContent = sentence;
    }, wait);
  }

  hush() {
    clearTimeout(this.speaking);
    this.speaking = null;
  }
}
