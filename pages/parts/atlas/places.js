// Places on the plane, in standard deviations; y points up. A square is {x, y, extent}: its middle, and from there to
// an edge. What is in sight is a square, and so is a tile of side × side pictures around it.

const BEYOND = 1; // pictures of a tile beyond each edge of the view: a hand finds some there before the next answer
const LEAST = 0.5; // extents of the view: below, neighbours cannot be told apart
const MOST = 40; // and above, nothing is left of what G has learnt
const REACH = 60; // how far from the middle of the three the view's middle may be

export const neat = (value) => Math.round(1e6 * value) / 1e6;
export const alike = (a, b) => ["x", "y", "extent"].every((name) => neat(a[name]) === neat(b[name]));

/** From one picture to the next, for what is in sight. */
export function stepOf({ extent }, side) { return (2 * extent) / (side - 2 * BEYOND); }

/**
 * The tile to ask for. Its pictures are a step apart and lie on one lattice for all tiles of this extent: those of two
 * tiles fall together, and the picture under the hand stays what it is.
 */
export function around({ x, y, extent }, side) {
  const step = stepOf({ extent }, side);
  const on = (at) => neat(step * Math.round(at / step));
  return { x: on(x), y: on(y), extent: neat((step * side) / 2) };
}

/** The inverse: what is in sight of a tile. */
export function inside({ x, y, extent }, side) { return { x, y, extent: (extent * (side - 2 * BEYOND)) / side }; }

export function bounded({ x, y, extent }) {
  const clamp = (at, least, most) => Math.max(least, Math.min(at, most));
  return { x: clamp(x, -REACH, REACH), y: clamp(y, -REACH, REACH), extent: clamp(extent, LEAST, MOST) };
}

/** The place at (u, v), parts of the way across and down a square; and the inverse. */
export function placeAt({ x, y, extent }, [u, v]) {
  return { x: x + extent * (2 * u - 1), y: y - extent * (2 * v - 1) };
}
export function partsAt({ x, y, extent }, place) {
  return [(1 + (place.x - x) / extent) / 2, (1 - (place.y - y) / extent) / 2];
}

/** A view enlarged so many times, while the place at (u, v) stays where it is. */
export function enlarged(view, times, [u, v]) {
  const { extent } = bounded({ ...view, extent: view.extent / times });
  const held = placeAt(view, [u, v]);
  return { x: held.x - extent * (2 * u - 1), y: held.y + extent * (2 * v - 1), extent };
}

const BAND = 2; // deviations of noise on both sides of the ring

/** Where a plane meets the noise: at its mean length, and at both ends of the band. */
export function ringsOf(tile, [mean, deviation]) {
  return [mean, mean - BAND * deviation, mean + BAND * deviation].map((radius) => circle(tile, radius));
}

/**
 * Where latents are `radius` long: a circle {x, y, radius}, or nothing where the plane passes farther from the origin.
 * A latent of the plane is c + p·axes, so |z|² = |p|² + 2 b·p + a; three pictures of the tile tell a and b.
 */
function circle(tile, radius) {
  const rest = (column, row) => {
    const { x, y } = tile.cell(column, row);
    return tile.norms[row * tile.side + column] ** 2 - x * x - y * y;
  };
  const last = tile.side - 1;
  const across = 2 * last * tile.step;
  const [here, right, below] = [rest(0, 0), rest(last, 0), rest(0, last)];
  const b = { x: (right - here) / across, y: (here - below) / across };
  const corner = tile.cell(0, 0);
  const a = here - 2 * (b.x * corner.x + b.y * corner.y);
  const square = radius * radius - a + b.x * b.x + b.y * b.y;
  return square > 0 ? { x: -b.x, y: -b.y, radius: Math.sqrt(square) } : null;
}
