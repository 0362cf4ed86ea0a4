// Everything around the picture: labels, numbers, the scrub bar's look, the spoken sentence, and the theme's colours.

const SPEAK = 4000; // milliseconds between two spoken sentences while something moves
const SETTLE = 250; // milliseconds that a visitor must have stopped before the sentence is spoken
const PILLS = { paused: "Paused", finished: "Finished", failed: "Failed" };
const KEYS = "Player. Space plays and pauses, left and right step, Home and End jump, plus and minus change the speed.";
const [VERDICT, STRIP_GAP, CAPTION] = [42, 6, 68]; // CSS pixels: heights, and the strip's distance from what is above
const IN_PAIR = 2 / 3; // of the strip's usual height: two players share the screen

class View {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      stage: part(".stage"), canvas: part(".plane"), drawing: part(".drawing"), seats: part(".panels"),
      badge: part(".badge"), smaller: part(".smaller"), pill: part(".pill"), waiting: part(".waiting"),
      caption: part(".caption"), close: part(".close"), verdict: part(".verdict"), strip: part(".strip"),
      history: part(".strip canvas"), scrub: part(".scrub"), back: part(".back"), play: part(".play"),
      forth: part(".forth"), speed: part(".speed"), live: part(".live"), save: part(".save"),
      modes: part(".of-modes"), full: part(".of-seeds"), note: part(".note"), spoken: part(".spoken"),
      chips: [...root.querySelectorAll("[data-switch]")],
      choices: [...root.querySelectorAll("[data-choice]")],
      numbers: [...root.querySelectorAll("[data-number]")],
      words: [...root.querySelectorAll("[data-word]")],
      named: [...root.querySelectorAll("[data-name]")],
    });
    this.panels = [];
    this.spokenAt = 0;
  }

  theme() { return themeOf(this.root); }

  /** All that changes with a message or a press, but not with each frame. */
  label(player) {
    const { film, say, settings, chief, scenery, seed } = player;
    const { about } = film;
    const { mode, span, running } = chief;
    const follows = chief !== player;
    const can = chief.offers;
    const w = (english, values) => say.w(english, values);
    const name = (element, text) => {
      element.setAttribute("aria-label", text);
      element.title = text;
    };
    for (const element of this.words) element.textContent = w(element.dataset.word);
    for (const element of this.named) name(element, w(element.dataset.name));
    name(this.back, w("Previous frame"));
    name(this.forth, w("Next frame"));
    name(this.play, w(mode === "still" ? "Play" : "Pause"));
    name(this.save, w("Picture as PNG"));
    name(this.close, w("End slow motion"));
    name(this.stage, [about.role, w(KEYS)].filter(Boolean).join(". "));
    this.speed.setAttribute("aria-label", w("Speed"));
    this.scrub.setAttribute("aria-label", w("Position"));
    this.history.setAttribute("aria-label", w(film.seeds > 1 && seed === null
      ? "Modes over time: a row for each seed, darker where it covers more modes, hatched where none."
      : "Modes over time: a row for each mode, darker where more samples land, hatched where too few do to count."));
    this.strip.title = this.history.getAttribute("aria-label");
    if (!film.size) this.canvas.setAttribute("aria-label", w("No frame yet."));

    for (const element of [this.back, this.play, this.forth, this.scrub]) element.disabled = span.size < 2;
    this.speed.value = settings.speed;
    this.live.hidden = !running;
    this.live.setAttribute("aria-pressed", mode === "following");
    for (const chip of this.chips) {
      chip.setAttribute("aria-pressed", settings[chip.dataset.switch]);
      chip.hidden = can[chip.dataset.switch] === false;
    }
    for (const choice of this.choices) {
      choice.hidden = !can[choice.dataset.choice];
      for (const button of choice.children) {
        button.setAttribute("aria-pressed", settings[choice.dataset.choice] === button.dataset.value);
      }
    }
    const notes = say.notes(film, settings, scenery);
    this.note.hidden = notes.length === 0;
    this.note.textContent = notes.join("\n");
    this.modes.hidden = film.modes === 0;
    this.full.hidden = scenery !== "seeds" || film.modes === 0;
    this.save.hidden = !can.save;
    this.verdict.hidden = !about.verdicts || Boolean(about.slow);
    this.caption.hidden = !about.slow || !film.size;
    this.badge.hidden = !about.role;
    this.badge.textContent = about.role ?? "";
    this.waiting.hidden = film.size > 0;
    this.waiting.textContent = w("Waiting for the first frame");
    const pill = about.waits ? "Waiting" : PILLS[about.status];
    this.pill.hidden = !film.size || !pill || Boolean(about.loop || about.slow)
      || (scenery === "overview" && about.status !== "failed"); // it would lie over a box
    this.pill.textContent = w(pill ?? "");
    this.canvas.hidden = scenery === "overview";
    this.drawing.hidden = scenery !== "overview";
    this.#seat(film, say, scenery);
    this.smaller.hidden = seed === null;
    if (seed !== null) {
      this.smaller.firstChild.textContent = w("Seed {seed}", { seed: String((about.seed ?? 0) + seed) });
      name(this.smaller, w("Back to all seeds"));
    }

    this.scrub.max = span.last;
    this.scrub.style.setProperty("--have", this.#share(span.newest));
    const status = film.size ? about.status : "waiting";
    const brief = Boolean(about.loop);
    Object.assign(this.root.dataset, { run: about.run, status, mode, frames: film.size, scenery, follows, brief });
    this.root.dataset.role = about.role ?? "";
    this.strip.hidden = !can.strip || !settings.strip || film.modes === 0;
    const rows = Math.max(film.modes, film.seeds > 1 ? film.seeds : 0); // as high for one seed as for all of them
    this.stripHeight = Strip.height(rows, about.role ? IN_PAIR : 1);
    this.history.style.height = `${this.stripHeight}px`;
    // in slow motion there is neither verdict nor history to show: its words have the room
    const spare = settings.strip && film.modes ? this.stripHeight + STRIP_GAP : 0;
    this.caption.style.minHeight = `${Math.max(CAPTION, VERDICT + spare)}px`;
  }

  /** A button over each seed's picture, for the keyboard and for those who cannot see. */
  #seat(film, say, scenery) {
    this.seats.hidden = scenery !== "seeds";
    if (this.seats.hidden) return;
    this.seats.setAttribute("aria-label", say.w("Seeds"));
    if (this.panels.length === film.seeds) return;
    this.panels = arrange(film.seeds).map(({ x, y, side, columns }, seed) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "panel", tabIndex: seed === 0 ? 0 : -1 });
      Object.assign(button.dataset, { seed, columns });
      for (const [edge, part] of Object.entries({ left: x, top: y, width: side, height: side })) {
        button.style[edge] = `${100 * part}%`;
      }
      return button;
    });
    this.seats.replaceChildren(...this.panels);
  }

  /** The frame that is shown: its numbers, its sentences, its place. */
  tell(player, shown) {
    const { film, say, seed, covered, scenery } = player;
    const whole = film.frames.get(shown);
    const frame = seed === null ? whole : film.single(whole, seed);
    const numbers = say.readout(frame, film, covered);
    for (const cell of this.numbers) cell.textContent = numbers[cell.dataset.number];
    this.verdict.textContent = say.verdict(frame, film);
    const { title = "", line = "" } = say.part(frame, film) ?? {};
    this.caption.querySelector(".part-name").textContent = title;
    this.caption.querySelector(".part-line").textContent = line;
    const letter = film.about.role ? `${film.about.role}. ` : "";
    this.canvas.setAttribute("aria-label", letter + say.picture(frame, film, seed === null ? covered : undefined));
    if (scenery === "seeds") {
      this.panels.forEach((panel, at) => {
        const text = say.seed((film.about.seed ?? 0) + at, covered[at], film);
        if (panel.ariaLabel !== text) panel.ariaLabel = text;
      });
    }
    Object.assign(this.root.dataset, { shown, step: frame.step });
    this.speak(false);
  }

  /** Where the clock stands: at frame `index` of all that moves by it. */
  place(index, span, say) {
    this.scrub.value = index;
    this.scrub.setAttribute("aria-valuetext", say.step(span.frame(index), span.about));
    this.root.style.setProperty("--at", this.#share(index));
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
