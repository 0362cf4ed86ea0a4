// Where Streamlit finds the maps. It calls again with each message; the parent element stays.

const shelf = (globalThis[Symbol.for("gan-classroom.atlas")] ??= {});
shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
shelf.all ??= new WeakMap();

shelf.show = ({ data, parentElement, setTriggerValue }) => {
  let atlas = shelf.all.get(parentElement);
  if (!atlas) shelf.all.set(parentElement, (atlas = new Atlas(parentElement)));
  const turn = (atlas.turns = (atlas.turns ?? 0) + 1);
  atlas.tell = (move) => setTriggerValue("move", move);
  atlas.wake();
  atlas.receive(data);
  return () => { if (atlas.turns === turn) atlas.sleep(); };
};
shelf.bring();

export default () => {};
