// The overview: both players as a drawing that is alive. Each box is a button over the canvas that explains itself when
// touched. OVERVIEW_WORDS, English texts by name, is overview_words.json: pages/parts/player.py puts it in front.

const OV_BOXES = [ // in the order of the keyboard: along the samples, then the losses and what comes back from them
  "noise", "generator", "fake", "real", "discriminator", "verdicts",
  "discriminator_loss", "discriminator_gradient", "generator_loss", "pull", "generator_gradient",
];

// At which box a penalty or a cure acts.
const OV_ACTS_AT = {
  generator: ["generators", "diversity", "ema", "mode_seeking"],
  fake: ["instance_noise"],
  discriminator: [
    "packing", "minibatch_std", "one_sided_gradient_penalty", "gradient_penalty", "r1", "r2", "weight_clip",
    "spectral_norm", "skip_below", "unrolled_steps",
  ],
  discriminator_loss: ["consensus"],
  generator_loss: ["consensus"],
};

const OVERVIEW_CSS = `
.ov {
  position: absolute; inset: 0; overflow: hidden; border-radius: var(--round); background: var(--st-background-color);
}
.ov > canvas { position: absolute; border-radius: 0; pointer-events: none; color: var(--st-primary-color); }
[data-theme="dark"] .ov > canvas { color: color-mix(in srgb, var(--st-primary-color) 68%, var(--st-text-color)); }
.ov .ov-hint {
  position: absolute; display: grid; align-content: end; color: var(--quiet); font-size: 12px; line-height: 1.35;
  pointer-events: none;
}
.ov .ov-box {
  position: absolute; display: grid; grid-template: var(--ov-label) 1fr / minmax(0, 1fr); min-height: 0; padding: 3px;
  border-radius: 9px; font-size: 13px; line-height: var(--ov-label); text-align: center; transition: opacity 0.15s;
}
.ov .ov-box:hover:enabled { background: color-mix(in srgb, var(--st-text-color) 6%, transparent); }
.ov .ov-label { white-space: nowrap; justify-self: center; }
.ov .ov-strong { font-weight: 650; }
.ov .ov-tags {
  position: absolute; inset: calc(100% - var(--ov-label) - 2px) -8px auto;
  display: flex; flex-wrap: wrap; justify-content: center; gap: 3px;
}
.ov .ov-tags span, .ov .ov-name {
  font-size: 11px; line-height: 17px; padding: 0 7px; border-radius: 99px; white-space: nowrap;
  background: color-mix(in srgb, var(--st-primary-color) 14%, var(--st-background-color));
}
.ov .ov-numbers { display: none; }
.ov .ov-quiet { color: var(--quiet); font-size: 11.5px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ov [data-box$="_loss"] { text-align: left; }
.ov [data-box$="_loss"] .ov-label {
  justify-self: stretch; display: flex; align-items: center; gap: 8px; padding: 0 2px;
}
.ov [data-box$="_loss"] .ov-numbers {
  display: flex; flex-direction: column; justify-content: center; line-height: 1.25; padding: 0 2px 20px;
}
.ov [data-box$="_loss"] .ov-tags { position: static; }
.ov .ov-value { font-size: 22px; font-variant-numeric: tabular-nums; }
.ov .ov-formula {
  position: absolute; inset: auto 5px 4px; line-height: 16px; overflow: hidden; text-overflow: ellipsis;
}
.ov [data-box="verdicts"] .ov-numbers {
  position: absolute; inset: auto -4px 2px; display: flex; justify-content: space-evenly; font-size: 11.5px;
}
.ov .ov-real { color: var(--real); }
.ov .ov-fake { color: var(--fake); }
.ov [data-box$="_gradient"] {
  grid-template: auto auto / minmax(0, 1fr); align-content: center; text-align: right; padding: 0 6px;
}
.ov [data-box$="_gradient"] .ov-label { justify-self: end; line-height: 17px; }
.ov [data-box$="_gradient"] .ov-numbers { display: block; line-height: 15px; }
.ov [data-dim] { opacity: 0.62; }
.ov [data-dim] .ov-quiet { color: inherit; } /* or it would be too pale to read */
.ov .ov-note { position: absolute; inset: auto 8px 8px; }
.ov .ov-note[data-above] { inset: 8px 8px auto; }
.ov .ov-note section {
  max-height: calc(0.62 * var(--ov-side)); overflow: auto; padding: 10px 14px 12px; border-radius: var(--round);
  background: var(--st-background-color); box-shadow: 0 0 0 1px var(--line), 0 6px 28px rgb(0 0 0 / 0.16);
  font-size: 13.5px; line-height: 1.45; user-select: text; -webkit-user-select: text; cursor: auto;
}
.ov .ov-note section[data-short] { max-height: calc(0.39 * var(--ov-side)); }
.ov .ov-note p + p { margin-top: 4px; }
.ov .ov-note .ov-title { padding-right: 28px; }
.ov .ov-title b { font-size: 14px; margin-right: 10px; }
.ov .ov-title span { color: var(--quiet); font-size: 0.9em; }
.ov .ov-note b { font-weight: 650; }
.ov .ov-close { position: absolute; top: 4px; right: 4px; width: 32px; min-height: 32px; padding: 0; }
.ov .ov-close svg { width: 16px; height: 16px; stroke: currentColor; stroke-width: 1.6; vertical-align: middle; }

.ov[data-narrow] .ov-box { font-size: clamp(10.5px, calc(var(--ov-side) / 32), 13px); }
.ov[data-narrow] .ov-quiet { font-size: clamp(10px, calc(var(--ov-side) / 36), 11.5px); }
.ov[data-narrow] :is(
  .ov-hint, [data-box$="_loss"] .ov-quiet, [data-box="verdicts"] .ov-numbers, [data-box="generator_loss"] .ov-tags
) { display: none; }
.ov[data-narrow] :is(.ov-tags span, .ov-name) { font-size: 9.5px; line-height: 14px; padding: 0 5px; }
.ov[data-narrow] .ov-value { font-size: clamp(15px, calc(var(--ov-side) / 21), 22px); }
.ov[data-narrow] [data-box$="_loss"] .ov-numbers { padding-bottom: 0; }
.ov[data-narrow] [data-box$="_gradient"] :is(.ov-label, .ov-numbers) { line-height: 14px; }
.ov[data-narrow] .ov-note section {
  font-size: clamp(12px, calc(var(--ov-side) / 34), 13.5px); line-height: 1.36; padding: 7px 11px 8px;
}
.ov[data-narrow] .ov-note section[data-short] { max-height: calc(0.53 * var(--ov-side)); }
@media (prefers-reduced-motion: reduce) { .ov .ov-box { transition: none; } }
`;

const ovIndex = (film, frame) => film.indices.find((index) => film.frames.get(index) === frame) ?? film.newest;
let ovCount = 0; // for ids that two players on one page do not share

class Overview {
  /** `host`: a positioned element that this fills with a square; `say`: the player's `Say`. */
  constructor(host, say) {
    this.host = host;
    this.say = say;
    this.chosen = null; // name of the box that is explained
    this.onexplain = () => {}; // called with `chosen` when it changes
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    host.classList.add("ov");
    this.painter = new OverviewPainter(ovAdd(host, "canvas"));
    this.painter.canvas.setAttribute("aria-hidden", "true");
    this.buttons = {};
    const note = `overview-note-${++ovCount}`;
    for (const name of OV_BOXES) this.#button(name, note);
    this.hint = ovAdd(host, "p", "ov-hint");
    this.note = new OverviewNote(host, note, () => this.#leave());
    // the stage beneath plays and pauses when touched; a button and an explanation do not
    for (const element of [...Object.values(this.buttons).map(({ button }) => button), this.note.element]) {
      element.addEventListener("pointerdown", (event) => event.stopPropagation());
    }
    this.keys = host.closest(".player") ?? host;
    this.escape = (event) => {
      if (event.key !== "Escape" || !this.chosen) return;
      event.stopPropagation();
      this.#leave();
    };
    this.keys.addEventListener("keydown", this.escape);
  }

  #button(name, note) {
    const button = ovAdd(this.host, "button", "ov-box");
    button.type = "button";
    button.dataset.box = name;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", note);
    button.onclick = () => this.#explain(this.chosen === name ? null : name);
    const line = ovAdd(button, "span", "ov-label");
    const learner = /^(generator|discriminator)$/.test(name);
    const parts = { button, label: ovAdd(line, "span", learner ? "ov-strong" : "") };
    const numbers = ovAdd(button, "span", "ov-numbers");
    if (name.endsWith("_loss")) {
      if (name === "generator_loss") parts.loss = ovAdd(line, "span", "ov-name");
      parts.value = ovAdd(numbers, "span", "ov-value");
      parts.reference = ovAdd(numbers, "span", "ov-quiet");
      parts.formula = ovAdd(button, "span", "ov-quiet ov-formula");
    } else if (name === "verdicts") {
      for (const kind of ["real", "fake"]) parts[kind] = ovAdd(numbers, "span", `ov-${kind}`);
    } else if (name.endsWith("_gradient")) parts.value = ovAdd(numbers, "span", "ov-quiet");
    parts.tags = ovAdd(name.endsWith("_loss") ? line : button, "span", "ov-tags");
    this.buttons[name] = parts;
  }

  /** `colours`: background, ink, real and fake as [red, green, blue]; the rest comes with the style sheet. */
  look(colours) {
    const style = getComputedStyle(this.host);
    this.painter.look(colours, getComputedStyle(this.painter.canvas).color, style.getPropertyValue("--neutral").trim());
  }

  /** Sizes in CSS pixels; `ratio`: device pixels in each. */
  resize(width, height, ratio) {
    const side = Math.min(width, height);
    const [left, top] = [(width - side) / 2, (height - side) / 2];
    this.painter.resize(side, ratio);
    const { layout, canvas } = this.painter;
    const put = (element, box) => {
      Object.assign(element.style, {
        left: `${left + box.x}px`, top: `${top + box.y}px`, width: `${box.width}px`, height: `${box.height}px`,
      });
    };
    put(canvas, { x: 0, y: 0, width: side, height: side });
    for (const [name, { button }] of Object.entries(this.buttons)) put(button, layout.boxes[name]);
    put(this.hint, layout.hint);
    this.host.style.setProperty("--ov-label", `${layout.label}px`);
    this.host.style.setProperty("--ov-side", `${side}px`);
    this.narrow = side < OV_NARROW;
    this.host.toggleAttribute("data-narrow", this.narrow);
    this.named = null; // long words or short ones
  }

  /**
   * `scene`: blended arrays; `frame`: the nearest one; `part`: of a step, 0..9, or null; `position`: in the film, maybe
   * between two frames: what flows follows it, and so moves only while the film does.
   */
  draw(scene, film, frame, { part = null, say = this.say, position = ovIndex(film, frame) }) {
    if (this.named !== say || this.about !== film.about) {
      this.say = this.named = say;
      this.about = film.about;
      this.note.followed = ovFollows(film);
      this.#name();
    }
    this.#tell(frame, part);
    this.painter.draw(scene, film, frame, { part, position, still: this.calm.matches, chosen: this.chosen });
  }

  destroy() {
    this.keys.removeEventListener("keydown", this.escape);
    this.host.replaceChildren();
    this.host.classList.remove("ov");
  }

  // Words and numbers ------------------------------------------------------------------------------------------------

  #word(name, values) { return ovWord(this.say, name, this.about, values); }

  #write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** Names of the penalties and cures in force at a box. */
  #inForce(box) {
    const all = new Set([...(this.about.penalties ?? []), ...(this.about.cures ?? [])]);
    return (OV_ACTS_AT[box] ?? []).filter((name) => all.has(name));
  }

  /** All that changes with the run or the language, not with the frame. */
  #name() {
    const { about } = this;
    for (const [name, parts] of Object.entries(this.buttons)) {
      const short = this.narrow && `short.${name}` in OVERVIEW_WORDS;
      this.#write(parts.label, this.#word(`${short ? "short" : "label"}.${name}`));
      const tags = this.#inForce(name);
      const shown = tags.slice(0, this.narrow ? 1 : 2).map((tag) => this.#word(`tag.${tag}`));
      if (tags.length > shown.length) shown.push(`+${tags.length - shown.length}`);
      parts.words = shown;
      if (!parts.formula) continue;
      if (parts.loss) this.#write(parts.loss, ovLoss(this.say, about));
      this.#write(parts.formula, ovFormula(about.loss, name));
      const reference = about.references?.[name];
      this.#write(parts.reference,
        reference === undefined ? "" : this.#word("equilibrium", { value: this.say.number(reference, "loss") }));
    }
    this.#write(this.hint, this.#word("hint"));
    this.painted = undefined;
    if (this.chosen) this.#explain(this.chosen);
  }

  #tell({ metrics }, part) {
    const { buttons, say } = this;
    for (const name of ["discriminator", "generator"]) {
      const [loss, gradient] = [buttons[`${name}_loss`], buttons[`${name}_gradient`]];
      this.#write(loss.value, say.number(metrics[`${name}_loss`], "loss"));
      const length = metrics[name === "generator" ? "gradient_norm" : "discriminator_gradient_norm"];
      const known = Number.isFinite(length);
      this.#write(gradient.value, known ? this.#word("gradient", { length: this.#length(length) }) : "");
    }
    this.#write(buttons.verdicts.real, `● ${say.number(metrics.accuracy_real, "share")}`);
    this.#write(buttons.verdicts.fake, `▲ ${say.number(metrics.accuracy_fake, "share")}`);
    if (part === this.painted) return;
    this.painted = part;
    const still = part === null ? null : part < 5 ? "generator" : "discriminator"; // who waits while the other moves
    for (const [name, { button, tags, words }] of Object.entries(buttons)) {
      button.toggleAttribute("data-dim", part !== null && !OV_AT_WORK[part].has(name));
      const texts = name === still ? [this.#word("still")] : words;
      if (tags.textContent === texts.join("")) continue;
      tags.replaceChildren();
      for (const text of texts) ovAdd(tags, "span", "ov-tag", text);
    }
  }

  /** Two digits; of a very small or a very large one, one digit and a power of ten. */
  #length(value) {
    const language = document.documentElement.lang || "en";
    if (value !== 0 && (value < 1e-3 || value >= 1e4)) {
      const [digit, power] = value.toExponential(0).split("e");
      const raised = [...String(Number(power))].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻");
      return `${digit}·10${raised.join("")}`;
    }
    return value.toLocaleString(language, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });
  }

  // Explanations -----------------------------------------------------------------------------------------------------

  #explain(name) {
    if (!this.about) return; // nothing was drawn yet
    this.hint.hidden = Boolean(name);
    const changed = name !== this.chosen;
    this.chosen = name;
    for (const [box, { button }] of Object.entries(this.buttons)) button.setAttribute("aria-expanded", box === name);
    if (name) this.note.show(name, this.about, this.say, this.#inForce(name));
    else this.note.hide();
    if (changed) this.onexplain(name);
  }

  #leave() {
    const { button } = this.buttons[this.chosen];
    this.#explain(null);
    button.focus();
  }
}
