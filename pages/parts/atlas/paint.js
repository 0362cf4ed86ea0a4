// The pictures on the canvas, and the regions on them. All follows what is in sight, so that a drag is seen at once.

const DENSEST = 2; // device pixels in a CSS pixel: more cost time and are not seen
const TINT = 0.5; // how strong the colour of a class is where the classifier is sure
const GOLDEN = 137.508; // degrees from the hue of one class to that of the next: any few stay apart

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
  }

  /** `scene`: {sight, tiles, regions, labels, colours, font} and what `marks.js` draws; shown with the next frame. */
  soon(scene) {
    this.scene = scene;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    const { canvas, context, scene } = this;
    const size = canvas.clientWidth;
    if (!scene?.colours || !size) return;
    const times = Math.min(DENSEST, devicePixelRatio);
    const dots = Math.round(size * times);
    if (canvas.width !== dots) canvas.width = canvas.height = dots;
    context.setTransform(dots / size, 0, 0, dots / size, 0, 0);
    const { background, ink } = scene.colours;
    context.fillStyle = `rgb(${background.map((part, at) => 0.9 * part + 0.1 * ink[at])})`;
    context.fillRect(0, 0, size, size);
    const brush = { context, size, pixel: 1 / times, ...scene };
    for (const tile of scene.tiles.all) drawTile(brush, tile);
    if (scene.tiles.newest) drawMarks(brush);
  }
}

/** A tile's top left corner and the length of its side, in CSS pixels. */
export function boxOf({ sight, size }, tile) {
  const [left, top] = partsAt(sight, { x: tile.x - tile.extent, y: tile.y + tile.extent });
  return [left * size, top * size, (size * tile.extent) / sight.extent];
}

function drawTile(brush, tile) {
  const { context, pixel, regions } = brush;
  const [left, top, length] = boxOf(brush, tile);
  const times = length / pixel / tile.picture.width;
  context.imageSmoothingEnabled = times < 2; // enlarged, pixels stay squares
  context.imageSmoothingQuality = "high";
  context.drawImage(tile.picture, left, top, length, length);
  if (!regions || !tile.classes) return;
  const cell = length / tile.side;
  const snap = (at) => Math.round(at / pixel) * pixel; // else seams are seen between the tints
  tile.classes.forEach((kind, at) => {
    const [column, row] = [at % tile.side, Math.floor(at / tile.side)];
    const [x, y] = [snap(left + column * cell), snap(top + row * cell)];
    context.fillStyle = hue(kind, TINT * tile.sure[at]);
    context.fillRect(x, y, snap(left + (column + 1) * cell) - x, snap(top + (row + 1) * cell) - y);
  });
  const path = new Path2D();
  for (const [column, row, toColumn, toRow] of tile.borders) {
    path.moveTo(left + column * cell, top + row * cell);
    path.lineTo(left + toColumn * cell, top + toRow * cell);
  }
  haloed(context, path, 2);
}

export function hue(kind, alpha) { return `hsl(${(250 + GOLDEN * kind) % 360} 85% 55% / ${alpha})`; }

/** A white line that is seen on any picture. */
export function haloed(context, path, width, middle = "#fff") {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width + 2;
  context.strokeStyle = "rgb(0 0 0 / 0.55)";
  context.stroke(path);
  context.lineWidth = width;
  context.strokeStyle = middle;
  context.stroke(path);
}
