// Draws one scene on the canvas, in device pixels, from back to front: D's surface and its contour at 1/2, G's grid,
// modes, real points, fake points, arrows. Cheap enough for a processor without a graphics card: the surface is a
// small picture scaled up, points are stamps, lines go out in a handful of strokes.

const SURFACE = 0.4; // how far D's surest opinion goes from the page's background to the colour of real or fake
const DENSITIES = [0.16, 0.26, 0.4, 0.56, 0.75]; // opacity of the grid's lines, from wide cells to narrow ones
const FLAT = 1.5; // of 255; where D's opinion changes less across a cell, its contour is only rounding
const HALF_ARROW = 0.5; // pull of the loss, per unit of length, that draws an arrow of half the longest length
const LONGEST_ARROW = 0.1; // of the picture's side
const MODE_RADIUS = 3; // in sigma: what counts as good
const UNIT = 8192; // fake, real and grid are integers; one view's extent is this many

const mix = (a, b, part) => a.map((value, i) => Math.round(value + part * (b[i] - value)));
const css = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.field = document.createElement("canvas");
    this.fieldContext = this.field.getContext("2d");
    this.shades = new Uint32Array(256); // colour of each of D's opinions
  }

  /** `side`: of the square picture, in CSS pixels; `ratio`: device pixels in each. */
  resize(side, ratio) {
    this.ratio = ratio;
    this.side = Math.round(side * ratio);
    this.canvas.width = this.canvas.height = this.side;
    this.mark = Math.max(2.4, Math.min(3.6, side / 150)) * ratio; // radius of a point
    if (this.colours) this.#stamp();
  }

  /** `colours`: background, ink, real and fake as [red, green, blue]; `font`: a CSS font family. */
  look(colours, font) {
    this.colours = colours;
    this.font = font;
    const { background, real, fake } = colours;
    for (let opinion = 0; opinion < 256; opinion++) {
      const certainty = (opinion - 127.5) / 127.5; // -1 surely fake, 1 surely real
      const [r, g, b] = mix(background, certainty < 0 ? fake : real, SURFACE * Math.abs(certainty));
      this.shades[opinion] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
    if (this.side) this.#stamp();
  }

  /** Points as small pictures with a rim in the background's colour, so that they stay apart where they crowd. */
  #stamp() {
    const { background, real, fake } = this.colours;
    const size = 2 * Math.ceil(1.4 * this.mark) + 2;
    const stamp = (colour, outline) => {
      const picture = document.createElement("canvas");
      picture.width = picture.height = size;
      const context = picture.getContext("2d");
      context.translate(size / 2, size / 2);
      context.beginPath();
      outline(context, this.mark);
      context.lineJoin = "round";
      context.lineWidth = 1.3 * this.ratio;
      context.strokeStyle = css(background, 0.9);
      context.stroke();
      context.fillStyle = css(colour);
      context.fill();
      return picture;
    };
    this.stamps = {
      real: stamp(real, (context, r) => context.arc(0, 0, 0.88 * r, 0, 2 * Math.PI)),
      fake: stamp(fake, (context, r) => {
        context.moveTo(0, -1.2 * r);
        context.lineTo(1.1 * r, 0.8 * r);
        context.lineTo(-1.1 * r, 0.8 * r);
        context.closePath();
      }),
    };
  }

  /** `scene`: blended arrays or null before the first frame; `film`: what stands still; `on`: switches by name. */
  draw(scene, film, on) {
    const { context, side, colours } = this;
    context.fillStyle = css(colours.background);
    context.fillRect(0, 0, side, side);
    if (scene && on.surface) this.#surface(scene.surface, film.sides.surface);
    if (scene && on.grid) this.#grid(scene.grid, film.sides.grid);
    if (on.real) {
      this.#modes(film, scene?.counts);
      this.#points(film.real.data, this.stamps.real);
    }
    if (scene && on.fake) this.#points(scene.fake, this.stamps.fake);
    if (scene && on.arrows) this.#arrows(scene.fake, scene.arrows);
    this.#scale(film.about.extent);
  }

  #x(value) { return (value / UNIT + 1) * 0.5 * this.side; }
  #y(value) { return (1 - value / UNIT) * 0.5 * this.side; }

  #surface(opinions, count) {
    if (this.field.width !== count) {
      this.field.width = this.field.height = count;
      this.pixels = this.fieldContext.createImageData(count, count);
      this.words = new Uint32Array(this.pixels.data.buffer);
    }
    for (let row = 0; row < count; row++) {
      const to = (count - 1 - row) * count; // the picture's first row is the largest y
      for (let column = 0; column < count; column++) {
        this.words[to + column] = this.shades[Math.round(opinions[row * count + column])];
      }
    }
    this.fieldContext.putImageData(this.pixels, 0, 0);
    const step = this.side / (count - 1); // the outermost samples lie on the border, so their pixels reach beyond it
    this.context.drawImage(this.field, -step / 2, -step / 2, step * count, step * count);
    this.#contour(opinions, count, step);
  }

  /** Where D cannot tell: marching squares at 1/2. */
  #contour(opinions, count, step) {
    const { context, side } = this;
    const level = 127.5;
    const ends = [];
    context.beginPath();
    for (let row = 0; row + 1 < count; row++) {
      for (let column = 0; column + 1 < count; column++) {
        const at = row * count + column;
        const corners = [opinions[at], opinions[at + 1], opinions[at + count + 1], opinions[at + count]];
        const above = corners.map((opinion) => opinion > level);
        if (above[0] === above[1] && above[1] === above[2] && above[2] === above[3]) continue;
        if (Math.max(...corners) - Math.min(...corners) < FLAT) continue;
        ends.length = 0;
        for (let edge = 0; edge < 4; edge++) {
          const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
          if (from > level === to > level) continue;
          const part = (level - from) / (to - from);
          const along = [[part, 0], [1, part], [1 - part, 1], [0, 1 - part]][edge];
          ends.push((column + along[0]) * step, side - (row + along[1]) * step);
        }
        for (let end = 0; end + 3 < ends.length; end += 4) {
          context.moveTo(ends[end], ends[end + 1]);
          context.lineTo(ends[end + 2], ends[end + 3]);
        }
      }
    }
    context.strokeStyle = css(this.colours.ink, 0.3);
    context.lineWidth = this.ratio;
    context.stroke();
  }

  /** The latent plane's grid as G bends it; narrow cells, where many samples land, have darker lines. */
  #grid(points, count) {
    const { context, side } = this;
    const x = (at) => this.#x(points[2 * at]);
    const y = (at) => this.#y(points[2 * at + 1]);
    const usual = (0.35 * side / (count - 1)) ** 2; // an area in device pixels that is drawn half dark
    const paths = DENSITIES.map(() => new Path2D());
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const at = i * count + j;
        const cell = Math.min(i, count - 2) * count + Math.min(j, count - 2);
        const [right, below, across] = [cell + 1, cell + count, cell + count + 1];
        const area = 0.5 * Math.abs( // half the cross product of the diagonals
          (x(across) - x(cell)) * (y(right) - y(below)) - (x(right) - x(below)) * (y(across) - y(cell)));
        const path = paths[Math.min(DENSITIES.length - 1, Math.floor(DENSITIES.length * usual / (usual + area)))];
        if (j + 1 < count) {
          path.moveTo(x(at), y(at));
          path.lineTo(x(at + 1), y(at + 1));
        }
        if (i + 1 < count) {
          path.moveTo(x(at), y(at));
          path.lineTo(x(at + count), y(at + count));
        }
      }
    }
    context.lineWidth = this.ratio;
    DENSITIES.forEach((opacity, bucket) => {
      context.strokeStyle = css(this.colours.fake, opacity);
      context.stroke(paths[bucket]);
    });
  }

  /** A ring of 3 sigma round each mode; a covered one is filled and bears a tick. */
  #modes(film, counts) {
    const { context, side, ratio, colours } = this;
    const { extent, sigma, mode_threshold: threshold } = film.about;
    const radius = Math.max((MODE_RADIUS * sigma / extent) * 0.5 * side, 1.6 * this.mark);
    const rings = { covered: new Path2D(), empty: new Path2D() };
    const [badges, ticks] = [new Path2D(), new Path2D()];
    const badge = 6 * ratio;
    for (let mode = 0; 2 * mode < film.centres.data.length; mode++) {
      const [u, v] = [film.centres.data[2 * mode] / extent, film.centres.data[2 * mode + 1] / extent];
      const [x, y] = [(u + 1) * 0.5 * side, (1 - v) * 0.5 * side];
      const covered = counts && counts[mode] >= threshold;
      const ring = covered ? rings.covered : rings.empty;
      ring.moveTo(x + radius, y);
      ring.arc(x, y, radius, 0, 2 * Math.PI);
      if (!covered) continue;
      const away = Math.hypot(u, v) > 0.05 ? Math.atan2(-v, u) : -Math.PI / 4; // the tick sits on the outer side
      const [bx, by] = [x + (radius + badge) * Math.cos(away), y + (radius + badge) * Math.sin(away)];
      badges.moveTo(bx + badge, by);
      badges.arc(bx, by, badge, 0, 2 * Math.PI);
      ticks.moveTo(bx - 0.45 * badge, by + 0.05 * badge);
      ticks.lineTo(bx - 0.1 * badge, by + 0.4 * badge);
      ticks.lineTo(bx + 0.5 * badge, by - 0.35 * badge);
    }
    context.lineWidth = 1.25 * ratio;
    context.strokeStyle = css(colours.ink, 0.4);
    context.setLineDash([3 * ratio, 3 * ratio]);
    context.stroke(rings.empty);
    context.setLineDash([]);
    context.fillStyle = css(colours.real, 0.12);
    context.fill(rings.covered);
    context.strokeStyle = css(colours.real, 0.9);
    context.stroke(rings.covered);
    context.fillStyle = css(colours.real);
    context.fill(badges);
    context.lineWidth = 1.6 * ratio;
    context.lineCap = "round";
    context.strokeStyle = css(colours.background);
    context.stroke(ticks);
    context.lineCap = "butt";
  }

  #points(points, stamp) {
    const half = stamp.width / 2;
    for (let i = 0; i < points.length; i += 2) {
      this.context.drawImage(stamp, this.#x(points[i]) - half, this.#y(points[i + 1]) - half);
    }
  }

  /** Length L g / (g + g0) with the same g0 in every frame: a gradient that vanishes is seen to vanish. */
  #arrows(fake, arrows) {
    const { context, side, ratio } = this;
    context.beginPath();
    for (let i = 0; i < arrows.length; i += 2) {
      const pull = Math.hypot(arrows[i], arrows[i + 1]);
      const length = LONGEST_ARROW * side * pull / (pull + HALF_ARROW);
      if (!(length > ratio)) continue; // shorter than a pixel, or NaN
      const [dx, dy] = [arrows[i] / pull, -arrows[i + 1] / pull];
      const [x, y] = [this.#x(fake[i]), this.#y(fake[i + 1])];
      const head = Math.min(6 * ratio, 0.5 * length);
      const [thin, wide] = [0.6 * ratio, 0.42 * head];
      const corner = (along, aside) => context.lineTo(x + dx * along - dy * aside, y + dy * along + dx * aside);
      context.moveTo(x - dy * thin, y + dx * thin);
      corner(length - head, thin);
      corner(length - head, wide);
      corner(length, 0);
      corner(length - head, -wide);
      corner(length - head, -thin);
      corner(0, -thin);
    }
    context.fillStyle = css(this.colours.ink, 0.78);
    context.fill();
  }

  /** A calm ruler instead of axes: how long one round number of units is. */
  #scale(extent) {
    const { context, side, ratio } = this;
    const power = 10 ** Math.floor(Math.log10(extent / 2));
    const units = [5, 2, 1].map((digit) => digit * power).find((length) => length <= extent / 2);
    const length = (units / extent) * 0.5 * side;
    const [x, y] = [12 * ratio, side - 12 * ratio];
    context.beginPath();
    context.moveTo(x, y - 4 * ratio);
    context.lineTo(x, y);
    context.lineTo(x + length, y);
    context.lineTo(x + length, y - 4 * ratio);
    context.strokeStyle = context.fillStyle = css(this.colours.ink, 0.6);
    context.lineWidth = ratio;
    context.stroke();
    context.font = `${11 * ratio}px ${this.font}`;
    context.textAlign = "center";
    context.fillText(String(units), x + length / 2, y - 5 * ratio);
  }
}
