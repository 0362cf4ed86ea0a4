// A loss as a small line: over the frames at hand, those to come faint, its value at equilibrium dashed.

const OV_SPARKS = 120; // points in a line

class OverviewSpark {
  /** `name`: of a metric. */
  constructor(name) { this.name = name; }

  /** In `box` {x, y, width, height}; `now`: position in the film; `paint` and `quiet`: CSS colours of line and mark. */
  draw(context, box, film, frame, now, paint, quiet) {
    const { name } = this;
    const spark = this.#values(film);
    if (!spark) return;
    const [left, right] = [box.x, box.x + box.width];
    const [top, bottom] = [box.y, box.y + box.height];
    const x = (index) => left + ((index - film.first) / Math.max(1, film.newest - film.first)) * (right - left);
    const y = (value) => {
      const share = (value - spark.low) / (spark.high - spark.low);
      return bottom - Math.max(0, Math.min(1, share)) * (bottom - top);
    };
    const reference = film.about.references?.[name];
    if (reference !== undefined) {
      context.setLineDash([3, 3]);
      context.beginPath();
      context.moveTo(left, y(reference));
      context.lineTo(right, y(reference));
      context.lineWidth = 1;
      context.strokeStyle = quiet;
      context.stroke();
      context.setLineDash([]);
    }
    const value = frame.metrics[name];
    const [past, future] = [new Path2D(), new Path2D()];
    future.moveTo(x(now), y(value));
    for (const [index, then] of spark.points) (index <= now ? past : future).lineTo(x(index), y(then));
    past.lineTo(x(now), y(value));
    context.lineWidth = 1.5;
    context.lineJoin = "round";
    context.strokeStyle = context.fillStyle = paint;
    const alpha = context.globalAlpha;
    context.globalAlpha = 0.25 * alpha;
    context.stroke(future);
    context.globalAlpha = alpha;
    context.stroke(past);
    context.beginPath();
    context.arc(x(now), y(value), 3, 0, 2 * Math.PI);
    context.fill();
  }

  /** What is shown: every so many frames' value, and its range without the few that stand out. */
  #values(film) {
    const { name, known } = this;
    if (known?.film === film && known.size === film.size) return known;
    const every = Math.ceil(film.size / OV_SPARKS);
    const points = film.indices
      .filter((_, place) => place % every === 0 || place === film.size - 1)
      .map((index) => [index, film.frames.get(index).metrics[name]])
      .filter(([, value]) => Number.isFinite(value));
    if (!points.length) return null;
    const values = points.map(([, value]) => value).sort((a, b) => a - b);
    const at = (share) => values[Math.round(share * (values.length - 1))];
    const marks = [at(0.02), at(0.98), film.about.references?.[name] ?? at(0.5)];
    const [low, high] = [Math.min(...marks), Math.max(...marks)];
    const air = 0.08 * (high - low) || 0.1;
    return (this.known = { film, size: film.size, points, low: low - air, high: high + air });
  }
}
