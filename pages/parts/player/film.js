// A film in the browser: reads safetensors, keeps the frames of one run by index, and blends between two of them.

const ARRAYS = { I16: Int16Array, U8: Uint8Array, F32: Float32Array, I32: Int32Array };

/** One message: what it says about the run, and its tensors as {data, shape}. Layout: length, JSON header, data. */
export function readSafetensors(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const tensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [start, end] = entry.data_offsets.map((offset) => bytes.byteOffset + 8 + length + offset);
    // a copy, because the message's bytes may lie at any address and typed arrays want theirs aligned
    tensors[name] = { data: new ARRAYS[entry.dtype](bytes.buffer.slice(start, end)), shape: entry.shape };
  }
  return { about: JSON.parse(header.__metadata__.about), tensors };
}

const BLENDED = ["fake", "surface", "optimal", "grid", "arrows", "sigmoid_arrows", "verdicts"];
const COUNTED = ["mode_counts", "seed_metrics"];
const APART = ["verdict", "part"]; // metrics that say something about the frame, not about each seed

/** The frames of one run. Some may be missing: playing passes smoothly from the last one before to the first after. */
export class Film {
  constructor(about) {
    this.about = about;
    this.frames = new Map(); // index in the run → its arrays by name, step, metrics
    this.indices = []; // those of the frames at hand, ascending
    this.scene = {}; // the blended arrays, written anew for each picture
    this.arrays = []; // names of those that a frame of this film has
  }

  get first() { return this.indices[0] ?? 0; }
  get newest() { return this.indices[this.size - 1] ?? 0; }
  get last() { return Math.max(this.newest, (this.about.total ?? 1) - 1); } // where the run will end
  get size() { return this.indices.length; }
  get running() { return this.about.status === "running"; }
  get whole() { return this.newest === Math.max(0, this.size - 1); } // from 0 on, without a gap
  get gap() { return this.indices.findIndex((index, place) => index !== place); } // the first index that is missing
  get modes() { return (this.centres?.data.length ?? 0) / 2; }
  get seeds() { return this.about.seeds ?? 1; }

  frame(index) { return this.frames.get(index); }
  has(name) { return this.arrays.includes(name); }

  /** Of what counts as good round a mode, in units of the plane. */
  radius(mode) { return this.radii?.data[mode] ?? 3 * this.about.sigma; }

  add({ about, tensors }) {
    this.about = about;
    this.real = tensors.real;
    this.centres = tensors.centres;
    this.radii = tensors.radii;
    this.noise = tensors.noise;
    const count = tensors.step.data.length;
    if (count === 0) return;
    this.arrays = [...BLENDED, ...COUNTED].filter((name) => tensors[name]);
    this.gridSide = tensors.grid?.shape[1];
    for (let t = 0; t < count; t++) {
      const index = about.first + t;
      if (this.frames.has(index)) continue;
      const frame = { step: tensors.step.data[t], metrics: {} };
      for (const name of this.arrays) {
        const { data, shape } = tensors[name];
        const each = data.length / shape[0];
        frame[name] = data.subarray(t * each, (t + 1) * each);
      }
      about.metrics.forEach((name, m) => {
        frame.metrics[name] = tensors.metrics.data[t * about.metrics.length + m];
      });
      this.frames.set(index, frame);
      this.indices.push(index);
    }
    this.indices.sort((a, b) => a - b);
  }

  /** Place in `indices` of the last frame at or before `position`. */
  #place(position) {
    let low = 0;
    let high = this.indices.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.indices[middle] <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Index of the frame that is `by` frames away from the one shown at `position`. */
  neighbour(position, by) {
    const place = this.indices.indexOf(this.nearest(position)) + by;
    return this.indices[Math.max(0, Math.min(place, this.size - 1))];
  }

  /** Index of the frame nearest to `position`. */
  nearest(position) {
    const place = this.#place(position);
    const [before, after] = [this.indices[place], this.indices[place + 1] ?? Infinity];
    return after - position < position - before ? after : before;
  }

  /**
   * What is seen at `position`, be it between two frames: the latents are fixed, so points move on straight lines.
   * In slow motion a part of a step stands still, and only an update is seen to happen, before it rests.
   */
  blend(position) {
    return this.#blend(this.about.slow ? this.#moment(position) : position);
  }

  #moment(position) {
    const part = this.nearest(position);
    const { moves } = this.about.parts[this.frames.get(part).metrics.part];
    return moves ? Math.max(part - 1, part - 2 * Math.max(0, part - position)) : part;
  }

  #blend(position) {
    const place = this.#place(position);
    const [before, after] = [this.indices[place], this.indices[place + 1] ?? this.indices[place]];
    const [a, b] = [this.frames.get(before), this.frames.get(after)];
    const part = after > before ? Math.min(1, Math.max(0, (position - before) / (after - before))) : 0;
    for (const name of this.arrays) {
      if (COUNTED.includes(name)) continue;
      const [from, to] = [a[name], b[name]];
      if (this.scene[name]?.length !== from.length) this.scene[name] = new Float32Array(from.length);
      const out = this.scene[name];
      for (let i = 0; i < out.length; i++) out[i] = from[i] + part * (to[i] - from[i]);
    }
    this.scene.counts = this.frames.get(this.nearest(position)).mode_counts;
    return this.scene;
  }

  // One of several seeds ---------------------------------------------------------------------------------------------

  /** One seed's part of an array that holds all of them. */
  part(array, seed) {
    const each = array.length / this.seeds;
    return array.subarray(seed * each, (seed + 1) * each);
  }

  /** A scene of one seed alone. */
  pick(scene, seed) {
    return {
      fake: this.part(scene.fake, seed),
      surface: this.part(scene.surface, seed),
      counts: this.part(scene.counts, seed),
    };
  }

  /** A frame of one seed alone: its numbers are the seed's own. */
  single(frame, seed) {
    const values = this.part(frame.seed_metrics, seed);
    const names = this.about.metrics.filter((name) => !APART.includes(name));
    return {
      step: frame.step,
      mode_counts: this.part(frame.mode_counts, seed),
      metrics: Object.fromEntries(names.map((name, m) => [name, values[m]])),
    };
  }

  /** How many modes each seed covers in a frame. */
  covered(frame) {
    return Array.from({ length: this.seeds }, (_, seed) =>
      this.part(frame.mode_counts, seed).reduce((sum, count) => sum + (count >= this.about.mode_threshold), 0));
  }
}
