// Asking Python for frames that are missing.

const ASK = 3; // times that the same missing frames are asked for
const PATIENCE = 2500; // milliseconds to wait for them

/** The answer may get lost too, so it asks again, but not for ever: a run's frames may be gone for good. */
export class Asking {
  /** `ask`: has Python send all frames. */
  constructor(ask) {
    this.ask = ask;
    this.begin();
  }

  /** Another run. */
  begin() {
    this.requests = new Map(); // first missing index → how often it was asked for
    this.forget();
  }

  /** `frames`: those at hand; where some are missing, ask for all. */
  heed(frames) {
    if (frames.whole || this.patience) return;
    const asked = (this.requests.get(frames.gap) ?? 0) + 1;
    if (asked > ASK) return;
    this.requests.set(frames.gap, asked);
    this.patience = setTimeout(() => {
      this.patience = null;
      this.heed(frames);
    }, PATIENCE);
    this.ask();
  }

  forget() {
    clearTimeout(this.patience);
    this.patience = null;
  }
}
