// Draws a sketch on the canvas, in device pixels, from back to front: lines at whole units, the density that will be
// sampled, islands and their outlines, points, the cursor.
//
// Discs of 2 sigma overlap exactly where points are closer than 4 sigma, so the outline of all discs together goes once
// round each island.

const DARKEST = 0.62; // opacity where the density is highest
const REACH = 3.5; // in sigma: how far a Gaussian is drawn
const FINE = 5; // pixels of the small picture in one sigma: enough to scale it up without a trace
const FIELD = 512; // pixels along its side, at most
const tone = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.field = document.createElement("canvas");
    this.coast = document.createElement("canvas");
  }

  /** `side`: of the square picture, in CSS pixels; `ratio`: device pixels in each. */
  resize(side, ratio) {
    this.ratio = ratio;
    this.side = Math.round(side * ratio);
    this.canvas.width = this.canvas.height = this.side;
    this.coast.width = this.coast.height = this.side;
  }

  /** `colours`: background, ink and real as [red, green, blue]; `font`: a CSS font family. */
  look(colours, font) { Object.assign(this, { colours, font }); }

  /** `cells`: a set; `sigma` in units; `cursor` and `eraser`: [column, row] or null. */
  draw({ cells, sigma, cursor, eraser }) {
    const { context, side, colours } = this;
    if (!side) return;
    context.fillStyle = tone(colours.background);
    context.fillRect(0, 0, side, side);
    this.#lines();
    const places = [...cells].map((cell) => [this.#x(columnOf(cell)), this.#y(rowOf(cell))]);
    const width = (sigma / CELL) * this.#pitch; // sigma in pixels
    if (places.length) {
      this.#density(places, width);
      this.#islands(places, 2 * width);
      this.#points(places, width);
    }
    if (eraser) this.#ring(eraser, ERASER * this.#pitch);
    if (cursor) this.#cross(cursor);
  }

  get #pitch() { return this.side / (SIDE - 1); }
  #x(column) { return column * this.#pitch; }
  #y(row) { return this.side - row * this.#pitch; }

  /** Thin lines at whole units, darker through the middle, and how long a unit is. */
  #lines() {
    const { context, side, ratio, colours } = this;
    context.lineWidth = ratio;
    for (let unit = 1 - DRAWING.extent; unit < DRAWING.extent; unit++) {
      const at = Math.round(this.#x(toCells(unit))) + 0.5 * ratio;
      context.strokeStyle = tone(colours.ink, unit === 0 ? 0.16 : 0.07);
      context.beginPath();
      context.moveTo(at, 0);
      context.lineTo(at, side);
      context.moveTo(0, at);
      context.lineTo(side, at);
      context.stroke();
    }
    const [x, y, length] = [12 * ratio, side - 12 * ratio, side / (2 * DRAWING.extent)];
    context.strokeStyle = context.fillStyle = tone(colours.ink, 0.6);
    context.beginPath();
    context.moveTo(x, y - 4 * ratio);
    context.lineTo(x, y);
    context.lineTo(x + length, y);
    context.lineTo(x + length, y - 4 * ratio);
    context.stroke();
    context.font = `${11 * ratio}px ${this.font}`;
    context.textAlign = "center";
    context.fillText("1", x + length / 2, y - 5 * ratio);
  }

  /**
   * The density that will be sampled, darkest where it is highest; its square root, so that a lone point still shows
   * beside a crowd. Computed in a small picture that is scaled up: 400 wide Gaussians would be slow at full size.
   */
  #density(places, width) {
    const { side, colours, field } = this;
    const scale = Math.min(1, FINE / width, FIELD / side);
    const count = Math.ceil(side * scale);
    const sigma = width * scale;
    const bell = (centre) => {
      const first = Math.max(0, Math.floor(centre - REACH * sigma));
      const end = Math.min(count, Math.ceil(centre + REACH * sigma));
      const height = (_, i) => Math.exp(-((first + i + 0.5 - centre) ** 2) / (2 * sigma ** 2));
      return { first, heights: Float32Array.from({ length: end - first }, height) };
    };
    const sums = new Float32Array(count * count);
    for (const [x, y] of places) {
      const [across, down] = [bell(x * scale), bell(y * scale)];
      down.heights.forEach((height, row) => {
        const start = (down.first + row) * count + across.first;
        for (let column = 0; column < across.heights.length; column++) sums[start + column] += height * across.heights[column];
      });
    }
    const highest = sums.reduce((most, sum) => Math.max(most, sum), 0);
    field.width = field.height = count;
    const context = field.getContext("2d");
    const pixels = context.createImageData(count, count);
    const words = new Uint32Array(pixels.data.buffer);
    const [red, green, blue] = colours.real;
    const colour = (blue << 16) | (green << 8) | red;
    sums.forEach((sum, at) => { words[at] = ((255 * DARKEST * Math.sqrt(sum / highest)) << 24) | colour; });
    context.putImageData(pixels, 0, 0);
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(field, 0, 0, count / scale, count / scale);
  }

  #islands(places, radius) {
    const { ratio, side, colours } = this;
    const discs = (reach) => {
      const path = new Path2D();
      for (const [x, y] of places) {
        path.moveTo(x + reach, y);
        path.arc(x, y, reach, 0, 2 * Math.PI);
      }
      return path;
    };
    this.context.fillStyle = tone(colours.real, 0.08);
    this.context.fill(discs(radius));
    const line = this.coast.getContext("2d");
    line.clearRect(0, 0, side, side);
    line.fillStyle = tone(colours.real, 0.9);
    line.fill(discs(radius + 1.25 * ratio)); // outside, or it would part discs that hardly overlap
    line.globalCompositeOperation = "destination-out";
    line.fillStyle = "#000";
    line.fill(discs(radius));
    line.globalCompositeOperation = "source-over";
    this.context.drawImage(this.coast, 0, 0);
  }

  /** Dots, smaller where Gaussians are narrow. */
  #points(places, width) {
    const { context, ratio, colours } = this;
    const radius = Math.max(1.3 * ratio, Math.min(2.2 * ratio, 0.6 * width));
    context.beginPath();
    for (const [x, y] of places) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fillStyle = tone(colours.real);
    context.fill();
  }

  /** A line that can be seen on anything: dark with a light rim, or the other way round. */
  #trace(path) {
    const { context, ratio, colours } = this;
    context.lineCap = "round";
    for (const [colour, width] of [[colours.background, 4.5], [colours.ink, 1.75]]) {
      context.strokeStyle = tone(colour);
      context.lineWidth = width * ratio;
      context.stroke(path);
    }
    context.lineCap = "butt";
  }

  #ring([column, row], radius) {
    const path = new Path2D();
    path.arc(this.#x(column), this.#y(row), radius, 0, 2 * Math.PI);
    this.#trace(path);
  }

  #cross([column, row]) {
    const [x, y, near, far] = [this.#x(column), this.#y(row), 5 * this.ratio, 12 * this.ratio];
    const path = new Path2D();
    for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0], [0, -1]]) {
      path.moveTo(x + near * dx, y + near * dy);
      path.lineTo(x + far * dx, y + far * dy);
    }
    this.#trace(path);
  }
}
