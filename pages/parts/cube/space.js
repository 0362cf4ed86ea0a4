// The cube in space and on the page. A dot is [left, middle, right], each from 0, black, to 1, white.

const CORNERS = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
const EDGES = CORNERS.flatMap((from, i) => [0, 1, 2].filter((axis) => !from[axis]).map((axis) => [i, i | (1 << axis), axis]));
const START = { yaw: -0.62, pitch: 0.36 }; // radians: the diagonal rises to the right, and no two edges hide each other
const STEEPEST = 1.4; // radians of pitch
const SHOWN = 0.55; // of the canvas's side is one edge of the cube: its long diagonal fits whichever way it is turned

/** How it is turned: right goes to the right of the page, middle up, left to the back; seen from infinitely far. */
class Turn {
  constructor() { this.back(); }

  back() { Object.assign(this, START); }

  by(yaw, pitch) {
    this.yaw = (this.yaw + yaw) % (2 * Math.PI);
    this.pitch = Math.max(-STEEPEST, Math.min(this.pitch + pitch, STEEPEST));
  }

  /** Where dots come to lie on a page with this side: a function that gives [x, y, depth], depth from -1 to 1, far is negative. */
  onto(side) {
    const [cosYaw, sinYaw] = [Math.cos(this.yaw), Math.sin(this.yaw)];
    const [cosPitch, sinPitch] = [Math.cos(this.pitch), Math.sin(this.pitch)];
    const scale = SHOWN * side;
    return ([left, middle, right]) => {
      const [x, y, z] = [right - 0.5, middle - 0.5, left - 0.5];
      const across = x * cosYaw + z * sinYaw;
      const away = z * cosYaw - x * sinYaw;
      const up = y * cosPitch + away * sinPitch;
      const near = y * sinPitch - away * cosPitch;
      return [side / 2 + scale * across, side / 2 - scale * up, near / (Math.sqrt(3) / 2)];
    };
  }
}

/** How far a dot is from the line of equal values. */
function fromDiagonal(dot) {
  const mean = (dot[0] + dot[1] + dot[2]) / 3;
  return Math.hypot(...dot.map((value) => value - mean));
}
