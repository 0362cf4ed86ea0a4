// The brush itself: a picture, the mask on it, the tool in hand, and when Python hears of it.

const STILL = 300; // milliseconds that a visitor must have stopped before Python hears of the mask

class Brush extends Board {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    const root = holder.querySelector(".brush");
    const teller = new Teller(root);
    super(root, teller, new Painter(teller.canvas));
    this.tool = "paint"; // or "erase"
    this.size = Number(this.teller.size.value) / 100; // the brush's diameter, in parts of the picture's longer side
    this.place = [0.5, 0.5]; // of the keyboard's brush
    wire(this);
  }

  /** A message from Python. A mask with a new turn takes the place of this one; otherwise this one is the newer. */
  async receive(bytes) {
    const { about, tensors } = readSafetensors(bytes);
    this.teller.speaks(about.words);
    this.dress();
    const shape = [about.width, about.height].join();
    const other = shape !== this.shape;
    if (other) this.mask = new Mask(about.width, about.height);
    this.shape = shape;
    this.root.style.setProperty("--shape", about.width / about.height);
    if (about.turn !== this.turn) {
      if (!other) this.mask.remember();
      this.#take(about.turn, tensors.mask.data);
    }
    this.#changed();
    await this.#show(tensors.picture.data);
    this.refresh();
  }

  #take(turn, bytes) {
    clearTimeout(this.telling);
    this.held = null;
    this.turn = this.root.dataset.turn = turn;
    this.mask.clear();
    if (bytes.length) this.mask.load(bytes).then(() => this.#changed());
  }

  /** The old picture stays until the new one is decoded. */
  async #show(bytes) {
    if (this.bytes?.length === bytes.length && this.bytes.every((value, at) => value === bytes[at])) return;
    this.bytes = bytes;
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
    if (this.bytes !== bytes) return picture.close();
    this.picture?.close();
    this.picture = picture;
  }

  // What changes the mask --------------------------------------------------------------------------------------------

  /** One change that is undone at once. */
  change(how) {
    if (this.held) return;
    this.mask.remember();
    how(this.mask);
    this.#done();
  }

  undo() {
    if (!this.mask.past.length || this.held) return;
    this.mask.undo();
    this.#done();
  }

  begin(place) {
    clearTimeout(this.telling);
    this.mask.remember();
    this.held = place;
    this.drag(place);
  }

  drag(place) {
    this.mask.stroke(this.held, place, this.size, this.tool === "erase");
    this.held = place;
    this.point(place);
  }

  end() {
    this.held = null;
    if (this.tool === "erase") this.mask.tidy();
    this.#done();
  }

  /** One dab of a tool at the keyboard's brush. */
  dab(tool) {
    this.change((mask) => {
      mask.stroke(this.place, this.place, this.size, tool === "erase");
      if (tool === "erase") mask.tidy();
    });
  }

  #done() {
    this.#changed();
    this.teller.speak(this.teller.said);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell({ mask: this.mask.text, turn: this.turn }), STILL);
  }

  // Tool and place ---------------------------------------------------------------------------------------------------

  choose(tool) {
    this.tool = tool;
    this.#changed();
  }

  widen(size) {
    this.size = size;
    this.#changed();
  }

  move(right, down) {
    const longer = Math.max(this.mask.width, this.mask.height);
    const [across, below] = [(right * longer) / this.mask.width, (down * longer) / this.mask.height];
    this.place = [this.place[0] + across, this.place[1] + below].map((part) => Math.max(0, Math.min(part, 1)));
    this.teller.where(this.place);
    this.point(this.place);
  }

  /** Where the brush is seen; null: nowhere. */
  point(place) {
    this.pointed = place;
    this.root.dataset.pointed = place ? place.map((part) => part.toFixed(2)).join(" ") : "";
    this.refresh();
  }

  // Picture ----------------------------------------------------------------------------------------------------------

  #changed() {
    this.teller.label(this);
    this.refresh();
  }

  get ready() { return this.picture && this.teller.board.clientWidth > 0; }

  fit(ratio) {
    const { clientWidth, clientHeight } = this.teller.board;
    this.painter.resize(clientWidth, clientHeight, ratio);
  }

  paint() { this.painter.draw(this.picture, this.mask, this.pointed, this.size); }
}
