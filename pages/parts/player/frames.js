// What comes from Python, and the frames of one run by index: what any player of a run has in common.

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

/** Some frames may be missing, until Python has sent them again. */
export class Frames {
  constructor(about) {
    this.about = about;
    this.frames = new Map(); // index in the run → the frame
    this.indices = []; // those of the frames at hand, ascending
  }

  get first() { return this.indices[0] ?? 0; }
  get newest() { return this.indices[this.size - 1] ?? 0; }
  get size() { return this.indices.length; }
  get running() { return this.about.status === "running"; }
  get whole() { return this.newest === Math.max(0, this.size - 1); } // from 0 on, without a gap
  get gap() { return this.indices.findIndex((index, place) => index !== place); } // the first index that is missing

  frame(index) { return this.frames.get(index); }

  /** Keep these frames, index → frame. */
  keep(frames) {
    for (const [index, frame] of frames) {
      if (!this.frames.has(index)) this.indices.push(index);
      this.frames.set(index, frame);
    }
    this.indices.sort((a, b) => a - b);
  }

  /** Place in `indices` of the last frame at or before `position`. */
  place(position) {
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
    const place = this.place(position);
    const [before, after] = [this.indices[place], this.indices[place + 1] ?? Infinity];
    return after - position < position - before ? after : before;
  }
}
