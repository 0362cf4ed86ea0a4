// What a visitor's hands do with the brush, by pointer and by keys.

const [STEP, LARGE] = [0.02, 0.1]; // of the longer side, that the brush goes with an arrow key, and with Shift

function wire(brush) {
  const { teller, root } = brush;
  teller.undo.onclick = () => brush.undo(); // without effect when there is nothing to undo
  teller.clear.onclick = () => brush.change((mask) => mask.clear());
  teller.invert.onclick = () => brush.change((mask) => mask.invert());
  teller.size.oninput = () => brush.widen(Number(teller.size.value) / 100);
  for (const button of teller.toolButtons) button.onclick = () => brush.choose(button.dataset.tool);
  root.onkeydown = (event) => press(brush, event);
  teller.canvas.onblur = () => brush.point(null);
  teller.canvas.onfocus = () => { if (teller.canvas.matches(":focus-visible")) brush.point(brush.place); };
  wirePointer(brush, teller.canvas);
}

/** Pressing paints and dragging paints on; Python hears of it some time after the pointer is lifted. */
function wirePointer(brush, canvas) {
  let pointer = null;
  const at = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  };
  canvas.onpointerdown = (event) => {
    if (event.button !== 0 || pointer !== null) return; // a second finger does nothing
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    brush.begin(at(event));
  };
  canvas.onpointermove = (event) => {
    if (pointer !== event.pointerId) return pointer ?? brush.point(at(event));
    const all = event.getCoalescedEvents?.() ?? [];
    for (const part of all.length ? all : [event]) brush.drag(at(part));
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = (event) => {
    if (pointer !== event.pointerId) return;
    pointer = null;
    brush.end();
    if (event.pointerType !== "mouse") brush.point(null);
  };
  canvas.onpointerleave = () => pointer ?? brush.point(null);
  canvas.oncontextmenu = (event) => { if (event.pointerType !== "mouse") event.preventDefault(); }; // a long press
}

function press(brush, event) {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  const onCanvas = event.composedPath()[0] === brush.teller.canvas;
  const step = event.shiftKey ? LARGE : STEP;
  let act;
  if (command && event.key.toLowerCase() === "z") act = () => brush.undo();
  else if (onCanvas && !command && !event.altKey) {
    act = {
      ArrowLeft: () => brush.move(-step, 0),
      ArrowRight: () => brush.move(step, 0),
      ArrowUp: () => brush.move(0, -step),
      ArrowDown: () => brush.move(0, step),
      " ": () => brush.dab(brush.tool),
      Enter: () => brush.dab(brush.tool),
      Delete: () => brush.dab("erase"),
      Backspace: () => brush.dab("erase"),
    }[event.key];
  }
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  if (!brush.held) act();
}
