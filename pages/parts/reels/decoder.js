// Pictures from bytes: decoded when somebody wants to see them, the last few kept.

const FEWEST = 12; // kept: of sheets all moments of one noise, what is shown, real pictures, and two more
const MOST = 64;
const PIXELS = 24e6; // of all that are kept, unless the part says otherwise or the fewest have more

export class Decoder {
  /** `arrived(key, urgent)` is called with each picture that has become ready. */
  constructor(arrived, pixels = PIXELS) {
    Object.assign(this, { arrived, pixels });
    this.kept = new Map(); // key → ImageBitmap, the longest unused first
    this.later = new Map(); // key → bytes: wanted, but not at once
  }

  /** The picture if it is ready; else it will be. Of urgent ones only the latest counts. */
  get(key, bytes, urgent) {
    const found = this.kept.get(key);
    if (found) {
      this.kept.delete(key);
      this.kept.set(key, found);
      return found;
    }
    if (urgent) this.urgent = [key, bytes];
    else this.later.set(key, bytes);
    this.#decode();
    return undefined;
  }

  async #decode() {
    if (this.busy || this.closed) return;
    const { urgent } = this;
    const [key, bytes] = urgent ?? this.later.entries().next().value ?? [];
    if (key === undefined) return;
    this.urgent = undefined;
    this.later.delete(key);
    this.busy = true;
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
    this.busy = false;
    if (this.closed) return picture.close();
    this.kept.set(key, picture);
    const room = Math.max(FEWEST, Math.min(MOST, Math.floor(this.pixels / (picture.width * picture.height))));
    for (const [oldest, unused] of this.kept) {
      if (this.kept.size <= room) break;
      unused.close();
      this.kept.delete(oldest);
    }
    this.arrived(key, Boolean(urgent));
    this.#decode();
  }

  /** Let go of everything. */
  close() {
    this.closed = true;
    for (const picture of this.kept.values()) picture.close();
    this.kept.clear();
  }
}
