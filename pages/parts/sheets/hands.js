// What a visitor's hands do on the sheets: presses, drags and keys.

export function wire(sheets) {
  const { view, root } = sheets;
  const hold = wireBar(sheets);
  view.moments.onclick = ({ target }) => {
    const index = target.closest("button")?.dataset.index;
    if (index !== undefined) sheets.seek(Number(index));
  };
  wireStage(sheets, view.stage);
  root.onkeydown = (event) => key(sheets, event, ({ key, shiftKey }) => {
    const { columns } = sheets.reel;
    const by = shiftKey && { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
    if (by) return () => sheets.pick(sheets.pinned + by);
    return /^r$/i.test(key) ? () => hold.begin() : undefined;
  });
  root.onkeyup = (event) => { if (/^r$/i.test(event.key)) hold.end(); };
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
