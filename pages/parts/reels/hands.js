// Presses and keys that mean the same wherever pictures of a run are played.

const HELD = 400; // milliseconds from which on a press is a hold, that ends when let go

export function wireBar(part) {
  const { view } = part;
  view.play.onclick = () => part.toggle();
  view.live.onclick = () => part.jumpToNewest();
  view.scrub.oninput = () => part.scrub(Number(view.scrub.value));
  view.scrub.onpointerdown = () => { view.held = true; };
  view.scrub.onpointerup = view.scrub.onpointercancel = () => {
    view.held = false;
    part.changed();
  };
  view.marks.onclick = ({ target }) => { if (target.dataset.index) part.seek(Number(target.dataset.index)); };
  const hold = new Hold(part);
  hold.wire(view.given);
  return hold;
}

/** Shows the given picture while it is held; a short press shows it until the next one. */
class Hold {
  constructor(part) { this.part = part; }

  begin() {
    if (this.held || !this.part.reel.given) return;
    const { given, reel } = this.part;
    this.held = { since: performance.now(), given, reel };
    this.part.show(!given);
  }

  end() {
    const { held } = this;
    this.held = null;
    if (held?.reel === this.part.reel && performance.now() - held.since > HELD) this.part.show(held.given);
  }

  wire(button) {
    button.onpointerdown = (event) => { if (event.button === 0) this.begin(); };
    button.onpointerup = button.onpointercancel = button.onpointerleave = () => this.end();
    button.onclick = ({ detail }) => { if (detail === 0) this.part.show(!this.part.given); }; // by keyboard
    button.oncontextmenu = (event) => event.preventDefault(); // a long press
  }
}

/** `further(event)`: what a key does in this part alone, as a function; nothing where it does what it does in all. */
export function key(part, event, further) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.composedPath()[0];
  if (on.tagName === "BUTTON" && event.key === " ") return; // they use these keys,
  if (on.tagName === "INPUT" && /^(Arrow|Page)/.test(event.key)) return; // and so does the slider
  const act = further(event) ?? {
    " ": () => part.toggle(),
    ArrowLeft: () => part.step(-1),
    ArrowRight: () => part.step(1),
    Home: () => part.seek(part.reel.first),
    End: () => part.jumpToNewest(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
