// The overview's canvas: the small pictures in its boxes, and what flows between them. `css`, `mix`, `UNIT` and
// `HALF_ARROW` are those of draw.js.

const OV_POINTS = 150; // points in a small picture; more would only crowd it
const OV_ARROWS = 60;
const OV_FOLLOWED = 7; // the sample that is ringed from box to box: latents and fakes are in the same order
const OV_NOISE = 3 / 4; // of the noise's range is shown: hardly a normal number is larger than 3
const OV_FAINT = 1e-4; // a gradient of this length or less is drawn as thin as can be,
const OV_DECADES = 6; // and one that is so many powers of ten longer as thick as can be
const OV_FLOW = 1.2; // CSS pixels that what flows moves a frame,
const OV_SLOW = 40; // and in slow motion, where a frame takes 1.5 seconds

/** 0 to 1: a gradient's length on a scale of powers of ten. */
function ovStrength(length) {
  return Math.max(0, Math.min(1, Math.log10(length / OV_FAINT) / OV_DECADES)) || 0;
}

/** Whether the fakes are made of the noise at hand; slow motion shows a batch, of noise of its own. */
const ovFollows = ({ noise, about }) => Boolean(noise) && !about.slow;

class OverviewPainter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.field = document.createElement("canvas");
    this.fieldContext = this.field.getContext("2d");
    this.shades = new Uint32Array(256);
    this.sparks = ["discriminator_loss", "generator_loss"].map((name) => new OverviewSpark(name));
  }

  resize(side, ratio) {
    this.layout = ovLayout(side);
    this.ratio = ratio;
    this.canvas.width = this.canvas.height = Math.round(side * ratio);
    this.mark = Math.max(1.3, Math.min(2, side / 300)); // radius of a point
    for (const edge of [...Object.values(this.layout.edges), this.layout.through]) this.#route(edge);
  }

  /** `colours`: background, ink, real, fake as [red, green, blue]; accent and neutral as CSS colours. */
  look(colours, accent, neutral) {
    this.colours = colours;
    this.soft = css(mix(colours.background, colours.ink, 0.05));
    this.paints = { real: css(colours.real), fake: css(colours.fake), ink: css(colours.ink), accent, neutral };
    for (let opinion = 0; opinion < 256; opinion++) {
      const certainty = (opinion - 127.5) / 127.5; // -1 surely fake, 1 surely real
      const [r, g, b] = mix(colours.background, certainty < 0 ? colours.fake : colours.real, 0.6 * Math.abs(certainty));
      this.shades[opinion] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
  }

  /** An edge's line with round corners, and the arrow at its end. */
  #route(edge) {
    const { at } = edge;
    const end = at.length - 2;
    const [dx, dy] = [Math.sign(at[end] - at[end - 2]), Math.sign(at[end + 1] - at[end - 1])];
    const head = Math.max(4.5, Math.min(7, this.layout.side / 80)) * (edge.gradient ? 1.4 : 1);
    const line = new Path2D();
    line.moveTo(at[0], at[1]);
    for (let i = 2; i < end; i += 2) line.arcTo(at[i], at[i + 1], at[i + 2], at[i + 3], this.layout.round);
    const short = (edge.faint ? 0 : edge.gradient ? 1.3 : 0.8) * head; // a thick end would show through its pale arrow
    line.lineTo(at[end] - short * dx, at[end + 1] - short * dy);
    const arrow = new Path2D();
    arrow.moveTo(at[end], at[end + 1]);
    arrow.lineTo(at[end] - head * dx + 0.6 * head * dy, at[end + 1] - head * dy + 0.6 * head * dx);
    arrow.lineTo(at[end] - head * dx - 0.6 * head * dy, at[end + 1] - head * dy - 0.6 * head * dx);
    arrow.closePath();
    Object.assign(edge, { line, arrow });
  }

  /** `position`: in the film, in frames; `still`: nothing may flow; `part`: 0..9 or null; `chosen`: a box or null. */
  draw(scene, film, frame, { part, position, still, chosen }) {
    const { context, ratio, layout } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, layout.side, layout.side);
    const lit = part === null ? null : OV_AT_WORK[part];
    const shift = still ? 0 : position * (film.about.slow ? OV_SLOW : OV_FLOW);
    for (const [name, edge] of Object.entries(layout.edges)) {
      if (name === "realToG" && film.about.loss !== "relativistic") continue; // only this G compares fake with real
      this.#edge(edge, frame.metrics, shift, lit ? lit.has(name) : null);
    }
    const fake = scene.fake?.subarray(0, 2 * OV_POINTS);
    const ringed = fake && ovFollows(film) ? OV_FOLLOWED : null;
    const opinion = this.#surface(scene.surface, film.about.seeds ?? 1, fake, ringed);
    const pictures = {
      noise: film.noise && ((box) => this.#points(box, film.noise.data, OV_NOISE, "neutral", ringed)),
      generator: scene.grid && ((box) => this.#grid(box, scene.grid)),
      fake: fake && ((box) => this.#points(box, fake, 1, "fake", ringed)),
      real: film.real && ((box) => this.#points(box, film.real.data, 1, "real", null)),
      discriminator: scene.surface && ((box) => this.#opinions(box, fake, ringed)),
      verdicts: (scene.verdicts ?? frame.verdicts) &&
        ((box) => this.#verdicts(box, scene.verdicts ?? frame.verdicts, opinion)),
      discriminator_loss: (box) => this.#loss(box, this.sparks[0], film, frame, position, "neutral"),
      generator_loss: (box) => this.#loss(box, this.sparks[1], film, frame, position, "fake"),
      pull: fake && scene.arrows && ((box) => this.#pull(box, fake, scene.arrows, ringed)),
    };
    for (const [name, picture] of Object.entries(pictures)) {
      const box = layout.boxes[name].picture;
      const working = lit?.has(name);
      context.globalAlpha = lit && !working ? 0.4 : 1;
      context.save();
      context.beginPath();
      context.roundRect(box.x, box.y, box.width, box.height, 6);
      if (!name.endsWith("_loss")) {
        context.fillStyle = this.soft;
        context.fill();
      }
      context.clip();
      if (picture) picture(box);
      context.restore();
      if (name === chosen) context.globalAlpha = 1;
      const air = name.endsWith("_loss") ? { ...box, x: box.x - 6, width: box.width + 8 } : box; // text stands in these
      if (working || name === chosen) this.#frame(air, "accent", 2);
      else if (name === "generator" || name === "discriminator") this.#frame(box, "neutral", 1); // these two learn
    }
    this.#edge(layout.through, frame.metrics, shift, lit ? lit.has("backThroughD") : null);
    context.globalAlpha = 1;
  }

  #frame({ x, y, width, height }, paint, thick) {
    const { context } = this;
    context.beginPath();
    context.roundRect(x - thick / 2, y - thick / 2, width + thick, height + thick, 6 + thick / 2);
    context.lineWidth = thick;
    context.strokeStyle = this.paints[paint];
    context.stroke();
  }

  /** What flows is told apart by shape too: real and noise are dots, fakes short dashes, gradients long ones. */
  #edge({ line, arrow, colour, gradient, faint }, metrics, shift, working) {
    const { context, layout } = this;
    const strength = gradient ? ovStrength(metrics[gradient]) : 0;
    const dim = working === false ? 0.3 : 1;
    const scale = Math.max(0.75, Math.min(1.15, layout.side / 560));
    const paint = this.paints[gradient ? "accent" : colour];
    context.strokeStyle = context.fillStyle = paint;
    context.lineCap = "round";
    if (gradient) {
      context.lineWidth = (faint ? 1.5 : 1 + 4.5 * strength) * scale;
      context.setLineDash([8 * scale, 4 * scale + context.lineWidth]);
    } else {
      context.globalAlpha = 0.35 * dim;
      context.lineWidth = 1.2 * scale;
      context.stroke(line);
      context.lineWidth = (colour === "fake" ? 2.6 : 4) * scale;
      context.setLineDash(colour === "fake" ? [5 * scale, 11 * scale] : [0.01, 16 * scale - 0.01]);
    }
    context.lineDashOffset = -shift * scale;
    context.globalAlpha = (gradient ? 0.25 + 0.75 * strength : 1) * (faint ? 0.6 : 1) * dim;
    context.stroke(line);
    context.setLineDash([]);
    context.lineCap = "butt";
    if (!faint) context.fill(arrow);
    context.globalAlpha = 1;
  }

  /** Points of one view's extent (or `range` of it) in a box: fakes are triangles, all others dots. */
  #points(box, points, range, paint, ringed, radius = this.mark) {
    const { context } = this;
    context.beginPath();
    const count = Math.min(points.length / 2, OV_POINTS);
    for (let i = 0; i < count; i++) {
      const [x, y] = this.#at(box, points, i, range);
      if (paint === "fake") {
        context.moveTo(x, y - 1.3 * radius);
        context.lineTo(x + 1.2 * radius, y + 0.9 * radius);
        context.lineTo(x - 1.2 * radius, y + 0.9 * radius);
      } else {
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
    }
    context.fillStyle = this.paints[paint];
    context.fill();
    if (ringed !== null) this.#ring(...this.#at(box, points, ringed, range));
  }

  #at({ x, y, width, height }, points, i, range = 1) {
    const [u, v] = [points[2 * i] / UNIT / range, points[2 * i + 1] / UNIT / range];
    return [x + (u + 1) * 0.5 * width, y + (1 - v) * 0.5 * height];
  }

  #ring(x, y) {
    const { context, mark, colours } = this;
    context.beginPath();
    context.arc(x, y, 2.6 * mark, 0, 2 * Math.PI);
    context.lineWidth = 2.2 * mark;
    context.strokeStyle = css(colours.background, 0.85);
    context.stroke();
    context.lineWidth = 0.75 * mark;
    context.strokeStyle = this.paints.ink;
    context.stroke();
  }

  /** The sheet of latents as G bends it. */
  #grid(box, points) {
    const { context } = this;
    const count = Math.round(Math.sqrt(points.length / 2));
    const lines = [1, count].map((along) => { // along a row, then along a column
      const path = new Path2D();
      const across = along === 1 ? count : 1;
      for (let line = 0; line < count; line++) {
        for (let place = 0; place < count; place++) {
          const [x, y] = this.#at(box, points, line * across + place * along);
          if (place) path.lineTo(x, y);
          else path.moveTo(x, y);
        }
      }
      return path;
    });
    context.strokeStyle = css(this.colours.fake, 0.6);
    context.lineWidth = 0.9;
    for (const path of lines) context.stroke(path);
  }

  /** D's surface as a picture, of the first seed where there are several. Returns D's opinion of the ringed fake. */
  #surface(opinions, seeds, fake, ringed) {
    if (!opinions) return null;
    const count = Math.round(Math.sqrt(opinions.length / seeds));
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
    if (ringed === null) return null;
    const cell = (value) => Math.max(0, Math.min(count - 1, Math.round((value / UNIT + 1) * 0.5 * (count - 1))));
    return opinions[cell(fake[2 * ringed + 1]) * count + cell(fake[2 * ringed])] / 255;
  }

  #opinions(box, fake, ringed) {
    const count = this.field.width;
    const step = box.width / (count - 1); // the outermost samples lie on the border, so their pixels reach beyond it
    this.context.drawImage(this.field, box.x - step / 2, box.y - step / 2, step * count, step * count);
    if (ringed !== null) this.#points(box, fake.subarray(2 * ringed, 2 * ringed + 2), 1, "fake", 0);
  }

  /** Two histograms back to back on the axis of D's opinion: real points up, fake points down. */
  #verdicts(box, counts, opinion) {
    const { context, paints, colours } = this;
    const bins = counts.length / 2;
    const middle = box.y + box.height / 2;
    const [inset, strip] = [4, 2];
    const step = (box.width - 2 * inset) / bins;
    const most = box.height / 2 - strip - 3;
    [paints.real, paints.fake].forEach((paint, row) => {
      let all = 0;
      for (let bin = 0; bin < bins; bin++) all += counts[row * bins + bin];
      context.fillStyle = paint;
      for (let bin = 0; bin < bins && all > 0; bin++) {
        const height = most * Math.sqrt(counts[row * bins + bin] / all);
        const x = box.x + inset + bin * step;
        context.fillRect(x, row ? middle + strip : middle - strip - height, Math.max(1, step - 0.6), height);
      }
    });
    const axis = context.createLinearGradient(box.x, 0, box.x + box.width, 0);
    axis.addColorStop(0, paints.fake);
    axis.addColorStop(0.5, css(colours.background));
    axis.addColorStop(1, paints.real);
    context.fillStyle = axis;
    context.fillRect(box.x, middle - strip, box.width, 2 * strip);
    context.fillStyle = css(colours.ink, 0.35);
    context.fillRect(box.x + box.width / 2 - 0.5, box.y + 4, 1, box.height - 8);
    if (opinion !== null) this.#ring(box.x + inset + opinion * (box.width - 2 * inset), middle);
  }

  /** At each fake, minus the gradient of G's loss; on one scale for the whole run, so that vanishing is seen. */
  #pull(box, fake, arrows, ringed) {
    const { context } = this;
    context.globalAlpha *= 0.55;
    this.#points(box, fake.subarray(0, 2 * OV_ARROWS), 1, "fake", null, 0.8 * this.mark);
    context.globalAlpha /= 0.55;
    context.beginPath();
    for (let i = 0; i < OV_ARROWS && 2 * i < arrows.length; i++) {
      const pull = Math.hypot(arrows[2 * i], arrows[2 * i + 1]);
      const length = (0.24 * box.width * pull) / (pull + HALF_ARROW);
      if (!(length > 1)) continue; // too short to see, or NaN
      const [dx, dy] = [arrows[2 * i] / pull, -arrows[2 * i + 1] / pull];
      const [x, y] = this.#at(box, fake, i);
      const head = Math.min(4, 0.45 * length);
      const [ex, ey] = [x + dx * length, y + dy * length];
      context.moveTo(x, y);
      context.lineTo(ex, ey);
      context.moveTo(ex - head * (dx + 0.6 * dy), ey - head * (dy - 0.6 * dx));
      context.lineTo(ex, ey);
      context.lineTo(ex - head * (dx - 0.6 * dy), ey - head * (dy + 0.6 * dx));
    }
    context.lineWidth = 1.1;
    context.strokeStyle = this.paints.accent;
    context.stroke();
    if (ringed !== null) this.#ring(...this.#at(box, fake, ringed));
  }

  /** Beside the number, which is a text of its own, and above the formula, which narrow boxes go without. */
  #loss({ x, y, width, height }, spark, film, frame, now, paint) {
    const below = this.layout.side < OV_NARROW ? 6 : 24;
    const box = { x: x + 0.47 * width, y: y + 6, width: 0.53 * width - 6, height: height - 6 - below };
    spark.draw(this.context, box, film, frame, now, this.paints[paint], css(this.colours.ink, 0.55));
  }
}
