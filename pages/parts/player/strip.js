// The modes over time, above the scrub bar and in step with it: a row a mode, darker where more of the samples land,
// hatched where too few do to count. Of several seeds a row each, darker where more modes are covered. A frame is
// drawn once, when it comes.

const ROW = 6; // CSS pixels, or less so that all rows together are not higher than
const HIGHEST = 64;

export class Strip {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  look(colours) {
    this.colours = colours;
    this.key = null;
  }

  resize(width, ratio) { Object.assign(this, { width, ratio }); }

  /** CSS pixels for that many rows; `part` of the usual height. */
  static height(rows, part) { return Math.min(part * HIGHEST, Math.round(part * ROW) * rows); }

  /** Draw what is new of a film; `last`: index at the bar's right end; `seed`: which one alone, or null. */
  draw(film, last, seed, height) {
    const several = film.seeds > 1 && seed === null;
    this.colour = several ? this.colours.real : this.colours.fake; // as the rings have it, and as the points
    const { canvas, ratio, width } = this;
    const key = JSON.stringify([film.about.run, last, seed, height, width, ratio]);
    if (key !== this.key) {
      this.key = key;
      this.drawn = new Set();
      canvas.width = Math.round(width * ratio); // clears it
      canvas.height = Math.round(height * ratio);
      this.hatch = this.#hatch();
    }
    if (this.drawn.size === film.size) return;
    for (const index of film.indices) {
      if (this.drawn.has(index)) continue;
      this.drawn.add(index);
      this.#column(index, last, this.#values(film, film.frames.get(index), seed));
    }
  }

  /** How dark each row is, from 0 to 1; null: hatched. */
  #values(film, frame, seed) {
    const { mode_threshold: threshold, evaluation_samples: samples } = film.about;
    if (film.seeds > 1 && seed === null) {
      return film.covered(frame).map((count) => (count ? 0.06 + 0.94 * (count / film.modes) ** 1.5 : null));
    }
    const counts = seed === null ? frame.mode_counts : film.part(frame.mode_counts, seed);
    return Array.from(counts, (count) => {
      const fair = (count / samples) * film.modes; // 1 when each mode gets its share
      return count >= threshold ? 0.12 + (0.88 * fair) / (fair + 0.7) : null;
    });
  }

  #column(index, last, values) {
    const { context, canvas, ratio } = this;
    const step = canvas.width / Math.max(1, last);
    const left = Math.round((index - 0.5) * step);
    const width = Math.max(1, Math.round((index + 0.5) * step) - left);
    const high = canvas.height / values.length;
    const gap = high > 3.5 * ratio ? ratio : 0;
    context.clearRect(left, 0, width, canvas.height);
    values.forEach((value, row) => {
      const top = Math.round(row * high);
      context.fillStyle = value === null ? this.hatch : css(this.colour, value);
      context.fillRect(left, top, width, Math.round((row + 1) * high) - top - gap);
    });
  }

  #hatch() {
    const side = Math.round(4 * this.ratio);
    const tile = document.createElement("canvas");
    tile.width = tile.height = side;
    const context = tile.getContext("2d");
    context.strokeStyle = css(this.colours.ink, 0.28);
    context.lineWidth = 0.9 * this.ratio;
    for (const shift of [-side, 0, side]) {
      context.moveTo(shift, side);
      context.lineTo(shift + side, 0);
    }
    context.stroke();
    return this.context.createPattern(tile, "repeat");
  }
}
