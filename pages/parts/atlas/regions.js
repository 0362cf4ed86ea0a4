// Regions of a tile in which a classifier sees one class: their borders, and where their names stand.

const SMALLEST = 2; // pictures of a region that is named

/** Edges between pictures of two classes, as [column, row, column, row] of both ends, counted in pictures. */
export function borders({ classes, side }) {
  const found = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const here = row * side + column;
      if (column && classes[here] !== classes[here - 1]) found.push([column, row, column, row + 1]);
      if (row && classes[here] !== classes[here - side]) found.push([column, row, column + 1, row]);
    }
  }
  return found;
}

/** A name for each connected region, {name, column, row}, at its picture nearest to its own middle; none at the rim. */
export function names({ classes, side }) {
  const seen = new Set();
  const found = [];
  const rim = (at) => [at % side, Math.floor(at / side)].some((place) => place < BEYOND || place >= side - BEYOND);
  for (let start = 0; start < classes.length; start++) {
    if (rim(start) || seen.has(start)) continue;
    const region = [start];
    seen.add(start);
    for (const at of region) { // grows while it is walked through
      for (const next of [at - 1, at + 1, at - side, at + side]) {
        if (rim(next) || seen.has(next) || classes[next] !== classes[start]) continue;
        seen.add(next);
        region.push(next);
      }
    }
    if (region.length < SMALLEST) continue;
    const mean = (of) => region.reduce((sum, at) => sum + of(at), 0) / region.length;
    const [column, row] = [mean((at) => at % side), mean((at) => Math.floor(at / side))];
    const away = (at) => Math.hypot((at % side) - column, Math.floor(at / side) - row);
    const middle = region.reduce((best, at) => (away(at) < away(best) ? at : best));
    found.push({ name: classes[start], column: middle % side, row: Math.floor(middle / side) });
  }
  return found;
}
