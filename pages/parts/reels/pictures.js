// The pictures of one run, as the bytes that they came in.

export class Pictures extends Frames {
  add({ about, tensors }) {
    this.about = about;
    const [bytes, ends] = [tensors.pictures.data, tensors.ends.data];
    this.keep(Array.from(tensors.step.data, (step, t) =>
      [about.first + t, { step, bytes: bytes.subarray(t ? ends[t - 1] : 0, ends[t]) }]));
  }

  /** Where in the film the settings were changed: {index, text} for each mark that is reached. */
  get marks() {
    return (this.about.marks ?? []).flatMap(({ step, text }) => {
      const index = this.indices.find((at) => this.frame(at).step >= step);
      return index === undefined ? [] : [{ index, text }];
    });
  }
}
