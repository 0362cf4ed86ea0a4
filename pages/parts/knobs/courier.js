// One request in flight: until its answer has come only the newest wish is kept, and goes as soon as it has.

const PATIENCE = 12_000; // milliseconds, after which an answer is taken for lost, as when the connection broke

export class Courier {
  /** `send(number, wish)` sends; numbers go on from `last`. */
  constructor(last, send) { Object.assign(this, { sent: last, send, wish: null, patience: null }); }

  /** Whether an answer is awaited. */
  get busy() { return this.patience !== null; }

  want(wish) {
    this.wish = wish;
    if (!this.busy) this.#go();
  }

  /** The answer to request `number` has come. */
  heard(number) {
    if (this.busy && number === this.sent) this.#free();
  }

  #free() {
    clearTimeout(this.patience);
    this.patience = null;
    if (this.wish) this.#go();
  }

  #go() {
    const { wish } = this;
    this.wish = null;
    this.patience = setTimeout(() => {
      this.wish ??= wish; // perhaps it was lost on its way there
      this.#free();
    }, PATIENCE);
    this.send(++this.sent, wish);
  }
}
