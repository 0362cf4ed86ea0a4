// The cube itself: what is on, what is looked at, how it is turned, and the hands that change that.

const IDLE = 0.1; // radians a second that it turns by itself, until it is touched
const KEY = Math.PI / 36; // radians for an arrow key
const PULL = 0.008; // radians for each CSS pixel that it is dragged
const STILL = 4; // CSS pixels that a press may slip and is still no drag
const REACH = 14; // CSS pixels from a dot within which it is pointed at

class Cube {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    this.root = holder.querySelector(".cube");
    this.view = new View(this.root);
    this.painter = new Painter(this.view.canvas);
    this.turn = new Turn();
    this.idle = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#wire();
    this.sizes = new ResizeObserver(() => {
      this.dense = null;
      this.#refresh();
    });
    this.sight = new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      this.#refresh();
    });
  }

  /** A message from Python, also when the theme has changed; the same one again, of a rerun, changes nothing else. */
  receive(data) {
    this.painter.look(themeOf(this.root));
    const said = JSON.stringify(data);
    if (said === this.said) return this.#refresh();
    this.said = said;
    const { clouds, examples } = data;
    this.data = data;
    this.dots = clouds.map(({ values }, cloud) => Array.from({ length: values.length / 3 }, (_, i) =>
      ({ cloud, dot: [0, 1, 2].map((pixel) => values[3 * i + pixel] / 255) })));
    this.on = new Set(clouds.keys());
    const some = this.dots.flatMap((own) => own.slice(0, examples));
    this.view.build(data, this.dots, some, (cloud) => this.#toggle(cloud), (each) => this.#touch(() => this.#look(each)));
    this.view.mark(this.on);
    this.#look(some.at(-examples));
  }

  get #shown() { return this.dots.filter((_, cloud) => this.on.has(cloud)).flat(); }

  #toggle(cloud) {
    this.on.delete(cloud) || this.on.add(cloud);
    this.view.mark(this.on);
    this.#touch(() => {});
  }

  #look(chosen) {
    this.chosen = chosen;
    this.view.show(chosen);
    this.#refresh();
  }

  /** Somebody has taken it in hand: it turns by itself no more. */
  #touch(act) {
    this.idle = false;
    act();
    this.#refresh();
  }

  // Hands ------------------------------------------------------------------------------------------------------------

  #wire() {
    const { canvas } = this.view;
    canvas.onpointerdown = (event) => {
      if (event.button !== 0 || this.held) return; // a second finger does nothing
      canvas.setPointerCapture(event.pointerId);
      this.held = { pointer: event.pointerId, x: event.clientX, y: event.clientY, slipped: 0 };
      this.#touch(() => {});
    };
    canvas.onpointermove = (event) => {
      if (this.held?.pointer === event.pointerId) return this.#drag(event);
      this.over = true;
      this.#point(event);
    };
    canvas.onpointerup = (event) => {
      if (this.held?.pointer !== event.pointerId) return;
      const pressed = this.held.slipped < STILL;
      this.held = null;
      if (pressed) this.#point(event); // a finger points by pressing
    };
    canvas.onpointercancel = canvas.onlostpointercapture = () => { this.held = null; };
    canvas.onpointerleave = () => {
      this.over = false;
      this.#refresh();
    };
    canvas.onkeydown = (event) => this.#key(event);
  }

  #drag({ clientX, clientY }) {
    const [right, down] = [clientX - this.held.x, clientY - this.held.y];
    Object.assign(this.held, { x: clientX, y: clientY, slipped: this.held.slipped + Math.hypot(right, down) });
    if (this.held.slipped >= STILL) this.#touch(() => this.turn.by(PULL * right, PULL * down));
  }

  /** Look at the dot nearest to the pointer, of several the one in front. */
  #point({ clientX, clientY }) {
    const box = this.view.canvas.getBoundingClientRect();
    const place = this.turn.onto(box.width);
    let best = { far: REACH };
    for (const each of this.#shown) {
      const [x, y, depth] = place(each.dot);
      const far = Math.hypot(x - (clientX - box.left), y - (clientY - box.top)) - depth;
      if (far < best.far) best = { far, each };
    }
    if (best.each && best.each !== this.chosen) this.#look(best.each);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: [-KEY, 0], ArrowRight: [KEY, 0], ArrowUp: [0, -KEY], ArrowDown: [0, KEY] }[event.key];
    if (!by && event.key !== "Home") return;
    event.preventDefault();
    event.stopPropagation();
    this.#touch(() => (by ? this.turn.by(...by) : this.turn.back()));
  }

  // Picture ----------------------------------------------------------------------------------------------------------

  #refresh() { this.request ??= requestAnimationFrame((now) => this.#draw(now)); }

  #draw(now) {
    this.request = null;
    const { canvas } = this.view;
    if (!this.data || !canvas.clientWidth) return;
    if (this.dense !== devicePixelRatio) {
      this.dense = devicePixelRatio;
      this.painter.resize(canvas.clientWidth, Math.min(2, devicePixelRatio));
    }
    const turns = this.idle && !this.over && this.seen;
    if (turns && this.before) this.turn.by((IDLE * Math.min(100, now - this.before)) / 1000, 0);
    this.before = turns ? now : null;
    const { chosen, turn } = this;
    const { clouds, within, words } = this.data;
    this.painter.draw({ dots: this.#shown, chosen, clouds, turn, within, words });
    const shown = chosen.dot.map((value) => Math.round(255 * value));
    Object.assign(this.root.dataset, { yaw: turn.yaw.toFixed(3), pitch: turn.pitch.toFixed(3), shown, idle: this.idle });
    this.root.dataset.drawn = this.drawn = (this.drawn ?? 0) + 1;
    if (turns) this.#refresh();
  }

  wake() {
    this.sizes.observe(this.view.canvas);
    this.sight.observe(this.view.canvas);
  }

  /** Streamlit lets go of the cube, perhaps for a moment only: forget nothing. */
  sleep() {
    this.sizes.disconnect();
    this.sight.disconnect();
    this.held = null;
    cancelAnimationFrame(this.request);
    this.request = null;
  }
}
