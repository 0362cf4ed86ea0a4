// Words and numbers: everything that the player says, in the page's language.

const NOTHING = "–"; // shown for a number that does not exist (NaN)

export class Say {
  constructor(words) {
    this.words = words;
    const language = document.documentElement.lang || "en";
    this.whole = new Intl.NumberFormat(language);
    this.loss = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative" });
    this.share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
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

  /** One to three sentences for those who cannot see the picture. */
  picture(frame, about, modes) {
    const m = frame.metrics;
    const good = this.number(m.good, "share");
    const quality = modes
      ? this.w("{modes} of {all} modes covered, {good} of samples good.",
        { modes: this.number(m.modes, "whole"), all: this.number(modes, "whole"), good })
      : this.w("{good} of samples good.", { good });
    const judged = this.w("D recognises {real} of real and {fake} of fake samples.",
      { real: this.number(m.accuracy_real, "share"), fake: this.number(m.accuracy_fake, "share") });
    return [this.step(frame, about), quality, judged].join(" ");
  }

  /** The numbers under the picture. */
  readout(frame, modes) {
    const m = frame.metrics;
    return {
      step: this.number(frame.step, "whole"),
      modes: `${this.number(m.modes, "whole")}/${this.number(modes, "whole")}`,
      good: this.number(m.good, "share"),
      d: this.number(m.discriminator_loss, "loss"),
      g: this.number(m.generator_loss, "loss"),
    };
  }
}
