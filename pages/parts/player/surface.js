// D's opinion everywhere: a small picture scaled up, and the line along which D cannot tell. And the stamps of points.

const SURFACE = 0.4; // how far D's surest opinion goes from the page's background to the colour of real or fake
const LEVEL = 127.5; // of 255: an even chance
const FLAT = 1.5; // of 255; where D's opinion changes less across a cell, its contour is only rounding

const mix = (a, b, part) => a.map((value, i) => Math.round(value + part * (b[i] - value)));
const css = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

/** The colour of each of D's 256 opinions, as the words of a canvas's pixels. */
export function opinionShades({ background, real, fake }) {
  return Uint32Array.from({ length: 256 }, (_, opinion) => {
    const certainty = (opinion - LEVEL) / LEVEL; // -1 surely fake, 1 surely real
    const [r, g, b] = mix(background, certainty < 0 ? fake : real, SURFACE * Math.abs(certainty));
    return (255 << 24) | (b << 16) | (g << 8) | r;
  });
}

/** One surface, with a picture of its own to keep the colours in. */
export class Surface {
  constructor() {
    this.field = document.createElement("canvas");
    this.context = this.field.getContext("2d");
  }

  /** `opinions` (count * count), rows from the smallest y up, over the square of that `side` at (x, y). */
  draw(context, opinions, shades, { x, y, side, line, ink }) {
    const count = Math.sqrt(opinions.length);
    if (this.field.width !== count) {
      this.field.width = this.field.height = count;
      this.pixels = this.context.createImageData(count, count);
      this.words = new Uint32Array(this.pixels.data.buffer);
    }
    for (let row = 0; row < count; row++) {
      const to = (count - 1 - row) * count; // the picture's first row is the largest y
      for (let column = 0; column < count; column++) {
        this.words[to + column] = shades[Math.round(opinions[row * count + column])];
      }
    }
    this.context.putImageData(this.pixels, 0, 0);
    const step = side / (count - 1); // the outermost samples lie on the border, so their pixels reach beyond it
    context.drawImage(this.field, x - step / 2, y - step / 2, step * count, step * count);
    contour(context, opinions, count, x, y + side, step);
    context.strokeStyle = css(ink, 0.3);
    context.lineWidth = line;
    context.stroke();
  }
}

/** Where D cannot tell, as the context's path: marching squares at 1/2. */
function contour(context, opinions, count, left, bottom, step) {
  const corners = [0, 0, 0, 0];
  const ends = [];
  context.beginPath();
  for (let row = 0; row + 1 < count; row++) {
    for (let column = 0; column + 1 < count; column++) {
      const at = row * count + column;
      corners[0] = opinions[at];
      corners[1] = opinions[at + 1];
      corners[2] = opinions[at + count + 1];
      corners[3] = opinions[at + count];
      const [a, b, c, d] = corners;
      const above = a > LEVEL;
      if (above === b > LEVEL && above === c > LEVEL && above === d > LEVEL) continue;
      if (Math.max(a, b, c, d) - Math.min(a, b, c, d) < FLAT) continue;
      ends.length = 0;
      for (let edge = 0; edge < 4; edge++) {
        const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
        if (from > LEVEL === to > LEVEL) continue;
        const part = (LEVEL - from) / (to - from);
        const along = edge === 0 ? part : edge === 1 ? 1 : edge === 2 ? 1 - part : 0;
        const up = edge === 0 ? 0 : edge === 1 ? part : edge === 2 ? 1 : 1 - part;
        ends.push(left + (column + along) * step, bottom - (row + up) * step);
      }
      for (let end = 0; end + 3 < ends.length; end += 4) {
        context.moveTo(ends[end], ends[end + 1]);
        context.lineTo(ends[end + 2], ends[end + 3]);
      }
    }
  }
}

/**
 * Points as small pictures with a rim in the background's colour, so that they stay apart where they crowd: real ones
 * round, fake ones pointed. `mark`: radius in device pixels; `rim`: width of the rim.
 */
export function pointStamps({ background, real, fake }, mark, rim) {
  const size = 2 * Math.ceil(1.4 * mark) + 2;
  const stamp = (colour, outline) => {
    const picture = document.createElement("canvas");
    picture.width = picture.height = size;
    const context = picture.getContext("2d");
    context.translate(size / 2, size / 2);
    context.beginPath();
    outline(context, mark);
    context.lineJoin = "round";
    context.lineWidth = rim;
    context.strokeStyle = css(background, 0.9);
    context.stroke();
    context.fillStyle = css(colour);
    context.fill();
    return picture;
  };
  return {
    real: stamp(real, (context, r) => context.arc(0, 0, 0.88 * r, 0, 2 * Math.PI)),
    fake: stamp(fake, (context, r) => {
      context.moveTo(0, -1.2 * r);
      context.lineTo(1.1 * r, 0.8 * r);
      context.lineTo(-1.1 * r, 0.8 * r);
      context.closePath();
    }),
  };
}
