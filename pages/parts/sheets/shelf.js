// Where Streamlit finds the sheets. It calls again with each message; the parent element stays.

const shelf = (globalThis[Symbol.for("gan-classroom.sheets")] ??= {});
shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
shelf.all ??= new WeakMap();

shelf.show = ({ data, parentElement, setTriggerValue }) => {
  let sheets = shelf.all.get(parentElement);
  if (!sheets) shelf.all.set(parentElement, (sheets = new Sheets(parentElement)));
  const turn = (sheets.turn = (sheets.turn ?? 0) + 1);
  sheets.ask = () => setTriggerValue("resync", true);
  sheets.wake();
  sheets.receive(data);
  return () => { if (sheets.turn === turn) sheets.sleep(); };
};
shelf.bring();

export default () => {};
