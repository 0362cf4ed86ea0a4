// The player itself: keeps a film and a position in it, knows what moves, draws when something changed, obeys controls.

const RATE = 20; // frames a second at speed 1
const REST = 1500; // milliseconds that a looping film stays on its last frame
const ASK = 3; // times that the same missing frames are asked for
const PATIENCE = 2500; // milliseconds to wait for them
const DRAG = 8; // CSS pixels that make a touch a drag
const SPEEDS = ["0.25", "0.5", "1", "2", "4"];
const SHELF = "gan-classroom.player";

/** Switches and speed outlive the page in this tab; where a browser refuses, they live as long as the player. */
const remembered = {
  load() {
    const usual = { real: true, fake: true, surface: true, grid: false, arrows: true, speed: "1" };
    try { return { ...usual, ...JSON.parse(sessionStorage.getItem(SHELF)) }; } catch { return usual; }
  },
  save(values) {
    try { sessionStorage.setItem(SHELF, JSON.stringify(values)); } catch { /* refused: only the memory is lost */ }
  },
};

class Player {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    this.root = holder.querySelector(".player");
    this.view = new View(this.root);
    this.painter = new Painter(this.view.canvas);
    this.settings = remembered.load();
    this.calm = matchMedia("(prefers-reduced-motion: reduce)"); // then whole frames only, and nothing starts by itself
    this.mode = "still"; // or "playing", or "following" the newest frame of a run
    this.drawn = this.asked = 0;
    this.#wire();
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  receive(bytes) {
    const message = readSafetensors(bytes);
    const { about } = message;
    if (about.run !== this.film?.about.run) this.#begin(about);
    const { film } = this;
    const [empty, newest, behind] = [film.size === 0, film.newest, !this.atNewest];
    const ran = film.about?.status === "running";
    film.add(message);
    this.say = new Say(about.words);
    if (film.size && (empty || film.newest > newest)) this.pace.arrived(film.newest, performance.now() / 1000);
    if (empty && film.size) this.#open();
    else if (this.running && !ran && !behind) this.mode = "following"; // taken up again
    this.#request();
    const { colours, font, key } = this.view.theme();
    if (key !== this.look) this.painter.look(colours, font);
    this.look = key;
    this.#changed();
  }

  #begin(about) {
    this.film = new Film();
    this.pace = new Pace();
    this.position = 0;
    this.mode = about.status === "running" ? "following" : "still";
    this.requests = new Map(); // first missing index → how often it was asked for
    this.#forget();
  }

  /** The first frames of a run are here: where to stand, and whether to move. */
  #open() {
    const { autoplay } = this.film.about;
    this.position = autoplay ? this.film.first : this.film.newest;
    if (autoplay && !this.running && !this.calm.matches) this.mode = "playing";
  }

  /**
   * Frames are missing: ask for all. The answer may get lost too, so ask again, but not for ever: a run's frames may
   * be gone for good.
   */
  #request() {
    if (this.film.whole || this.patience) return;
    const asked = (this.requests.get(this.film.gap) ?? 0) + 1;
    if (asked > ASK) return;
    this.requests.set(this.film.gap, asked);
    this.root.dataset.asked = ++this.asked;
    this.patience = setTimeout(() => {
      this.patience = null;
      this.#request();
    }, PATIENCE);
    this.ask();
  }

  // Motion -----------------------------------------------------------------------------------------------------------

  get running() { return this.film.about.status === "running"; }
  get atNewest() { return this.position >= this.film.newest - 0.01; }
  get seen() { return !document.hidden && this.onScreen; }

  #moves() {
    if (this.mode === "playing") return !this.resting;
    return this.mode === "following" && !this.atNewest;
  }

  /** Draw soon, and go on as long as something moves. */
  #refresh() {
    if (this.request || !this.seen || !this.film) return;
    this.request = requestAnimationFrame((now) => {
      this.request = null;
      const seconds = this.last ? Math.min((now - this.last) / 1000, 0.1) : 0;
      this.#advance(now / 1000, seconds);
      this.#draw();
      const moves = this.#moves();
      this.last = moves ? now : null;
      if (moves) this.#refresh();
    });
  }

  #advance(now, seconds) {
    const { newest, first } = this.film;
    if (this.mode === "following") {
      if (this.calm.matches) this.position = newest;
      else this.position = this.pace.advance(this.position, newest, now, seconds, !this.running);
      if (this.atNewest && !this.running) this.#stop();
    } else if (this.mode === "playing" && !this.resting) {
      this.position = Math.min(newest, this.position + RATE * Number(this.settings.speed) * seconds);
      if (!this.atNewest) return;
      if (this.running) this.#go("following");
      else if (!this.film.about.loop) this.#stop();
      else {
        this.resting = setTimeout(() => {
          this.resting = null;
          this.position = first;
          this.#refresh();
        }, REST);
      }
    }
  }

  #draw() {
    if (this.dense !== devicePixelRatio) this.#measure();
    const { film, view } = this;
    const at = this.calm.matches ? Math.round(this.position) : this.position;
    this.painter.draw(film.size ? film.blend(at) : null, film, this.settings);
    this.root.dataset.drawn = ++this.drawn;
    if (!film.size) return;
    const shown = film.nearest(this.position);
    if (shown !== this.shown) view.tell(shown, film, this.say);
    this.shown = shown;
  }

  #measure() {
    this.dense = devicePixelRatio;
    this.painter.resize(this.view.stage.clientWidth, Math.min(2, devicePixelRatio));
  }

  /** Labels, numbers and picture anew. */
  #changed() {
    this.shown = null;
    this.view.label(this);
    this.#refresh();
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  #go(mode) {
    this.mode = mode;
    this.#changed();
  }

  #stop() {
    clearTimeout(this.resting);
    this.resting = null;
    this.position = this.film.nearest(this.position); // at rest it shows a frame that was computed, not one in between
    this.#go("still");
    this.view.speak(true);
  }

  #toggle() {
    if (this.film.size < 2) return;
    if (this.mode !== "still") return this.#stop();
    if (this.running && this.atNewest) return this.#go("following");
    if (this.atNewest) this.position = this.film.first;
    this.#go("playing");
  }

  #seek(position) {
    if (!this.film.size) return;
    this.position = Math.max(this.film.first, Math.min(position, this.film.newest));
    this.#stop();
  }

  #step(by) { if (this.film.size) this.#seek(this.film.neighbour(this.position, by)); }

  #jumpToNewest() {
    this.#seek(this.film.newest);
    if (this.running) this.#go("following");
  }

  #choose(name, value) {
    this.settings[name] = value;
    remembered.save(this.settings);
    // slow motion leaves the live picture; whoever plays faster than the run catches up with it again
    if (name === "speed" && this.mode === "following") this.mode = "playing";
    this.#changed();
  }

  #wire() {
    const { view } = this;
    view.play.onclick = () => this.#toggle();
    view.back.onclick = () => this.#step(-1);
    view.forth.onclick = () => this.#step(1);
    view.live.onclick = () => this.#jumpToNewest();
    view.speed.onchange = () => this.#choose("speed", view.speed.value);
    view.scrub.oninput = () => this.#seek(Number(view.scrub.value));
    for (const chip of view.chips) {
      const name = chip.dataset.switch;
      chip.onclick = () => this.#choose(name, !this.settings[name]);
    }
    this.root.onkeydown = (event) => this.#key(event);
    this.#wireStage(view.stage);
    this.sizes = new ResizeObserver(() => {
      this.#measure();
      this.#refresh();
    });
    this.sights = new IntersectionObserver(([entry]) => {
      this.onScreen = entry.isIntersecting;
      this.#look();
    });
    this.visibility = () => this.#look();
  }

  /** A press on the picture plays and pauses; a drag to the side winds, the picture's width being the whole film. */
  #wireStage(stage) {
    let held = null;
    stage.onpointerdown = (event) => {
      if (event.button === 0) held = { x: event.clientX, from: this.position, drags: false };
    };
    stage.onpointermove = (event) => {
      if (!event.buttons) held = null; // released outside
      if (!held) return;
      const moved = event.clientX - held.x;
      if (!held.drags && Math.abs(moved) > DRAG) {
        held.drags = true;
        stage.setPointerCapture(event.pointerId);
      }
      if (held.drags) this.#seek(Math.round(held.from + (moved / stage.clientWidth) * Number(this.view.scrub.max)));
    };
    stage.onpointerup = () => {
      if (held && !held.drags) this.#toggle();
      held = null;
    };
    stage.onpointercancel = () => { held = null; };
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.composedPath()[0].tagName;
    if (on === "SELECT" || (on === "BUTTON" && event.key === " ")) return; // they have their own use for these keys,
    if (on === "INPUT" && /^(Arrow|Home|End|Page)/.test(event.key)) return; // and so has the scrub bar
    const faster = (by) => {
      const speed = SPEEDS[SPEEDS.indexOf(this.settings.speed) + by];
      if (speed) this.#choose("speed", speed);
    };
    const act = {
      " ": () => this.#toggle(),
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      Home: () => this.#seek(this.film.first),
      End: () => this.#jumpToNewest(),
      "+": () => faster(1),
      "=": () => faster(1),
      "-": () => faster(-1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  // Coming and going -------------------------------------------------------------------------------------------------

  wake() {
    this.sizes.observe(this.view.stage);
    this.sights.observe(this.view.stage);
    document.addEventListener("visibilitychange", this.visibility);
  }

  /** Streamlit lets go of the player, perhaps for a moment only: stand still, but forget nothing. */
  sleep() {
    this.sizes.disconnect();
    this.sights.disconnect();
    document.removeEventListener("visibilitychange", this.visibility);
    clearTimeout(this.resting);
    this.resting = null;
    this.view.hush();
    this.#forget();
    cancelAnimationFrame(this.request);
    this.request = this.last = null;
  }

  #forget() {
    clearTimeout(this.patience);
    this.patience = null;
  }

  /** In sight again, or out of it. What a live run did meanwhile is not played after. */
  #look() {
    if (!this.seen) return;
    if (this.film && this.mode === "following") {
      this.position = Math.max(this.position, this.pace.target(performance.now() / 1000));
    }
    this.#refresh();
  }
}

const players = new WeakMap(); // Streamlit calls again with each message; the parent element stays

function show({ data, parentElement, setTriggerValue }) {
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = new Player(parentElement)));
  const turn = (player.turn = (player.turn ?? 0) + 1);
  player.ask = () => setTriggerValue("resync", true);
  player.wake();
  player.receive(data);
  return () => { if (player.turn === turn) player.sleep(); };
}

const shelf = (globalThis[Symbol.for(SHELF)] ??= {});
shelf.ready ??= new Promise((bring) => { shelf.bring = bring; });
shelf.show = show;
shelf.bring();

export default () => {};
