// Draws one scene on the canvas, in device pixels, from back to front: D's surface and its contour at 1/2, G's grid,
// modes, real points, fake points, arrows. Cheap enough for a processor without a graphics card: the surface is a
// small picture scaled up, points are stamps, lines go out in a handful of strokes.

const DENSITIES = [0.16, 0.26, 0.4, 0.56, 0.75]; // opacity of the grid's lines, from wide cells to narrow ones
const HALF_ARROW = 0.5; // pull of the loss, per unit of length, that draws an arrow of half the longest length
const LONGEST_ARROW = 0.1; // of the picture's side
const UNIT = 8192; // fake, real and grid are integers; one view's extent is this many

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.surface = new Surface();
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
    this.shades = opinionShades(colours);
    if (this.side) this.#stamp();
  }

  #stamp() { this.stamps = pointStamps(this.colours, this.mark, 1.3 * this.ratio); }

  /** Nothing yet but the page's own background. */
  clear() {
    this.context.fillStyle = css(this.colours.background);
    this.context.fillRect(0, 0, this.side, this.side);
  }

  /** `scene`: blended arrays or null before the first frame; `film`: what stands still; `on`: switches by name. */
  draw(scene, film, on) {
    const { context, side, ratio, colours } = this;
    this.clear();
    if (scene && on.surface) {
      const opinions = (on.opinion === "best" && scene.optimal) || scene.surface;
      this.surface.draw(context, opinions, this.shades, { x: 0, y: 0, side, line: ratio, ink: colours.ink });
    }
    if (scene?.grid && on.grid) this.#grid(scene.grid, film.gridSide);
    if (on.real) {
      this.#modes(film, scene?.counts);
      this.#points(film.real.data, this.stamps.real);
    }
    if (scene && on.fake) this.#points(scene.fake, this.stamps.fake);
    const arrows = (on.pull === "sigmoid" && scene?.sigmoid_arrows) || scene?.arrows;
    if (arrows && on.arrows) this.#arrows(scene.fake, arrows);
    this.#scale(film.about.extent);
  }

  #x(value) { return (value / UNIT + 1) * 0.5 * this.side; }
  #y(value) { return (1 - value / UNIT) * 0.5 * this.side; }

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

  /** A ring round what counts as good at each mode; a covered one is filled and bears a tick. */
  #modes(film, counts) {
    const { context, side, ratio, colours } = this;
    const { extent, mode_threshold: threshold } = film.about;
    const rings = { covered: new Path2D(), empty: new Path2D() };
    const [badges, ticks] = [new Path2D(), new Path2D()];
    const badge = 6 * ratio;
    for (let mode = 0; 2 * mode < film.centres.data.length; mode++) {
      const [u, v] = [film.centres.data[2 * mode] / extent, film.centres.data[2 * mode + 1] / extent];
      const [x, y] = [(u + 1) * 0.5 * side, (1 - v) * 0.5 * side];
      const radius = Math.max((film.radius(mode) / extent) * 0.5 * side, 1.6 * this.mark);
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
