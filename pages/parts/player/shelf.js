// Where Streamlit finds the player. It calls again with each message; the parent element stays.

shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
shelf.players ??= new WeakMap();

shelf.show = ({ data, parentElement, setTriggerValue }) => {
  let player = shelf.players.get(parentElement);
  if (!player) shelf.players.set(parentElement, (player = new Player(parentElement)));
  const turn = (player.turn = (player.turn ?? 0) + 1);
  player.ask = () => setTriggerValue("resync", true);
  player.end = () => setTriggerValue("slow_end", true);
  player.wake();
  player.receive(data);
  return () => { if (player.turn === turn) player.sleep(); };
};
shelf.bring();

export default () => {};
