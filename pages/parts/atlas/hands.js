// What a visitor's hands do: drags, pinches, presses and keys, in words that the map understands.

const STILL = 5; // px that a press may slip and is not yet a drag
const TIMES = 1.5; // larger or smaller with a button or a key
const NOTCH = 0.0015; // of the extent's logarithm, for a pixel that a wheel turns

export function wire(atlas) {
  const { view } = atlas;
  view.larger.onclick = () => atlas.zoom(TIMES);
  view.smaller.onclick = () => atlas.zoom(1 / TIMES);
  view.home.onclick = () => atlas.goHome();
  view.regions.onclick = () => atlas.toggleRegions();
  new Hand(atlas, view.canvas);
  view.canvas.onkeydown = (event) => key(atlas, event);
  view.canvas.onblur = () => atlas.look(null);
  // a wheel over a map that nobody has touched scrolls the page; a pinch on a touchpad comes with Ctrl
  view.canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && view.canvas.getRootNode().activeElement !== view.canvas) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1) * (event.ctrlKey ? 5 : 1);
    atlas.zoom(Math.exp(-NOTCH * pixels), partsIn(view.canvas, event));
  }, { passive: false });
}

/** Where an event is, as parts of the way across and down. */
function partsIn(canvas, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
}

/** One finger or the mouse drags, two fingers pinch as well; what does not move is a press. */
class Hand {
  constructor(atlas, canvas) {
    Object.assign(this, { atlas, canvas, fingers: new Map(), dragging: false });
    canvas.onpointerdown = (event) => this.#down(event);
    canvas.onpointermove = (event) => this.#move(event);
    canvas.onpointerup = (event) => this.#up(event, !this.dragging && this.fingers.size === 1);
    canvas.onpointercancel = (event) => this.#up(event, false);
    canvas.onpointerleave = () => atlas.look(null);
  }

  #down(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, partsIn(this.canvas, event));
    this.from = [event.clientX, event.clientY];
    this.dragging = this.fingers.size > 1;
  }

  #move(event) {
    const now = partsIn(this.canvas, event);
    if (!this.fingers.has(event.pointerId)) {
      if (event.pointerType === "mouse") this.atlas.look(now);
      return;
    }
    if (!this.dragging && Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]) < STILL) return;
    this.dragging = true;
    this.canvas.dataset.dragging = true;
    const before = grip(this.fingers);
    this.fingers.set(event.pointerId, now);
    const after = grip(this.fingers);
    this.atlas.drag(before.middle, after.middle, before.spread ? after.spread / before.spread : 1);
  }

  #up(event, pressed) {
    if (!this.fingers.delete(event.pointerId)) return;
    delete this.canvas.dataset.dragging;
    if (pressed) this.atlas.pick(partsIn(this.canvas, event));
  }
}

/** The middle of all fingers, and how far they are from it. */
function grip(fingers) {
  const all = [...fingers.values()];
  const middle = [0, 1].map((axis) => all.reduce((sum, at) => sum + at[axis], 0) / all.length);
  const spread = all.reduce((sum, at) => sum + Math.hypot(at[0] - middle[0], at[1] - middle[1]), 0) / all.length;
  return { middle, spread };
}

function key(atlas, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const many = event.shiftKey ? 4 : 1;
  const act = {
    ArrowLeft: () => atlas.step(-many, 0),
    ArrowRight: () => atlas.step(many, 0),
    ArrowUp: () => atlas.step(0, many),
    ArrowDown: () => atlas.step(0, -many),
    "+": () => atlas.zoom(TIMES),
    "=": () => atlas.zoom(TIMES), // the key of + without Shift
    "-": () => atlas.zoom(1 / TIMES),
    Home: () => atlas.goHome(),
    Enter: () => atlas.pick(MIDDLE),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
  atlas.look(MIDDLE);
}
