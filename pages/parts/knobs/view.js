// Everything around the picture and the bank: labels, what can be done, the spoken sentence.

const SETTLE = 300; // milliseconds that a visitor must have stopped before the sentence is spoken
const CENTRE = 1; // truncation that leaves the noise as it is

export class KnobSay extends Say {
  constructor(words) {
    super(words);
    const language = document.documentElement.lang || "en";
    this.decimal = new Intl.NumberFormat(language,
      { minimumFractionDigits: 1, maximumFractionDigits: 2, signDisplay: "negative" });
  }

  value(value) { return this.decimal.format(value).replace("-", "−"); }

  /** The picture for those who cannot see it. */
  picture({ seed, label }, classes) {
    const values = { seed: String(seed), class: classes[label] };
    return this.w(values.class ? "Picture made by G: {class}, seed {seed}." : "Picture made by G: seed {seed}.", values);
  }
}

export class View {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      stage: part(".stage"), canvas: part("canvas"), waiting: part(".waiting"), note: part(".note"),
      shuffle: part(".shuffle"), seed: part(".seed"), undo: part(".undo"), redo: part(".redo"), reset: part(".reset"),
      bank: part(".bank"), truncation: part(".truncation"), told: part(".told"), of: part(".of-truncation"),
      label: part(".label"), ofClass: part(".of-class"), spoken: part(".spoken"),
      words: [...root.querySelectorAll("[data-word]")], named: [...root.querySelectorAll("[data-name]")],
    });
  }

  /** What changes with the words, or with another generator. */
  begin({ words, classes, truncation }, say) {
    const now = JSON.stringify([words, classes, truncation === null]);
    if (this.was === now) return;
    this.was = now;
    for (const element of this.words) element.textContent = say.w(element.dataset.word);
    for (const element of this.named) {
      element.ariaLabel = say.w(element.dataset.name);
      if (element.tagName === "BUTTON") element.title = element.ariaLabel;
    }
    this.ofClass.hidden = classes.length === 0;
    this.of.hidden = truncation === null;
    this.label.replaceChildren(...classes.map((name, value) => new Option(name, value)));
  }

  /** What changes with every move. */
  show({ state, past, about, say, note }) {
    const { seed, label: wanted, truncation, knobs } = state;
    this.undo.disabled = past.before.length === 0;
    this.redo.disabled = past.after.length === 0;
    this.reset.disabled = Object.values(knobs).every((value) => value === null);
    this.root.dataset.values = JSON.stringify(knobs);
    const now = JSON.stringify([this.was, seed, wanted, truncation, note, this.root.dataset.pictures !== undefined]);
    if (this.is === now) return; // while a hand moves, the rest
    this.is = now;
    if (this.root.getRootNode().activeElement !== this.seed) this.seed.value = seed;
    this.label.value = wanted;
    if (truncation !== null) {
      slide(this.truncation, { value: truncation, rest: CENTRE, least: 0, most: 2 });
      this.told.textContent = say.value(truncation);
      label(this.told, say.w("Reset {title}, {value}", { title: say.w("Truncation"), value: say.value(truncation) }));
    }
    this.canvas.setAttribute("aria-label", say.picture(state, about.classes));
    const pictured = this.root.dataset.pictures !== undefined;
    this.waiting.textContent = pictured ? "" : note;
    this.waiting.hidden = pictured || !note;
    this.note.textContent = pictured ? note : "";
    this.note.hidden = !pictured || !note;
    Object.assign(this.root.dataset, { seed, label: wanted, truncation });
  }

  /** Tell a screen reader, once the visitor has stopped. */
  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence; }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
