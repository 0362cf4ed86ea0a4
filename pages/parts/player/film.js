// A film in the browser: the frames of one run in the plane, and what is between two of them.

const BLENDED = ["fake", "surface", "optimal", "grid", "arrows", "sigmoid_arrows", "verdicts"];
const COUNTED = ["mode_counts", "seed_metrics"];
const APART = ["verdict", "part"]; // metrics that say something about the frame, not about each seed

/** Some frames may be missing: playing passes smoothly from the last one before to the first after. */
export class Film extends Frames {
  constructor(about) {
    super(about);
    this.scene = {}; // the blended arrays, written anew for each picture
    this.arrays = []; // names of those that a frame of this film has
  }

  get last() { return Math.max(this.newest, (this.about.total ?? 1) - 1); } // where the run will end
  get modes() { return (this.centres?.data.length ?? 0) / 2; }
  get seeds() { return this.about.seeds ?? 1; }

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
    const fresh = new Map();
    for (let t = 0; t < count; t++) {
      const frame = { step: tensors.step.data[t], metrics: {} };
      for (const name of this.arrays) {
        const { data, shape } = tensors[name];
        const each = data.length / shape[0];
        frame[name] = data.subarray(t * each, (t + 1) * each);
      }
      about.metrics.forEach((name, m) => {
        frame.metrics[name] = tensors.metrics.data[t * about.metrics.length + m];
      });
      fresh.set(about.first + t, frame);
    }
    this.keep(fresh);
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
    const place = this.place(position);
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
