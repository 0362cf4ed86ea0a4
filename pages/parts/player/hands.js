// What a visitor's hands do: presses, drags and keys, in words that the player understands. In a pair all of it goes to
// the one that leads.

const DRAG = 8; // CSS pixels that make a touch a drag

export function wire(player) {
  const { view, root } = player;
  view.play.onclick = () => player.chief.toggle();
  view.back.onclick = () => player.chief.step(-1);
  view.forth.onclick = () => player.chief.step(1);
  view.live.onclick = () => player.chief.jumpToNewest();
  view.speed.onchange = () => player.chief.choose("speed", view.speed.value);
  view.scrub.oninput = () => player.chief.seek(Number(view.scrub.value));
  view.save.onclick = () => savePicture(player.chief.all);
  view.close.onclick = () => player.end();
  view.smaller.onclick = () => shrink(player);
  view.seats.onclick = ({ target }) => { if (target.dataset.seed) enlarge(player, Number(target.dataset.seed)); };
  for (const chip of view.chips) {
    const name = chip.dataset.switch;
    chip.onclick = () => player.chief.choose(name, !player.settings[name]);
  }
  for (const choice of view.choices) {
    for (const button of choice.children) {
      button.onclick = () => player.chief.choose(choice.dataset.choice, button.dataset.value);
    }
  }
  root.onkeydown = (event) => key(player, event);
  wireStage(player, view.stage);
  wireStrip(player, view.strip);
}

/** Enlarge a seed's picture; whoever came by keyboard finds the way back under the fingers. */
function enlarge(player, seed) {
  const { view } = player;
  const focused = view.seats.contains(view.seats.getRootNode().activeElement);
  player.chief.enlarge(seed);
  if (focused) view.smaller.focus({ preventScroll: true });
}

function shrink(player) {
  const { view, seed } = player;
  const focused = view.smaller.getRootNode().activeElement === view.smaller;
  player.chief.enlarge(null);
  if (focused) focusPanel(view, seed);
}

function focusPanel(view, seed) {
  view.panels.forEach((panel, at) => { panel.tabIndex = at === seed ? 0 : -1; });
  view.panels[seed].focus({ preventScroll: true });
}

/** A press on the picture plays and pauses; a drag to the side winds, the picture's width being the whole film. */
function wireStage(player, stage) {
  let held = null;
  stage.onpointerdown = (event) => {
    const other = event.target.closest("button, .drawing"); // they have their own use for a press
    if (event.button === 0 && (!other || other.className === "panel")) {
      held = { x: event.clientX, from: player.chief.position, drags: false, other };
    }
  };
  stage.onpointermove = (event) => {
    if (!event.buttons) held = null; // released outside
    if (!held) return;
    const moved = event.clientX - held.x;
    if (!held.drags && Math.abs(moved) > DRAG) {
      held.drags = true;
      stage.setPointerCapture(event.pointerId);
    }
    if (!held.drags) return;
    player.chief.seek(Math.round(held.from + (moved / stage.clientWidth) * player.chief.span.last));
  };
  stage.onpointerup = () => {
    if (held && !held.drags && !held.other) {
      if (player.seed === null) player.chief.toggle();
      else shrink(player);
    }
    held = null;
  };
  stage.onpointercancel = () => { held = null; };
}

/** A press on the strip goes there, and holding on follows. */
function wireStrip(player, strip) {
  const go = (event) => {
    const box = strip.firstElementChild.getBoundingClientRect();
    player.chief.seek(Math.round(((event.clientX - box.left) / box.width) * player.chief.span.last));
  };
  strip.onpointerdown = (event) => {
    if (event.button !== 0) return;
    strip.setPointerCapture(event.pointerId);
    go(event);
  };
  strip.onpointermove = (event) => { if (strip.hasPointerCapture(event.pointerId)) go(event); };
}

function key(player, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.composedPath()[0];
  const { chief } = player;
  if (on.tagName === "SELECT" || (on.tagName === "BUTTON" && event.key === " ")) return; // they use these keys,
  if (on.tagName === "INPUT" && /^(Arrow|Home|End|Page)/.test(event.key)) return; // and so does the scrub bar
  const closes = player.film.about.slow && !player.stage.overview?.chosen; // an explanation closes first
  const act = (on.className === "panel" && around(player.view, on, event.key)) || {
    " ": () => chief.toggle(),
    ArrowLeft: () => chief.step(-1),
    ArrowRight: () => chief.step(1),
    Home: () => chief.seek(chief.span.first),
    End: () => chief.jumpToNewest(),
    "+": () => chief.faster(1),
    "=": () => chief.faster(1),
    "-": () => chief.faster(-1),
    Escape: player.seed !== null ? () => shrink(player) : closes && (() => player.end()),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** Among the seeds' pictures the arrows move the focus; at an edge they do nothing. */
function around(view, panel, pressed) {
  const [seed, columns] = [Number(panel.dataset.seed), Number(panel.dataset.columns)];
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[pressed];
  return by && (() => { if (view.panels[seed + by]) focusPanel(view, seed + by); });
}
