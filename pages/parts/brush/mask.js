// What is painted: how much of each place belongs to the mask, as the opacity of a small canvas; and what was before.

const REMEMBERED = 50; // masks that can be undone
const NUDGE = 0.01; // pixels: a line without any length is not drawn, not even its round ends
const FAINT = 64; // opacity, of 255: what an eraser's soft edge leaves of a stroke's soft edge

class Mask {
  /** For a picture of that shape. */
  constructor(width, height) {
    const scale = SIDE / Math.max(width, height);
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.width = Math.max(1, Math.round(width * scale));
    this.canvas.height = this.height = Math.max(1, Math.round(height * scale));
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.past = []; // opacities, the latest last
  }

  /** Opacity of each pixel, (height × width). */
  get opacities() {
    const { data } = this.context.getImageData(0, 0, this.width, this.height);
    return Uint8ClampedArray.from({ length: data.length / 4 }, (_, at) => data[4 * at + 3]);
  }

  set opacities(values) {
    const pixels = this.context.createImageData(this.width, this.height);
    values.forEach((value, at) => pixels.data.set([255, 255, 255, value], 4 * at));
    this.context.putImageData(pixels, 0, 0);
  }

  /** How much of the picture is painted, from 0 to 1. */
  get share() {
    const { opacities } = this;
    return opacities.reduce((sum, value) => sum + value, 0) / (255 * opacities.length);
  }

  remember() {
    this.past.push(this.opacities);
    if (this.past.length > REMEMBERED) this.past.shift();
  }

  undo() { this.opacities = this.past.pop(); }

  /** A round brush goes from place to place; all in parts of the width and height, `size` in parts of the longer side. */
  stroke([fromX, fromY], [toX, toY], size, erases) {
    const { context, width, height } = this;
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    Object.assign(context, { lineCap: "round", lineWidth: size * SIDE, strokeStyle: "#fff" });
    context.beginPath();
    context.moveTo(fromX * width, fromY * height);
    context.lineTo(toX * width + NUDGE, toY * height);
    context.stroke();
  }

  /** After an eraser: nothing is left that can hardly be seen. */
  tidy() { this.opacities = this.opacities.map((value) => (value < FAINT ? 0 : value)); }

  clear() { this.context.clearRect(0, 0, this.width, this.height); }
  invert() { this.opacities = this.opacities.map((value) => 255 - value); }

  /** Take over a grey picture; white is painted. */
  async load(bytes) {
    const picture = await createImageBitmap(new Blob([bytes]));
    this.context.globalCompositeOperation = "copy";
    this.context.drawImage(picture, 0, 0, this.width, this.height);
    picture.close();
    const { data } = this.context.getImageData(0, 0, this.width, this.height);
    this.opacities = Uint8ClampedArray.from({ length: data.length / 4 }, (_, at) => data[4 * at]);
  }

  /** A PNG in base64, white on black; empty where nothing is painted. */
  get text() {
    if (!this.share) return "";
    const whole = document.createElement("canvas");
    [whole.width, whole.height] = [this.width, this.height];
    const context = whole.getContext("2d", { alpha: false });
    context.drawImage(this.canvas, 0, 0);
    return whole.toDataURL("image/png").split(",")[1];
  }
}
