// The bank itself. The browser has the say while a hand moves; Python has it otherwise.
//
// A state is {knobs: {id: value}, names: {id: title}, seed, label, truncation}; null is the value of a knob that nobody
// has touched, which lies where it rests.

const SEEDS = 2 ** 31;
const STILL = 400; // milliseconds after which a hand that has turned a slider is at rest
const neat = (value) => Math.round(1000 * value) / 1000; // as precise as a spec tells it
const ordered = (named) => Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
const same = (a, b) => JSON.stringify(a, order) === JSON.stringify(b, order);
const order = (_, part) => (part?.constructor === Object ? ordered(part) : part);

class Knobs {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.className = "frame";
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    this.root = holder.querySelector(".knobs");
    this.view = new View(this.root);
    this.bank = new Bank(this.view.bank);
    this.painter = new Painter(this.view.canvas);
    this.pictures = 0;
    wire(this);
    this.sizes = new ResizeObserver(() => this.painter.draw());
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  async receive(bytes) {
    const heard = performance.now();
    const { about, tensors } = readSafetensors(bytes);
    this.courier ??= new Courier(about.answers, (move, wish) => this.#send(move, wish));
    if (about.model !== this.about?.model) this.#begin();
    this.say ??= new KnobSay(about.words);
    Object.assign(this, { about, note: about.note ?? "" });
    this.there = about.knobs.map(({ id }) => id);
    for (const knob of about.knobs) this.kinds.set(knob.id, { ...knob, rest: neat(knob.rest ?? 0) });
    const look = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    if (look !== this.look) themeOf(this.root);
    this.look = look;
    this.view.begin(about, this.say);
    this.courier.heard(about.answers);
    if (!this.courier.busy || !this.state) this.#follow(about);
    this.changed();
    if (tensors.picture.data.length) await this.#paint(tensors.picture.data, about.answers, heard);
  }

  /** Another generator: what was done to the last one means nothing here. */
  #begin() {
    clearTimeout(this.settling);
    this.courier.wish = this.state = null;
    this.root.dataset.moves = false;
    this.past = new Past();
    this.kinds = new Map(); // id → what Python said of that knob last; also of those that were removed
    this.locked = new Set();
  }

  /** Python has the say. What it has set otherwise than the visitor can be undone. */
  #follow({ knobs, seed, label, truncation }) {
    const value = ({ id, value: at }) => (neat(at) === this.kinds.get(id).rest ? null : neat(at));
    const told = {
      knobs: Object.fromEntries(knobs.map((knob) => [knob.id, value(knob)])),
      names: Object.fromEntries(knobs.map(({ id, title }) => [id, title])),
      seed, label, truncation,
    };
    if (this.state && same(told, this.state)) return;
    if (this.state) {
      this.past.part(false);
      this.past.leave(this.state, "told");
    }
    this.state = told;
  }

  async #paint(bytes, move, heard) {
    if (!(await this.painter.show(bytes))) return;
    this.root.dataset.pictures = ++this.pictures;
    this.root.dataset.shown = move;
    if (this.pictures === 1) this.changed();
    this.root.dispatchEvent(new CustomEvent("shown", { detail: { move, heard, shown: performance.now() } }));
  }

  // What goes out ----------------------------------------------------------------------------------------------------

  #send(move, { state, since, rests }) {
    if (!this.root.isConnected) return; // an answer was waited for in vain, and the page has been left
    const { knobs, seed, label, truncation } = state;
    const renamable = Object.entries(state.names).filter(([id]) => this.kinds.get(id).renamable);
    const removed = this.there.filter((id) => !(id in knobs));
    this.tell({ move, model: this.about.model, knobs, names: Object.fromEntries(renamable), removed, seed, label, truncation, rests });
    this.root.dataset.sent = move;
    this.root.dispatchEvent(new CustomEvent("sent", { detail: { move, since, sent: performance.now() } }));
  }

  /** Labels, sliders and numbers anew. */
  changed() {
    const { state, kinds, say } = this;
    const shown = [...kinds.keys()].filter((id) => id in state.knobs).map((id) => {
      const kind = kinds.get(id);
      return { ...kind, title: state.names[id], value: state.knobs[id] ?? kind.rest, locked: this.locked.has(id) };
    });
    this.bank.show(shown, say);
    this.view.show(this);
    this.root.dataset.removable = shown.some(({ removable }) => removable);
    this.root.dataset.busy = this.courier.busy;
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  /** Something is otherwise; `what`: the thing that changes, of which quick changes are undone together. */
  change(what, parts, moves = false) {
    this.past.leave(this.state, what);
    this.#take({ ...this.state, ...parts }, moves);
  }

  /** `moves`: a hand is turning, and there is more to come; Python is told when that has ended. */
  #take(state, moves = false) {
    if (state === this.state) return;
    this.state = state;
    this.#want(moves);
    this.changed();
  }

  #want(moves) {
    clearTimeout(this.settling);
    this.root.dataset.moves = moves;
    this.courier.want({ state: this.state, since: performance.now(), rests: !moves });
    if (moves) this.settling = setTimeout(() => this.#want(false), STILL);
  }

  turn(id, value) {
    const at = value === this.kinds.get(id).rest ? null : value;
    if (at !== this.state.knobs[id]) this.change(id, { knobs: { ...this.state.knobs, [id]: at } }, true);
  }

  /** Another noise. Knobs that are locked stay where they are, the others where the noise has them. */
  shuffle() {
    const seed = Math.floor(SEEDS * Math.random());
    const kept = (id, value) => {
      if (!this.locked.has(id)) return null;
      const { rest } = this.kinds.get(id);
      return value ?? (rest === 0 ? null : rest);
    };
    const knobs = Object.fromEntries(Object.entries(this.state.knobs).map(([id, value]) => [id, kept(id, value)]));
    this.past.part(false);
    this.change("seed", { seed, knobs });
    this.view.speak(this.say.w("Seed {seed}", { seed: String(seed) }));
  }

  /** The seed that was typed. */
  sow(typed) {
    const seed = Number(typed);
    const fits = typed.trim() && Number.isInteger(seed) && seed >= 0 && seed < SEEDS;
    const most = this.say.number(SEEDS - 1, "whole");
    this.note = fits ? "" : this.say.w("The seed must be a whole number from 0 to {most}.", { most });
    this.past.part(false);
    if (fits && seed !== this.state.seed) this.change("seed", { seed });
    else this.changed();
  }

  reset() {
    this.past.part(false);
    this.change("reset", { knobs: Object.fromEntries(Object.keys(this.state.knobs).map((id) => [id, null])) });
  }

  undo() { this.#take(this.past.undo(this.state)); }
  redo() { this.#take(this.past.redo(this.state)); }

  lock(id) {
    if (!this.locked.delete(id)) this.locked.add(id);
    this.changed();
  }

  remove(id) {
    const { [id]: gone, ...knobs } = this.state.knobs;
    const { [id]: name, ...names } = this.state.names;
    this.change("remove", { knobs, names });
  }

  rename(id) {
    this.bank.rename(this.bank.rows.get(id), this.say, (name) => {
      if (name && name !== this.state.names[id]) this.change("rename", { names: { ...this.state.names, [id]: name } });
    });
  }

  // Coming and going -------------------------------------------------------------------------------------------------

  wake() { this.sizes.observe(this.view.stage); }

  /** Streamlit lets go of the bank, perhaps for a moment only: forget nothing. */
  sleep() {
    this.sizes.disconnect();
    this.view.hush();
  }
}
