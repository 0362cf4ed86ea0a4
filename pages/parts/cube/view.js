// What stands beside the canvas: switches, the picture of the dot that is looked at, dots to choose.

const MARKS = {
  fake: '<path d="M8 2.5l5.6 10H2.4z"/>',
  other: '<circle cx="8" cy="8" r="5"/>',
};

class View {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      canvas: part("canvas"), switches: part(".switches"), pixels: [...root.querySelectorAll(".pixels span")],
      whose: part(".whose"), away: part(".away"), examples: part(".examples"),
    });
    const language = document.documentElement.lang || "en";
    this.percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    this.fine = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }

  /** Everything that a message from Python says; `pressed(cloud)` and `looked(dot)` tell of what a visitor does. */
  build({ clouds, words }, dots, examples, pressed, looked) {
    this.words = words;
    this.clouds = clouds;
    this.canvas.setAttribute("aria-label", words.cube);
    for (const name of ["hint", "near", "examples"]) this.root.querySelector(`[data-word="${name}"]`).textContent = words[name];
    this.switches.setAttribute("aria-label", words.show);
    this.examples.setAttribute("aria-label", words.examples);
    this.switches.replaceChildren(...clouds.map((cloud, index) => this.#switch(cloud, () => pressed(index))));
    this.examples.replaceChildren(...examples.map((each) => this.#example(each, () => looked(each))));
  }

  #switch({ colour, name, share }, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.style.setProperty("--own", `var(--${colour})`);
    button.style.setProperty("--share", `${100 * share}%`);
    button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true">${MARKS[colour] ?? MARKS.other}</svg>`
      + '<span class="name"></span><span class="bar" aria-hidden="true"></span><span class="share"></span>';
    button.querySelector(".name").textContent = name;
    button.querySelector(".share").textContent = this.percent.format(share);
    button.onclick = pressed;
    return button;
  }

  #example(each, looked) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", this.says(each));
    button.style.setProperty("--own", `var(--${this.clouds[each.cloud].colour})`);
    button.append(...each.dot.map(() => document.createElement("i")));
    each.dot.forEach((value, i) => { button.children[i].style.background = grey(value); });
    button.onclick = looked;
    button.onfocus = () => { if (button.matches(":focus-visible")) looked(); };
    each.button = button;
    return button;
  }

  /** A dot in words. */
  says({ dot, cloud }) {
    const [left, middle, right] = dot.map((value) => Math.round(100 * value));
    return this.#filled(this.words.picture, { kind: this.clouds[cloud].name, left, middle, right });
  }

  #filled(text, values) { return text.replace(/\{(\w+)\}/g, (_, name) => values[name]); }

  /** Which clouds are on. */
  mark(on) {
    [...this.switches.children].forEach((button, index) => button.setAttribute("aria-pressed", on.has(index)));
  }

  /** The picture of a dot. */
  show(chosen) {
    chosen.dot.forEach((value, i) => { this.pixels[i].style.background = grey(value); });
    this.whose.textContent = this.says(chosen);
    this.away.textContent = this.#filled(this.words.away, { distance: this.fine.format(fromDiagonal(chosen.dot)) });
    for (const button of this.examples.children) button.ariaCurrent = button === chosen.button ? "true" : null;
  }
}

const grey = (value) => { const level = Math.round(255 * value); return `rgb(${level} ${level} ${level})`; };
