// Where the overview's boxes and edges lie. One grammar: samples flow along the middle from left to right; D's gradient
// comes back above that axis and G's below it; every edge runs in the gaps between the columns.

const OV_NARROW = 500; // CSS pixels of side under which long words and most numbers go

// What is at work in each part of a step (gan_core/slow_motion.py): boxes, then edges.
const OV_AT_WORK = [
  "noise generator fake real toGenerator toFake",
  "real fake discriminator verdicts realIn fakeIn realOut fakeOut",
  "verdicts discriminator_loss realToD fakeToD",
  "discriminator_loss discriminator_gradient discriminator backToD",
  "discriminator discriminator_gradient",
  "noise generator fake toGenerator toFake",
  "fake discriminator verdicts fakeIn fakeOut",
  "verdicts generator_loss fakeToG realToG",
  "generator_loss discriminator pull generator_gradient generator backThroughD backToFakes backToG",
  "generator generator_gradient",
].map((names) => new Set(names.split(" ")));

/**
 * Where everything lies in a square of `side` CSS pixels. A box: its button {x, y, width, height}, the height of its
 * `label` line, and its `picture` {x, y, width, height}. An edge: its corners as [x, y, x, y, ...], its colour's name.
 */
function ovLayout(side) {
  const label = side < OV_NARROW ? 16 : 22;
  const edge = 0.025 * side;
  const [big, small, slim] = [0.21 * side, 0.16 * side, 0.15 * side];
  const gap = (side - 2 * edge - 2 * big - small - slim) / 3;
  const left = [edge, edge + big + gap, edge + big + small + 2 * gap, side - edge - slim]; // of the columns
  const gaps = [left[1], left[2], left[3]].map((x) => x - gap / 2); // their middles
  const axis = 0.485 * side; // along which samples flow
  const [top, low] = [edge + label, side - edge - small]; // of the pictures in the first row and in the last
  const boxes = {};
  const place = (name, x, y, width, height, below = 0) => {
    boxes[name] = {
      x: x - 4, y: y - label - 4, width: width + 8, height: height + label + below + 8, label,
      picture: { x, y, width, height },
    };
  };
  const tags = label + 2; // room for one line below a picture
  place("noise", left[0] + (big - small) / 2, top, small, small);
  place("generator", left[0], axis - big / 2, big, big, tags);
  place("fake", left[1], axis - small / 2, small, small, tags);
  place("real", left[1], top, small, small);
  place("discriminator", left[2], axis - big / 2, big, big, tags);
  place("verdicts", left[3], axis - big / 2, slim, big, side < OV_NARROW ? 0 : tags);
  const wide = left[3] + slim - left[2];
  place("discriminator_loss", left[2], top, wide, small);
  place("generator_loss", left[2], low, wide, small);
  place("pull", left[1], low, small, small);
  const [upper, lower] = [axis - 0.27 * big, axis + 0.3 * big]; // where edges meet D and G beside the axis
  const over = boxes.discriminator.y;
  const lineHeight = side < OV_NARROW ? 28 : 38;
  const words = (name, right, middle) => {
    const width = gap / 2 + big;
    boxes[name] = { x: right - width, y: middle - lineHeight / 2, width, height: lineHeight, label };
  };
  words("discriminator_gradient", gaps[2] - 6, (top + small + over) / 2);
  words("generator_gradient", gaps[0] - 6, (boxes.generator.y + boxes.generator.height + low + small / 2) / 2);

  const [g, f, d, v] = ["generator", "fake", "discriminator", "verdicts"].map((name) => boxes[name].picture);
  const middle = v.x + v.width / 2;
  const strand = Math.max(3, 0.008 * side); // half the distance of real and fake side by side
  const verdictsEnd = boxes.verdicts.y + boxes.verdicts.height + 2;
  const edges = {
    toGenerator: { colour: "neutral", at: [g.x + big / 2, top + small + 3, g.x + big / 2, boxes.generator.y + 1] },
    toFake: { colour: "fake", at: [g.x + big + 3, axis, f.x - 4, axis] },
    realIn: { colour: "real",
      at: [f.x + small + 3, top + small / 2, gaps[1], top + small / 2, gaps[1], upper, d.x - 4, upper] },
    fakeIn: { colour: "fake", at: [f.x + small + 3, axis, d.x - 4, axis] },
    realOut: { colour: "real", at: [d.x + big + 3, axis - strand, v.x - 4, axis - strand] },
    fakeOut: { colour: "fake", at: [d.x + big + 3, axis + strand, v.x - 4, axis + strand] },
    realToD: { colour: "real", at: [middle - strand, boxes.verdicts.y - 2, middle - strand, top + small + 6] },
    fakeToD: { colour: "fake", at: [middle + strand, boxes.verdicts.y - 2, middle + strand, top + small + 6] },
    fakeToG: { colour: "fake", at: [middle + strand, verdictsEnd, middle + strand, low - label - 6] },
    realToG: { colour: "real", at: [middle - strand, verdictsEnd, middle - strand, low - label - 6] },
    backToD: { gradient: "discriminator_gradient_norm",
      at: [gaps[2], top + small + 4, gaps[2], upper, d.x + big + 4, upper] },
    backThroughD: { gradient: "gradient_norm", at: [gaps[2], low - label - 4, gaps[2], lower, d.x + big + 4, lower] },
    backToFakes: { gradient: "gradient_norm",
      at: [d.x - 3, lower, gaps[1], lower, gaps[1], low + small / 2, f.x + small + 4, low + small / 2] },
    backToG: { gradient: "gradient_norm",
      at: [f.x - 3, low + small / 2, gaps[0], low + small / 2, gaps[0], lower, g.x + big + 4, lower] },
  };
  // G's gradient passes through D, in front of its picture
  const through = { gradient: "gradient_norm", faint: true, at: [d.x + big - 2, lower, d.x + 2, lower] };
  const hint = { x: left[0], y: low + 0.3 * small, width: big, height: 0.7 * small };
  return { side, hint, label, boxes, edges, through, round: Math.min(10, gap / 4) };
}
