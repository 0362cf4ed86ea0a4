// The map itself. The browser has the say while a hand moves; Python has it otherwise.

const MIDDLE = [0.5, 0.5]; // parts of the way across and down

class Atlas {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.className = "frame";
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    this.root = holder.querySelector(".atlas");
    this.view = new View(this.root);
    this.painter = new Painter(this.view.canvas);
    this.tiles = new Tiles();
    this.regions = false;
    this.pictures = 0;
    wire(this);
    this.sizes = new ResizeObserver(() => this.painter.draw());
  }

  // What comes in ----------------------------------------------------------------------------------------------------

  async receive(bytes) {
    const heard = performance.now();
    const { about, tensors } = readSafetensors(bytes);
    this.courier ??= new Courier(about.answers, (move, wish) => this.#send(move, wish));
    this.#words(about.words);
    const another = about.plane !== this.about?.plane;
    Object.assign(this, { about, note: about.note ?? "" });
    if (another) this.#begin();
    const look = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    if (look !== this.surface) this.theme = themeOf(this.root);
    this.surface = look;
    this.courier.heard(about.answers);
    if (!this.courier.busy) this.#follow(about, Boolean(tensors.sheet));
    this.changed();
    if (tensors.sheet) await this.#keep(about, tensors, heard);
  }

  #words(words) {
    const now = JSON.stringify(words);
    if (now === this.said) return;
    this.said = now;
    this.say = new AtlasSay(words);
    this.view.begin(this.say);
  }

  /** Three other pictures: what was seen of the last plane means nothing on this one. */
  #begin() {
    this.tiles.clear();
    this.courier.wish = this.asked = this.picked = this.pointed = null;
    this.home = this.sight = inside(this.about, this.about.side);
    this.labels = [];
    this.corners = [];
    this.rings = [];
  }

  /** Python has the say. Where it gave no tile, the same may be asked for again. */
  #follow(about, came) {
    if (this.asked && !alike(about, this.asked)) this.sight = inside(about, about.side);
    this.asked = came ? about : null;
  }

  async #keep(about, tensors, heard) {
    const picture = await createImageBitmap(new Blob([tensors.sheet.data]));
    if (about.plane !== this.about.plane) return;
    const tile = new Tile(picture, about, tensors);
    this.tiles.add(tile);
    this.rings = about.shell ? ringsOf(tile, about.shell) : [];
    this.labels = about.labels ?? [];
    this.corners = [0, 2, 4].map((at) => ({ x: tensors.corners.data[at], y: tensors.corners.data[at + 1] }));
    this.root.dataset.pictures = ++this.pictures;
    this.root.dataset.shown = about.answers;
    this.changed();
    this.painter.draw();
    const detail = { move: about.answers, heard, shown: performance.now() };
    this.root.dispatchEvent(new CustomEvent("shown", { detail }));
  }

  // What goes out ----------------------------------------------------------------------------------------------------

  #send(move, wish) {
    if (!this.root.isConnected) return; // an answer was waited for in vain, and the page has been left
    this.tell({ move, plane: this.about.plane, ...wish });
    this.root.dataset.sent = move;
    this.root.dispatchEvent(new CustomEvent("sent", { detail: { move, ...wish } }));
  }

  /** Pictures, labels and buttons anew. */
  changed() {
    this.looked = this.pointed && this.tiles.at(placeAt(this.sight, this.pointed));
    this.view.show(this);
    this.root.dataset.busy = this.courier.busy;
    const { sight, tiles, regions, labels, corners, rings, picked, looked } = this;
    const { colours, font } = this.theme;
    const accent = `rgb(${colours.accent})`;
    this.painter.soon({ sight, tiles, regions, labels, corners, rings, picked, looked, colours, font, accent });
  }

  // What a visitor does ----------------------------------------------------------------------------------------------

  /** Go there, and ask for the pictures if the tile at hand is not the one for it. A pick is never overtaken. */
  #go(sight, pick = null) {
    this.sight = bounded(sight);
    const tile = around(this.sight, this.about.side);
    if (pick || !this.asked || !alike(tile, this.asked)) {
      this.asked = tile;
      this.courier.want({ ...tile, pick: pick ?? this.courier.wish?.pick ?? null });
    }
    this.changed();
    this.view.speak(() => this.#sentence());
  }

  #sentence() {
    const middle = this.say.kind(this.tiles.at(this.sight), this.labels);
    return [this.say.place("map", this.sight), middle].filter(Boolean).join(". ");
  }

  /** The place that was at `before` is now at `after`, both parts of the way, and all is so many times larger. */
  drag(before, after, times) {
    this.pointed = null;
    const sight = enlarged(this.sight, times, before);
    const [from, to] = [placeAt(sight, before), placeAt(sight, after)];
    this.#go({ ...sight, x: sight.x + from.x - to.x, y: sight.y + from.y - to.y });
  }

  zoom(times, at = MIDDLE) { this.#go(enlarged(this.sight, times, at)); }

  /** So many pictures to the right and up. */
  step(right, up) {
    const step = stepOf(this.sight, this.about.side);
    this.#go({ ...this.sight, x: this.sight.x + right * step, y: this.sight.y + up * step });
  }

  goHome() { this.#go(this.home); }

  /** Look at the picture there; at none. */
  look(at) {
    this.pointed = at;
    this.changed();
  }

  pick(at) {
    const cell = this.tiles.at(placeAt(this.sight, at));
    if (!cell) return;
    this.picked = { x: cell.x, y: cell.y, step: cell.tile.step };
    this.#go(this.sight, { x: cell.x, y: cell.y });
  }

  toggleRegions() {
    this.regions = !this.regions;
    this.changed();
  }

  // Coming and going -------------------------------------------------------------------------------------------------

  wake() { this.sizes.observe(this.view.stage); }

  /** Streamlit lets go of the map, perhaps for a moment only: forget nothing. */
  sleep() {
    this.sizes.disconnect();
    this.view.hush();
  }
}
