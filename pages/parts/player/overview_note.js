// What a box of the overview says when it is touched: shapes and weights, a few sentences, the cures that act there.

const OV_ABOVE = ["generator_loss", "pull", "generator_gradient"]; // explained above, all others below
const OV_MIDDLE = ["generator", "fake", "discriminator", "verdicts"]; // the note leaves them in sight

// The losses as gan_core/losses.py has them: D's, then G's.
const OV_LOG_LOSS = "−log D(x) − log(1 − D(G(z)))";
const OV_FORMULAE = {
  minimax: [OV_LOG_LOSS, "log(1 − D(G(z)))"],
  non_saturating: [OV_LOG_LOSS, "−log D(G(z))"],
  least_squares: ["½(D(x) − 1)² + ½D(G(z))²", "½(D(G(z)) − 1)²"],
  hinge: ["max(0, 1 − D(x)) + max(0, 1 + D(G(z)))", "−D(G(z))"],
  wasserstein: ["D(G(z)) − D(x)", "−D(G(z))"],
  relativistic: ["log(1 + exp(D(G(z)) − D(x)))", "log(1 + exp(D(x) − D(G(z))))"],
};

const ovFormula = (loss, box) => OV_FORMULAE[loss]?.[box === "generator_loss" ? 1 : 0] ?? "";

/** A text of overview_words.json, `{n}` in it being how many packing and generators have. */
function ovWord(say, name, about, values) {
  const n = say.number(about?.[name.split(".")[1]], "whole");
  return say.w(OVERVIEW_WORDS[name], { n, ...values });
}

/** The name of the loss in force; that of a new one as the code has it. */
const ovLoss = (say, { loss = "" }) => (`loss.${loss}` in OVERVIEW_WORDS ? ovWord(say, `loss.${loss}`) : loss);

function ovAdd(parent, tag, classes = "", text = "") {
  const element = document.createElement(tag);
  element.className = classes;
  element.textContent = text;
  parent.append(element);
  return element;
}

class OverviewNote {
  constructor(parent, id, close) {
    this.element = ovAdd(parent, "div", "ov-note");
    this.element.id = id;
    this.element.setAttribute("aria-live", "polite");
    this.close = close;
  }

  hide() {
    this.element.replaceChildren();
    this.said = null;
  }

  /** `name`: of a box; `acts`: names of the penalties and cures in force there. */
  show(name, about, say, acts) {
    const title = ovWord(say, `label.${name}`);
    const facts = this.#facts(name, about, say);
    const closing = ovWord(say, "close");
    const sentences = this.#sentences(name, about, say);
    const terms = acts.map((act) => [ovWord(say, `tag.${act}`, about), ovWord(say, `act.${act}`, about)]);
    const why = `why.${about.loss}.${name.replace("_loss", "")}`;
    if (name.endsWith("_loss") && why in OVERVIEW_WORDS) {
      terms.unshift([ovLoss(say, about), ovWord(say, why)]);
    }
    const said = JSON.stringify([title, facts, closing, sentences, terms]);
    if (said === this.said) return; // leaves the focus, the scrolling and the screen reader in peace
    this.hide();
    this.said = said;
    this.element.toggleAttribute("data-above", OV_ABOVE.includes(name));
    const section = ovAdd(this.element, "section");
    section.toggleAttribute("data-short", OV_MIDDLE.includes(name));
    const head = ovAdd(section, "p", "ov-title");
    ovAdd(head, "b", "", title);
    ovAdd(head, "span", "", facts);
    ovAdd(section, "p", "", sentences.join(" "));
    for (const [term, meaning] of terms) {
      const line = ovAdd(section, "p");
      ovAdd(line, "b", "", term);
      line.append(`: ${meaning}`);
    }
    if (section.scrollHeight > section.clientHeight) section.tabIndex = 0; // so that a keyboard can scroll it
    const button = ovAdd(this.element, "button", "ov-close");
    button.type = "button";
    button.setAttribute("aria-label", closing);
    button.innerHTML = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3l10 10M13 3L3 13"/></svg>';
    button.onclick = this.close;
  }

  #sentences(name, about, say) {
    const sentences = [ovWord(say, `explain.${name}`, about, { latent: say.number(about.latent_size, "whole") })];
    if (name === "noise" && this.followed) sentences.push(ovWord(say, "follow"));
    if (name === "verdicts") sentences.push(ovWord(say, "verdicts.numbers"));
    return sentences;
  }

  /** What goes in and what comes out, B samples at a time, and how many weights. */
  #facts(name, about, say) {
    const count = (player) => say.number(about.parameters?.[player], "whole");
    const weights = (player) => ovWord(say, "weights", about, { count: count(player) });
    const pack = about.packing > 1 ? about.packing : null;
    const judged = pack ? `(B/${pack}, ${2 * pack}) → (B/${pack})` : "(B, 2) → (B)";
    return {
      noise: `(B, ${about.latent_size})`,
      generator: `(B, ${about.latent_size}) → (B, 2), ${weights("generator")}`,
      fake: "(B, 2)",
      real: "(B, 2)",
      discriminator: `${judged}, ${weights("discriminator")}`,
      verdicts: pack ? `(B/${pack})` : "(B)",
      discriminator_loss: ovFormula(about.loss, name),
      generator_loss: ovFormula(about.loss, name),
      discriminator_gradient: weights("discriminator"),
      generator_gradient: weights("generator"),
      pull: "(B, 2)",
    }[name];
  }
}
