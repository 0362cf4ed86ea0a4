// Draws the canvas as it was painted so far, and left of the divider what it was painted from, in device pixels.

export class Painter extends ReelPainter {
  constructor(canvas) { super(canvas, { alpha: false }); }

  /** A preview fills the canvas whatever its own size: a larger one takes the place of a smaller without a jump. */
  draw(after, before, wipe, shape) {
    const { context } = this;
    const [width, height] = this.#size(shape);
    context.imageSmoothingQuality = "high";
    if (after && (wipe < 1 || !before)) context.drawImage(after, 0, 0, width, height);
    if (!before || wipe === 0) return;
    context.save();
    context.beginPath();
    context.rect(0, 0, Math.round(wipe * width), height);
    context.clip();
    context.drawImage(before, 0, 0, width, height);
    context.restore();
  }

  /** Nothing is known yet but the shape. */
  blank(shape) {
    const size = this.#size(shape);
    this.context.fillStyle = this.empty;
    this.context.fillRect(0, 0, ...size);
  }

  /** Setting a canvas's size clears it, so only another size is set, right before something is drawn. */
  #size(shape) {
    const { canvas, width, ratio } = this;
    const size = [Math.round(width * ratio), Math.round((width / shape) * ratio)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    return size;
  }
}
