// What a visitor's hands do: presses, drags and keys, in words that the sheets understand.

const HELD = 400; // milliseconds from which on a press is a hold, that ends when let go

export function wire(sheets) {
  const { view, root } = sheets;
  view.play.onclick = () => sheets.toggle();
  view.live.onclick = () => sheets.jumpToNewest();
  view.scrub.oninput = () => sheets.scrub(Number(view.scrub.value));
  view.scrub.onpointerdown = () => { view.held = true; };
  view.scrub.onpointerup = view.scrub.onpointercancel = () => {
    view.held = false;
    sheets.changed();
  };
  view.marks.onclick = ({ target }) => { if (target.dataset.index) sheets.seek(Number(target.dataset.index)); };
  view.moments.onclick = ({ target }) => {
    const index = target.closest("button")?.dataset.index;
    if (index !== undefined) sheets.seek(Number(index));
  };
  wireReal(sheets, view.real);
  wireStage(sheets, view.stage);
  root.onkeydown = (event) => key(sheets, event);
  root.onkeyup = (event) => { if (/^r$/i.test(event.key)) sheets.hold?.end(); };
}

/** Turns something on while it is held; a short press turns it on until the next one. */
class Hold {
  constructor(sheets) { Object.assign(this, { sheets, since: performance.now(), was: sheets.real }); }

  begin() { this.sheets.show(!this.was); }

  end() {
    this.sheets.hold = null;
    if (performance.now() - this.since > HELD) this.sheets.show(this.was);
  }
}

function hold(sheets) {
  if (sheets.hold || !sheets.reel.real) return;
  sheets.hold = new Hold(sheets);
  sheets.hold.begin();
}

function wireReal(sheets, button) {
  button.onpointerdown = (event) => { if (event.button === 0) hold(sheets); };
  button.onpointerup = button.onpointercancel = button.onpointerleave = () => sheets.hold?.end();
  button.onclick = ({ detail }) => { if (detail === 0) sheets.show(!sheets.real); }; // by keyboard
  button.oncontextmenu = (event) => event.preventDefault(); // a long press
}

/** Pointing at a picture looks at it more closely; a press, or a finger, keeps it. */
function wireStage(sheets, stage) {
  const at = ({ clientX, clientY }) => {
    const box = stage.getBoundingClientRect();
    return sheets.at((clientX - box.left) / box.width, (clientY - box.top) / box.height);
  };
  stage.onpointermove = (event) => { if (event.pointerType === "mouse") sheets.point(at(event)); };
  stage.onpointerleave = () => sheets.point(null);
  stage.onclick = (event) => sheets.pick(at(event));
}

function key(sheets, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.composedPath()[0];
  if (on.tagName === "BUTTON" && event.key === " ") return; // they use these keys,
  if (on.tagName === "INPUT" && /^(Arrow|Page)/.test(event.key)) return; // and so does the slider
  const { columns } = sheets.reel;
  const by = event.shiftKey && { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  const act = by ? () => sheets.pick(sheets.pinned + by) : {
    " ": () => sheets.toggle(),
    ArrowLeft: () => sheets.step(-1),
    ArrowRight: () => sheets.step(1),
    Home: () => sheets.seek(sheets.reel.first),
    End: () => sheets.jumpToNewest(),
    r: () => hold(sheets),
    R: () => hold(sheets),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
