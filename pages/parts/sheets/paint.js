// Draws a sheet on the canvas, in device pixels: its pictures with gaps between them, or empty places.

const SHARP = 2; // times enlarged, from which on pixels stay squares
const [GAP, LEAST, LARGEST] = [1 / 18, 1.5, 5]; // between two pictures, of their distance; and in CSS pixels

export class Painter extends ReelPainter {
  constructor(canvas) {
    super(canvas);
    this.lens = document.createElement("canvas");
  }

  /** `picture`: the bitmap of a sheet of that reel. */
  draw(picture, reel) {
    const { size } = reel.about;
    const places = this.#places(reel);
    const times = places[0].side / size;
    const whole = times < SHARP ? 1 : Math.ceil(times);
    const source = whole === 1 ? picture : this.#enlarged(picture, whole);
    this.context.imageSmoothingQuality = "high";
    places.forEach(({ x, y, side }, place) => {
      const [left, top] = reel.corner(place).map((at) => at * whole);
      this.context.drawImage(source, left, top, size * whole, size * whole, x, y, side, side);
    });
  }

  /** No picture yet: where there will be some. */
  blank(reel) {
    const places = this.#places(reel);
    this.context.fillStyle = this.empty;
    for (const { x, y, side } of places) this.context.fillRect(x, y, side, side);
  }

  /** Clears the canvas, and says where each picture lies on it. */
  #places({ samples, columns, rows }) {
    const { canvas, width, ratio } = this;
    const pitch = (width * ratio) / columns;
    const gap = Math.max(LEAST * ratio, Math.min(LARGEST * ratio, GAP * pitch));
    const side = Math.round(pitch - gap);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(rows * pitch);
    return Array.from({ length: samples }, (_, place) => ({
      x: Math.round((place % columns) * pitch + gap / 2),
      y: Math.round(Math.floor(place / columns) * pitch + gap / 2),
      side,
    }));
  }

  /** First by a whole number, pixel by pixel, then smoothly to size: pixels stay squares, and all of one size. */
  #enlarged(picture, times) {
    const { lens } = this;
    [lens.width, lens.height] = [picture.width * times, picture.height * times];
    const context = lens.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, 0, 0, lens.width, lens.height);
    return lens;
  }
}

/** One picture of a sheet on a canvas of its own, enlarged pixel by pixel as often as it fits into `most`. */
export function cut(canvas, picture, place, reel, most) {
  const { size } = reel.about;
  canvas.width = canvas.height = size * Math.max(1, Math.floor(most / size));
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, ...reel.corner(place), size, size, 0, 0, canvas.width, canvas.width);
}
