// Several seeds side by side: a small picture each, with its number and how many modes it covers. Real points, rings
// and words of a picture change only when its coverage does, so they are kept as pictures of their own.

const GAP = 0.014; // between two pictures, of the stage's side
const REAL = 48; // real points in each: enough to see where the data lie
const TEXT = 10.5; // CSS pixels

/** Where each picture lies, as {x, y, side} in parts of the stage's side: in rows, as near to a square as can be. */
export function arrange(seeds) {
  const columns = Math.ceil(Math.sqrt(seeds));
  const rows = Math.ceil(seeds / columns);
  const side = (1 - (columns - 1) * GAP) / columns;
  const top = (1 - rows * side - (rows - 1) * GAP) / 2;
  return Array.from({ length: seeds }, (_, seed) => ({
    x: (seed % columns) * (side + GAP), y: top + Math.floor(seed / columns) * (side + GAP), side, columns,
  }));
}

export class Multiples {
  /** Draws on the canvas of `painter`, in its size and colours. */
  constructor(painter) {
    this.painter = painter;
    this.panels = [];
  }

  draw(scene, film, on, covered) {
    this.#prepare(film);
    const { painter, panels, stamps } = this;
    const { context } = painter;
    painter.clear();
    panels.forEach((panel, seed) => {
      this.#keep(panel, seed, film, on, scene, covered);
      const { x, y, side } = panel;
      context.save();
      context.beginPath();
      context.rect(x, y, side, side);
      context.clip();
      if (scene && on.surface) {
        panel.surface.draw(context, film.part(scene.surface, seed), painter.shades,
          { x, y, side, line: 0.8 * painter.ratio, ink: painter.colours.ink });
      }
      context.drawImage(panel.under, x, y);
      if (scene && on.fake) this.#points(film.part(scene.fake, seed), stamps.fake, panel);
      context.drawImage(panel.over, x, y);
      context.restore();
    });
  }

  /** Places and stamps, made anew when the size, the colours or the number of seeds change. */
  #prepare(film) {
    const { side, ratio, colours, font } = this.painter;
    const key = JSON.stringify([side, ratio, colours, font, film.seeds, film.about.run]);
    if (key === this.key) return;
    this.key = key;
    this.panels = arrange(film.seeds).map((place) => {
      const [x, y, own] = [place.x, place.y, place.side].map((part) => Math.round(part * side));
      const [under, over] = [document.createElement("canvas"), document.createElement("canvas")];
      under.width = under.height = over.width = own;
      over.height = Math.min(own, Math.round(22 * ratio));
      return { x, y, side: own, under, over, surface: new Surface() };
    });
    const width = this.panels[0].side / ratio;
    this.stamps = pointStamps(colours, Math.max(1.5, Math.min(3, width / 60)) * ratio, 0.7 * ratio);
  }

  /** The pictures of what stands still in a panel, drawn again when what it covers has changed. */
  #keep(panel, seed, film, on, scene, covered) {
    const { mode_threshold: threshold } = film.about;
    const modes = scene ? [...film.part(scene.counts, seed)].map((count) => count >= threshold) : [];
    const key = `${on.real}${modes}`;
    if (panel.key === key) return;
    panel.key = key;
    const under = panel.under.getContext("2d");
    under.clearRect(0, 0, panel.side, panel.side);
    if (on.real) {
      const place = { x: 0, y: 0, side: panel.side };
      this.#points(film.real.data.subarray(0, 2 * REAL), this.stamps.real, place, under);
      this.#rings(under, panel.side, film, modes);
    }
    this.#words(panel, String((film.about.seed ?? 0) + seed), film.modes, covered?.[seed]);
  }

  #points(points, stamp, { x, y, side }, context = this.painter.context) {
    const [half, scale] = [stamp.width / 2, side / (2 * UNIT)];
    const [left, top] = [x + side / 2 - half, y + side / 2 - half];
    for (let i = 0; i < points.length; i += 2) {
      context.drawImage(stamp, left + scale * points[i], top - scale * points[i + 1]);
    }
  }

  #rings(context, side, film, modes) {
    const { ratio, colours } = this.painter;
    const { extent } = film.about;
    const [covered, empty] = [new Path2D(), new Path2D()];
    for (let mode = 0; mode < film.modes; mode++) {
      const [u, v] = [film.centres.data[2 * mode] / extent, film.centres.data[2 * mode + 1] / extent];
      const [x, y] = [(u + 1) * 0.5 * side, (1 - v) * 0.5 * side];
      const radius = Math.max((film.radius(mode) / extent) * 0.5 * side, 3.5 * ratio);
      const ring = modes[mode] ? covered : empty;
      ring.moveTo(x + radius, y);
      ring.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.lineWidth = ratio;
    context.strokeStyle = css(colours.ink, 0.4);
    context.setLineDash([2 * ratio, 2 * ratio]);
    context.stroke(empty);
    context.setLineDash([]);
    context.fillStyle = css(colours.real, 0.14);
    context.fill(covered);
    context.strokeStyle = css(colours.real, 0.9);
    context.stroke(covered);
  }

  /** The seed's number on the left; its coverage on the right, with a tick and in real's colour when it is full. */
  #words(panel, number, modes, covered) {
    const { ratio, colours, font } = this.painter;
    const context = panel.over.getContext("2d");
    context.clearRect(0, 0, panel.side, panel.over.height);
    context.font = `600 ${TEXT * ratio}px ${font}`;
    context.textBaseline = "middle";
    const [edge, high] = [3 * ratio, 16 * ratio];
    const tag = (text, right, ground, ink, ticked) => {
      const tick = ticked ? 11 * ratio : 0;
      const width = context.measureText(text).width + tick + 8 * ratio;
      const left = right ? panel.side - width - edge : edge;
      context.fillStyle = ground;
      context.beginPath();
      context.roundRect(left, edge, width, high, high / 2);
      context.fill();
      context.fillStyle = context.strokeStyle = ink;
      context.fillText(text, left + tick + 4 * ratio, edge + high / 2 + 0.5 * ratio);
      if (!ticked) return;
      const [x, y] = [left + 9 * ratio, edge + high / 2];
      context.lineWidth = 1.6 * ratio;
      context.lineCap = context.lineJoin = "round";
      context.beginPath();
      context.moveTo(x - 3 * ratio, y);
      context.lineTo(x - 0.8 * ratio, y + 2.4 * ratio);
      context.lineTo(x + 3.2 * ratio, y - 2.6 * ratio);
      context.stroke();
    };
    const [plain, ink] = [css(colours.background, 0.8), css(colours.ink, 0.9)];
    tag(number, false, plain, ink, false);
    if (!modes || covered === undefined) return;
    if (covered === modes) tag(`${covered}/${modes}`, true, css(colours.real), css(colours.background), true);
    else tag(`${covered}/${modes}`, true, plain, ink, false);
  }
}
