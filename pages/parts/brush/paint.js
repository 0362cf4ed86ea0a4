// Draws the picture, the mask as a tint over it, and where the brush is, in device pixels.

const TINT = 0.58; // opacity of what is painted
const tone = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.film = document.createElement("canvas");
  }

  /** In CSS pixels; `ratio`: device pixels in each. */
  resize(width, height, ratio) {
    this.ratio = ratio;
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  }

  look({ accent }) { this.accent = accent; }

  /** `place` of the brush: [across, down] in parts of the picture, or null; `size` in parts of its longer side. */
  draw(picture, mask, place, size) {
    const { context, canvas, ratio } = this;
    const { width, height } = canvas;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    context.globalAlpha = TINT;
    context.drawImage(this.#tinted(mask), 0, 0, width, height);
    context.globalAlpha = 1;
    if (!place) return;
    context.beginPath();
    context.arc(place[0] * width, place[1] * height, (size * Math.max(width, height)) / 2, 0, 2 * Math.PI);
    for (const [colour, line] of [["#000", 3.5], ["#fff", 1.5]]) { // seen on any picture
      Object.assign(context, { strokeStyle: colour, lineWidth: line * ratio });
      context.stroke();
    }
  }

  #tinted({ canvas, width, height }) {
    const { film, accent } = this;
    [film.width, film.height] = [width, height];
    const context = film.getContext("2d");
    context.drawImage(canvas, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = tone(accent);
    context.fillRect(0, 0, width, height);
    return film;
  }
}
