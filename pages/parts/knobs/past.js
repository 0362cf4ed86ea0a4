// What can be undone. States are never changed, only replaced.

const PAUSE = 1000; // milliseconds: changes of one thing that follow each other more quickly are undone together

export class Past {
  constructor() {
    this.before = [];
    this.after = [];
  }

  /** `state` is about to be replaced, by a change of `what`. */
  leave(state, what) {
    const now = performance.now();
    if (what !== this.what || (now - this.when > PAUSE && !this.held)) this.before.push(state);
    this.after = [];
    [this.what, this.when] = [what, now];
  }

  /** From here on another change of the same thing is undone by itself; one by a hand that holds on is one. */
  part(held) {
    this.what = null;
    this.held = held;
  }

  /** The state before, or where there is none the one that it is. */
  undo(state) { return this.#go(this.before, this.after, state); }
  redo(state) { return this.#go(this.after, this.before, state); }

  #go(from, to, state) {
    this.what = null;
    if (!from.length) return state;
    to.push(state);
    return from.pop();
  }
}
