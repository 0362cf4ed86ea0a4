// What a visitor's hands do at the easel: the divider by pointer and by keys, beside what is the same for all reels.

const SLOP = 6; // CSS pixels that a pointer goes across the picture before the divider comes along
const [FINE, COARSE] = [0.02, 0.1]; // of the width: an arrow key, and with Shift or Page keys

export function wire(easel) {
  const { view, root } = easel;
  const hold = wireBar(easel);
  wireDivider(easel, view);
  root.onkeydown = (event) =>
    key(easel, event, ({ key }) => (/^c$/i.test(key) ? () => hold.begin() : undefined));
  root.onkeyup = (event) => { if (/^c$/i.test(event.key)) hold.end(); };
}

/** The knob is grasped at once, the picture when one goes across it: a press alone, or a scroll, moves nothing. */
function wireDivider(easel, { stage, knob }) {
  let drag = null;
  const at = ({ clientX }) => {
    const box = stage.getBoundingClientRect();
    return (clientX - box.left) / box.width;
  };
  stage.onpointerdown = (event) => {
    if (event.button !== 0 || drag || easel.root.dataset.wipe === "none") return;
    drag = { pointer: event.pointerId, from: event.clientX, grasped: knob.contains(event.target) };
    stage.setPointerCapture(event.pointerId);
  };
  stage.onpointermove = (event) => {
    if (drag?.pointer !== event.pointerId) return;
    drag.grasped ||= Math.abs(event.clientX - drag.from) > SLOP;
    if (drag.grasped) easel.wipe(at(event));
  };
  stage.onpointerup = stage.onpointercancel = stage.onlostpointercapture = () => { drag = null; };
  knob.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? COARSE : FINE;
    const by = {
      ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageDown: -COARSE, PageUp: COARSE,
      Home: -1, End: 1,
    }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    easel.wipe(easel.wiped + by);
  };
}
