// Where Streamlit finds the knobs. It calls again with each message; the parent element stays.

const shelf = (globalThis[Symbol.for("gan-classroom.knobs")] ??= {});
shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
shelf.all ??= new WeakMap();

shelf.show = ({ data, parentElement, setTriggerValue }) => {
  let knobs = shelf.all.get(parentElement);
  if (!knobs) shelf.all.set(parentElement, (knobs = new Knobs(parentElement)));
  const turn = (knobs.turns = (knobs.turns ?? 0) + 1);
  knobs.tell = (move) => setTriggerValue("move", move);
  knobs.wake();
  knobs.receive(data);
  return () => { if (knobs.turns === turn) knobs.sleep(); };
};
shelf.bring();

export default () => {};
