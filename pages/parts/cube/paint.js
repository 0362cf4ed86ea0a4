// Draws the cube on the canvas, in device pixels, from back to front: edges behind, the diagonal with what is near it,
// dots, edges in front, the names of the axes, the dot that is looked at.

const [FAR, NEAR] = [0.3, 0.9]; // opacity of the farthest and the nearest dot
const RADIUS = 2.1; // of a dot halfway, in CSS pixels
const tone = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  /** `side`: of the square picture, in CSS pixels; `ratio`: device pixels in each. */
  resize(side, ratio) {
    Object.assign(this, { ratio, side: Math.round(side * ratio) });
    this.canvas.width = this.canvas.height = this.side;
  }

  look({ colours, font }) { Object.assign(this, { colours, font }); }

  /** `dots`: [{ dot, cloud }]; `chosen`: one of them; `clouds` by number; `words`: names of axes and their ends. */
  draw({ dots, chosen, clouds, turn, within, words }) {
    const { context, side } = this;
    if (!side) return;
    context.clearRect(0, 0, side, side);
    this.place = turn.onto(side);
    const corners = CORNERS.map(this.place);
    const farthest = corners.reduce((far, corner, i) => (corner[2] < corners[far][2] ? i : far), 0);
    const behind = (edge) => edge[0] === farthest || edge[1] === farthest;
    this.#edges(EDGES.filter(behind), corners, 0.14);
    this.#diagonal(within);
    this.#dots(dots, clouds);
    this.#edges(EDGES.filter((edge) => !behind(edge)), corners, 0.3);
    this.#axes(words);
    if (chosen) this.#ring(chosen, clouds);
  }

  #edges(edges, corners, alpha) {
    const { context, ratio, colours } = this;
    context.strokeStyle = tone(colours.ink, alpha);
    context.lineWidth = ratio;
    context.beginPath();
    for (const [from, to] of edges) {
      context.moveTo(corners[from][0], corners[from][1]);
      context.lineTo(corners[to][0], corners[to][1]);
    }
    context.stroke();
  }

  /** The line of equal pixels, and the tube around it as a band: seen from far away it is as wide from everywhere. */
  #diagonal(within) {
    const { context, ratio, colours, side } = this;
    const [[x, y], [toX, toY]] = [this.place([0, 0, 0]), this.place([1, 1, 1])];
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(toX, toY);
    context.lineCap = "round";
    context.strokeStyle = tone(colours.accent, 0.13);
    context.lineWidth = 2 * within * SHOWN * side;
    context.stroke();
    context.lineCap = "butt";
    context.strokeStyle = tone(colours.accent, 0.9);
    context.lineWidth = 1.5 * ratio;
    context.stroke();
  }

  #dots(dots, clouds) {
    const { context, ratio } = this;
    const placed = dots.map((each) => ({ at: this.place(each.dot), cloud: clouds[each.cloud] }));
    placed.sort((a, b) => a.at[2] - b.at[2]);
    for (const { at: [x, y, depth], cloud } of placed) {
      context.fillStyle = tone(this.colours[cloud.colour], FAR + ((depth + 1) / 2) * (NEAR - FAR));
      context.beginPath();
      this.#shape(cloud, x, y, RADIUS * ratio * (1 + 0.25 * depth));
      context.fill();
    }
  }

  /** Round, and a triangle for what a generator made. */
  #shape({ colour }, x, y, radius) {
    const { context } = this;
    if (colour !== "fake") return context.arc(x, y, radius, 0, 2 * Math.PI);
    context.moveTo(x, y - 1.3 * radius);
    context.lineTo(x + 1.15 * radius, y + 0.8 * radius);
    context.lineTo(x - 1.15 * radius, y + 0.8 * radius);
    context.closePath();
  }

  /** From black to white along the three edges that begin in black, with a line beside them that shows on any page. */
  #axes({ axes, black, white }) {
    const { context, ratio, side, colours } = this;
    const origin = this.place([0, 0, 0]);
    const middle = this.place([0.5, 0.5, 0.5]);
    context.font = `${12 * ratio}px ${this.font}`;
    context.textBaseline = "middle";
    axes.forEach((name, axis) => {
      const end = [0, 0, 0];
      end[axis] = 1;
      const [x, y] = this.place(end);
      const shade = context.createLinearGradient(origin[0], origin[1], x, y);
      shade.addColorStop(0, "#000");
      shade.addColorStop(1, "#fff");
      for (const [style, width] of [[tone(colours.neutral), 5], [shade, 3]]) {
        context.strokeStyle = style;
        context.lineWidth = width * ratio;
        context.beginPath();
        context.moveTo(origin[0], origin[1]);
        context.lineTo(x, y);
        context.stroke();
      }
      this.#label(name, x, y, middle);
    });
    this.#label(black, origin[0], origin[1], middle);
    const [x, y] = this.place([1, 1, 1]);
    this.#label(white, x, y, middle);
  }

  /** A word outside a corner, with a rim of the page's colour, and never beyond the canvas. */
  #label(word, x, y, middle) {
    const { context, ratio, side, colours } = this;
    const [dx, dy] = [x - middle[0], y - middle[1]];
    const length = Math.hypot(dx, dy) || 1;
    const half = context.measureText(word).width / 2;
    const away = 9 * ratio + half * Math.abs(dx / length);
    const atX = Math.max(half + 3 * ratio, Math.min(x + (dx / length) * away, side - half - 3 * ratio));
    const atY = Math.max(9 * ratio, Math.min(y + (dy / length) * 16 * ratio, side - 9 * ratio));
    context.textAlign = "center";
    context.lineJoin = "round";
    context.strokeStyle = tone(colours.background, 0.85);
    context.lineWidth = 4 * ratio;
    context.strokeText(word, atX, atY);
    context.fillStyle = tone(colours.ink);
    context.fillText(word, atX, atY);
  }

  #ring({ dot, cloud }, clouds) {
    const { context, ratio, colours } = this;
    const [x, y] = this.place(dot);
    context.fillStyle = tone(colours[clouds[cloud].colour]);
    context.beginPath();
    this.#shape(clouds[cloud], x, y, 3.5 * ratio);
    context.fill();
    for (const [colour, width] of [[colours.background, 5], [colours.ink, 2]]) {
      context.strokeStyle = tone(colour);
      context.lineWidth = width * ratio;
      context.beginPath();
      context.arc(x, y, 8 * ratio, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}
