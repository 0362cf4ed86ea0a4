// What paints a run's pictures: how large the canvas is to be, and the colour of a place where there is none yet.

const SHADE = 0.09; // of an empty place, between the page's background and its text

export class ReelPainter {
  /** `options` of the canvas's context. */
  constructor(canvas, options) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", options);
  }

  /**
   * `width`: in CSS pixels; `ratio`: device pixels in each. Takes effect when something is drawn. Returns whether it is
   * another size.
   */
  resize(width, ratio) {
    const other = width !== this.width || ratio !== this.ratio;
    Object.assign(this, { width, ratio });
    return other;
  }

  look({ background, ink }) {
    const mixed = background.map((value, i) => Math.round(value + SHADE * (ink[i] - value)));
    this.empty = `rgb(${mixed.join(" ")})`;
  }
}
