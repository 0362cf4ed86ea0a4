// The player itself: keeps a film and a position in it, knows what moves, draws when something changed.

const RATE = 20; // frames a second at speed 1
const PART = 1.5; // seconds that each part of a step lasts in slow motion at speed 1
const REST = 1500; // milliseconds that a looping film stays on its last frame
const SPEEDS = ["0.25", "0.5", "1", "2", "4"];
const KEPT = "gan-classroom.player"; // in the session of the browser
const USUAL = {
  real: true, fake: true, surface: true, grid: false, arrows: true, strip: true, // switches
  view: "plane", opinion: "own", pull: "loss", speed: "1",
};

/** Switches and speed outlive the page in this tab; where a browser refuses, they live as long as the player. */
const remembered = {
  load() {
    try { return { ...USUAL, ...JSON.parse(sessionStorage.getItem(KEPT)) }; } catch { return { ...USUAL }; }
  },
  save(values) {
    try { sessionStorage.setItem(KEPT, JSON.stringify(values)); } catch { /* refused: only the memory is lost */ }
  },
};

shelf.pairs ??= new Map();

class Player {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.className = "frame";
    holder.innerHTML = `<style>${CSS}${OVERVIEW ? OVERVIEW_CSS : ""}</style>${HTML}`;
    parent.appendChild(holder);
    this.root = holder.querySelector(".player");
    this.view = new View(this.root);
    this.stage = new Stage(this.view);
    this.settings = remembered.load();
    this.calm = matchMedia("(prefers-reduced-motion: reduce)"); // then whole frames only, and nothing starts by itself
    this.mode = "still"; // or "playing", or "following" the newest frame of a run
    this.seed = null; // of several, the one on the whole stage
    this.drawn = this.asked = 0;
    this.asking = new Asking(() => {
      this.root.dataset.asked = ++this.asked;
      this.ask();
    });
    wire(this);
    this.sizes = new ResizeObserver(() => {
      this.stage.measure();
      this.refresh();
    });
    this.sights = new IntersectionObserver(([entry]) => {
      this.onScreen = entry.isIntersecting;
      this.#look();
    });
    this.visibility = () => this.#look();
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  receive(bytes) {
    const message = readSafetensors(bytes);
    const { about } = message;
    const fresh = about.run !== this.film?.about.run;
    if (fresh) this.#begin(about);
    joinPair(this, about, shelf.pairs);
    const { film, chief } = this;
    const before = { none: chief.span.size === 0, ran: chief.running, behind: !chief.atNewest };
    const empty = film.size === 0;
    film.add(message);
    this.say = new Say(about.words);
    if (fresh) chief.setOff(chief === this);
    chief.heed();
    if (empty && film.size) {
      if (chief === this || before.none || !before.behind) chief.open();
    } else if (chief.running && !before.ran && !before.behind) chief.mode = "following"; // taken up again
    this.asking.heed(film);
    this.stage.look(this.view.theme());
    this.changed();
  }

  #begin(about) {
    this.film = new Film(about);
    this.say = new Say(about.words);
    this.pace = new Pace();
    this.position = 0;
    this.seed = null;
    this.asking.begin();
  }

  /** A run has come, this player's `own` or its partner's. */
  setOff(own) {
    if (this.running) this.mode = "following";
    else if (own) this.mode = "still";
  }

  /** The first frames of a run are here: where to stand, and whether to move. */
  open() {
    const { autoplay } = this.film.about;
    this.position = autoplay ? this.start : this.span.newest;
    if (autoplay && !this.running && !this.calm.matches) this.mode = "playing";
  }

  /** There may be more frames to move through than before. */
  heed() {
    const { size, newest } = this.span;
    if (size === 0 || newest === this.pace.newest) return;
    if (newest < this.pace.newest) this.pace = new Pace(); // another film has joined that is not as far
    this.pace.arrived(newest, performance.now() / 1000);
  }

  // Alone or in a pair -----------------------------------------------------------------------------------------------

  get chief() { return this.pair?.leader ?? this; }
  get partner() { return this.chief === this && this.pair?.leader ? this.pair.partner(this) : undefined; }
  get all() { return this.partner ? [this, this.partner] : [this]; }
  get span() { return this.partner ? new Together([this.film, this.partner.film]) : this.film; }

  /** Another player has come into the pair: from here on both show the same things. */
  meet() {
    const { chief } = this;
    for (const player of chief.all) player.settings = chief.settings;
    chief.heed();
    chief.changed();
  }

  /** The other has left the pair: go on alone, as both did. */
  inherit({ mode, settings }) {
    Object.assign(this, { mode, settings: { ...settings } });
    this.heed();
    this.refresh();
  }

  get scenery() { return sceneryOf(this.film, this.settings, this.seed); }

  /** Which controls have something to say about any of the films that they move. */
  get offers() {
    const [can, ...others] = this.all.map(({ film, settings }) => controlsFor(film, settings));
    for (const other of others) for (const name of Object.keys(can)) can[name] ||= other[name];
    return can;
  }

  // Motion -----------------------------------------------------------------------------------------------------------

  get running() { return this.span.running; }
  get start() { return this.span.first - (this.film.about.slow ? 0.5 : 0); } // a part begins half before its index
  get atNewest() { return this.position >= this.span.newest - 0.01; }
  get seen() { return !document.hidden && this.all.some((player) => player.onScreen); }

  #moves() {
    if (this.mode === "playing") return !this.resting;
    return this.mode === "following" && !this.atNewest;
  }

  /** Draw soon, and go on as long as something moves. */
  refresh() {
    if (this.chief !== this) return this.chief.refresh();
    if (this.request || !this.film || !this.seen) return;
    this.request = requestAnimationFrame((now) => {
      this.request = null;
      if (this.chief !== this) return this.chief.refresh();
      const seconds = this.last ? Math.min((now - this.last) / 1000, 0.1) : 0;
      this.#advance(now / 1000, seconds);
      for (const player of this.all) player.paint(this.position, this.span);
      const moves = this.#moves();
      this.last = moves ? now : null;
      if (moves) this.refresh();
    });
  }

  #advance(now, seconds) {
    const { newest } = this.span;
    if (this.mode === "following") {
      if (this.calm.matches) this.position = newest;
      else this.position = this.pace.advance(this.position, newest, now, seconds, !this.running);
      if (this.atNewest && !this.running) this.stop();
    } else if (this.mode === "playing" && !this.resting) {
      const rate = this.film.about.slow ? 1 / PART : RATE;
      this.position = Math.min(newest, this.position + rate * Number(this.settings.speed) * seconds);
      if (!this.atNewest) return;
      if (this.running) this.go("following");
      else if (!this.film.about.loop) this.stop();
      else {
        this.resting = setTimeout(() => {
          this.resting = null;
          this.position = this.start;
          this.refresh();
        }, REST);
      }
    }
  }

  /** Show what is to be seen at `position`; `span`: all that moves by this clock. */
  paint(position, span) {
    const { film, view } = this;
    this.position = position;
    const within = Math.max(film.first, Math.min(position, film.newest));
    const shown = film.size ? film.nearest(within) : undefined;
    if (film.seeds > 1 && film.size && shown !== this.shown) this.covered = film.covered(film.frame(shown));
    if (this.onScreen) {
      this.stage.draw(this, this.calm.matches ? shown : within, span.last);
      this.root.dataset.drawn = ++this.drawn;
    }
    if (shown === undefined) return;
    if (shown !== this.shown) view.tell(this, shown);
    this.shown = shown;
    const index = span.nearest(position);
    if (index !== this.placed) view.place(index, span, this.say);
    this.placed = index;
  }

  /** Labels, numbers and picture anew, of all that move by this clock. */
  changed() {
    if (this.chief !== this) return this.chief.changed();
    for (const player of this.all) player.relabel();
    this.refresh();
  }

  relabel() {
    this.shown = this.placed = null;
    this.view.label(this);
    this.stage.measureStrip();
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  go(mode) {
    this.mode = mode;
    this.changed();
  }

  stop() {
    clearTimeout(this.resting);
    this.resting = null;
    this.position = this.span.nearest(this.position); // at rest it shows a frame that was computed, not one in between
    this.go("still");
    for (const player of this.all) player.view.speak(true);
  }

  toggle() {
    if (this.span.size < 2) return;
    if (this.mode !== "still") return this.stop();
    if (this.running && this.atNewest) return this.go("following");
    if (this.atNewest) this.position = this.start;
    this.go("playing");
  }

  seek(position) {
    const { span } = this;
    if (!span.size) return;
    this.position = Math.max(span.first, Math.min(position, span.newest));
    this.stop();
  }

  step(by) { if (this.span.size) this.seek(this.span.neighbour(this.position, by)); }

  jumpToNewest() {
    this.seek(this.span.newest);
    if (this.running) this.go("following");
  }

  faster(by) {
    const speed = SPEEDS[SPEEDS.indexOf(this.settings.speed) + by];
    if (speed) this.choose("speed", speed);
  }

  choose(name, value) {
    this.settings[name] = value;
    remembered.save(this.settings);
    // slow motion leaves the live picture; whoever plays faster than the run catches up with it again
    if (name === "speed" && this.mode === "following") this.mode = "playing";
    this.changed();
  }

  /** Of several seeds, one on the whole stage; null: all of them. */
  enlarge(seed) {
    for (const player of this.all) player.seed = seed !== null && seed < player.film.seeds ? seed : null;
    this.changed();
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
    this.asking.forget();
    cancelAnimationFrame(this.request);
    this.request = this.last = null;
    leavePair(this, shelf.pairs);
  }

  /** In sight again, or out of it. What a live run did meanwhile is not played after. */
  #look() {
    const { chief } = this;
    if (!chief.seen) return;
    if (chief.film && chief.mode === "following") {
      chief.position = Math.max(chief.position, chief.pace.target(performance.now() / 1000));
    }
    chief.refresh();
  }
}
