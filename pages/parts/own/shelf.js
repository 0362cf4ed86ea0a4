// Where Streamlit finds the parts of one kind. It calls again with each message; the parent element stays.
// Kind, TRIGGERS, STATES and shelf come from own.py: the class, and which of its methods tell Python what.

shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
shelf.all ??= new WeakMap();

shelf.show = ({ data, parentElement, setTriggerValue, setStateValue }) => {
  let part = shelf.all.get(parentElement);
  if (!part) shelf.all.set(parentElement, (part = new Kind(parentElement)));
  const call = (part.calls = (part.calls ?? 0) + 1);
  for (const [method, name] of Object.entries(TRIGGERS)) part[method] = (value = true) => setTriggerValue(name, value);
  for (const [method, name] of Object.entries(STATES)) part[method] = (value) => setStateValue(name, value);
  part.wake();
  part.receive(data);
  return () => { if (part.calls === call) part.sleep(); };
};
shelf.bring();

export default () => {};
