// Words and numbers: everything that the player says, in the page's language.

const NOTHING = "–"; // shown for a number that does not exist (NaN)
const FORMATS = { modes: "whole", good: "share", accuracy_real: "share", accuracy_fake: "share",
  gradient_norm: "digits", discriminator_gradient_norm: "digits" }; // of metrics; the others are losses

export class Say {
  constructor(words) {
    this.words = words;
    const language = document.documentElement.lang || "en";
    this.whole = new Intl.NumberFormat(language);
    this.loss = new Intl.NumberFormat(language,
      { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative" });
    this.share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    this.digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  }

  /** A word in the page's language; `{name}` in it is filled from `values`. The English text is the key. */
  w(english, values = {}) {
    return (this.words?.[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  number(value, format) { return Number.isFinite(value) ? this[format].format(value) : NOTHING; }

  step(frame, about) {
    const step = this.number(frame.step, "whole");
    return this.w("Step {step} of {steps}.", { step, steps: this.number(about.steps, "whole") });
  }

  /** What is going on, from the numbers and nothing else; empty where the film does not say. */
  verdict(frame, film) {
    const template = film.about.verdicts?.[frame.metrics.verdict];
    if (!template) return "";
    const values = { all: this.number(film.modes, "whole"), seeds: this.number(film.seeds, "whole") };
    for (const [name, value] of Object.entries(frame.metrics)) {
      values[name] = this.number(value, FORMATS[name] ?? "loss");
    }
    return this.w(template, { ...values, loss: values.discriminator_loss });
  }

  /** A part of a step in slow motion, {title, line}; nothing in other films. */
  part(frame, film) { return film.about.slow ? film.about.parts[frame.metrics.part] : undefined; }

  /** “5/8”. */
  of(count, all) { return `${this.number(count, "whole")}/${this.number(all, "whole")}`; }

  /** One to five sentences for those who cannot see the picture. */
  picture(frame, film, covered) {
    const m = frame.metrics;
    const { title, line } = this.part(frame, film) ?? {};
    const judged = this.w("D recognises {real} of real and {fake} of fake samples.",
      { real: this.number(m.accuracy_real, "share"), fake: this.number(m.accuracy_fake, "share") });
    const [step, quality] = [this.step(frame, film.about), this.#quality(m, film, covered)];
    return [title && `${title}.`, line, step, quality, judged, this.verdict(frame, film)].filter(Boolean).join(" ");
  }

  #quality(m, film, covered) {
    const good = this.number(m.good, "share");
    if (!film.modes) return this.w("{good} of samples good.", { good });
    const values = { modes: this.number(m.modes, "whole"), all: this.number(film.modes, "whole"), good };
    if (!covered) return this.w("{modes} of {all} modes covered, {good} of samples good.", values);
    const several = { full: this.full(covered, film), seeds: this.number(film.seeds, "whole") };
    return this.w("{full} of {seeds} seeds cover all {all} modes; their median covers {modes}, {good} of samples good.",
      { ...values, ...several });
  }

  /** Of several seeds, how many cover all modes. */
  full(covered, film) { return this.number(covered.filter((count) => count === film.modes).length, "whole"); }

  /** The label of one seed's picture. */
  seed(number, count, film) {
    const seed = this.w("Seed {seed}", { seed: String(number) });
    if (!film.modes) return seed;
    const values = { modes: this.number(count, "whole"), all: this.number(film.modes, "whole") };
    return `${seed}: ${this.w("{modes} of {all} modes covered.", values)}`;
  }

  /** The numbers beside the picture. */
  readout(frame, film, covered) {
    const m = frame.metrics;
    return {
      step: this.number(frame.step, "whole"),
      full: covered ? `${this.full(covered, film)}/${this.number(film.seeds, "whole")}` : "",
      modes: this.of(m.modes, film.modes),
      good: this.number(m.good, "share"),
      d: this.number(m.discriminator_loss, "loss"),
      g: this.number(m.generator_loss, "loss"),
    };
  }

  /** What the picture's marks mean where that is not plain to see, and what to do with several pictures. */
  notes(film, settings, scenery) {
    const notes = [];
    if (scenery === "seeds") {
      const seeds = this.number(film.seeds, "whole");
      notes.push(this.w("Numbers are medians over {seeds} seeds. Press a picture to enlarge it.", { seeds }));
    }
    if (scenery !== "plane") return notes;
    if (settings.surface && settings.opinion === "best" && film.has("optimal")) {
      notes.push(this.w("Background: D*, the best answer to these fakes that any discriminator could give."));
    }
    if (settings.arrows && film.has("arrows")) {
      notes.push(this.w(settings.pull === "sigmoid" && film.has("sigmoid_arrows")
        ? "Arrows: gradient of sigmoid(D). They mislead: they shrink and grow where the pull of the loss does not."
        : "Arrow length: pull of the loss on a fake, on one scale for the whole run."));
    }
    return notes;
  }
}
