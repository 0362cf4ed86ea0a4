// What is marked on the map: the ring where noise lies, names of regions, the three pictures, the one that was taken.

const LETTERS = "ABC";
const DISC = 12; // px, radius of a letter's disc
const TALL = 22; // px, of a name

export function drawMarks(brush) {
  drawRings(brush);
  drawMiddle(brush);
  if (brush.picked) drawFrame(brush, brush.picked, 3, brush.accent);
  if (brush.looked) drawFrame(brush, { ...brush.looked, step: brush.looked.tile.step }, 2);
  if (brush.regions) drawNames(brush, brush.tiles.newest);
  drawCorners(brush);
}

/** The ring on which noise lies, on the band in which nearly all does. */
function drawRings({ context, size, sight, rings }) {
  const [ring, inner, outer] = rings.map((ring) => {
    const path = new Path2D();
    if (!ring) return path;
    const [x, y] = partsAt(sight, ring).map((part) => part * size);
    path.arc(x, y, (ring.radius / sight.extent / 2) * size, 0, 2 * Math.PI);
    return path;
  });
  if (!ring) return;
  outer.addPath(inner);
  context.fillStyle = "rgb(255 255 255 / 0.1)";
  context.fill(outer, "evenodd");
  context.setLineDash([7, 5]);
  haloed(context, ring, 2);
  context.setLineDash([]);
}

function drawMiddle({ context, size }) {
  const path = new Path2D();
  for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    path.moveTo(size / 2 + 3 * x, size / 2 + 3 * y);
    path.lineTo(size / 2 + 9 * x, size / 2 + 9 * y);
  }
  haloed(context, path, 1.5);
}

/** Around a picture at {x, y} that is `step` wide. */
function drawFrame({ context, size, sight }, { x, y, step }, width, colour) {
  const [left, top] = partsAt(sight, { x: x - step / 2, y: y + step / 2 }).map((part) => part * size);
  const length = (step / sight.extent / 2) * size;
  const path = new Path2D();
  path.rect(left + width / 2, top + width / 2, length - width, length - width);
  haloed(context, path, width, colour);
}

function drawNames(brush, tile) {
  const { context, size, sight, labels, corners, font } = brush;
  const discs = corners.map((corner) => partsAt(sight, corner).map((part) => part * size));
  const [left, top, length] = boxOf(brush, tile);
  const cell = length / tile.side;
  context.font = `600 13px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { name, column, row } of tile.names) {
    const [across, down] = [left + (column + 0.5) * cell, top + (row + 0.5) * cell];
    if (Math.min(across, down) < 0 || Math.max(across, down) > size) continue;
    const width = context.measureText(labels[name]).width + 14;
    const hold = (at, half) => Math.max(half + 4, Math.min(at, size - half - 4));
    const [x, middle] = [hold(across, width / 2), hold(down, TALL / 2)];
    const near = (a, b, half) => Math.abs(a - b) < half + DISC;
    const disc = discs.find((at) => near(at[0], x, width / 2) && near(at[1], middle, TALL / 2));
    const y = disc ? disc[1] + (disc[1] < TALL + 2 * DISC ? 1 : -1) * (TALL / 2 + DISC + 3) : middle;
    context.fillStyle = "rgb(12 12 18 / 0.82)";
    context.beginPath();
    context.roundRect(x - width / 2, y - TALL / 2, width, TALL, TALL / 2);
    context.fill();
    context.fillStyle = "#fff";
    context.fillText(labels[name], x, y + 1);
  }
}

function drawCorners({ context, size, sight, corners, accent, font }) {
  context.font = `700 14px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  corners.forEach((corner, at) => {
    const [x, y] = partsAt(sight, corner).map((part) => part * size);
    const disc = new Path2D();
    disc.arc(x, y, DISC, 0, 2 * Math.PI);
    haloed(context, disc, 2);
    context.fillStyle = accent;
    context.fill(disc);
    context.fillStyle = "#fff";
    context.fillText(LETTERS[at], x, y + 1);
  });
}
