// What a visitor's hands do: drags, presses and keys, in words that the knobs understand.

export function wire(knobs) {
  const { view, root } = knobs;
  view.shuffle.onclick = () => knobs.shuffle();
  view.undo.onclick = () => knobs.undo();
  view.redo.onclick = () => knobs.redo();
  view.reset.onclick = () => knobs.reset();
  view.label.onchange = () => knobs.change("label", { label: Number(view.label.value) });
  view.truncation.oninput = () => knobs.change("truncation", { truncation: Number(view.truncation.value) }, true);
  view.truncation.ondblclick = view.told.onclick = () => knobs.change("truncation", { truncation: CENTRE });
  view.seed.onchange = () => knobs.sow(view.seed.value);
  view.seed.onblur = () => { view.seed.value = knobs.state.seed; };
  wireBank(knobs, view.bank);
  root.onpointerdown = ({ target }) => { if (target.type === "range") knobs.past.part(true); };
  root.onpointerup = root.onpointercancel = () => knobs.past.part(false);
  root.onkeydown = (event) => key(knobs, event);
}

function wireBank(knobs, bank) {
  const idOf = ({ target }) => target.closest(".knob")?.dataset.id;
  const turn = (event) => knobs.turn(idOf(event), null);
  bank.oninput = (event) => { if (event.target.matches(".slider")) knobs.turn(idOf(event), Number(event.target.value)); };
  bank.ondblclick = (event) => { if (event.target.matches(".slider")) turn(event); };
  bank.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".value")) turn(event);
    if (button.matches(".lock")) knobs.lock(idOf(event));
    if (button.matches(".remove")) knobs.remove(idOf(event));
    if (button.matches(".title")) knobs.rename(idOf(event));
  };
}

/** Sliders know their own keys; besides, Ctrl+Z undoes. A field that is typed into undoes its own letters. */
function key(knobs, event) {
  const { type } = event.composedPath()[0];
  if (type === "number" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const letter = event.key.toLowerCase();
  const act = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[letter];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  knobs[act]();
}
