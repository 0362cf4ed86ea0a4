// The sketch itself: a drawing, what was before and after it, and the hands that change it.

const LARGE = 5; // cells that the cursor goes with Shift
const REMEMBERED = 200; // drawings that can be undone

class Sketch extends Board {
  constructor(parent) {
    const holder = document.createElement("div");
    holder.innerHTML = `<style>${CSS}</style>${HTML}`;
    parent.appendChild(holder);
    const root = holder.querySelector(".sketch");
    const teller = new Teller(root);
    super(root, teller, new Painter(teller.canvas));
    this.cells = new Set();
    this.past = []; // texts of drawings, the latest last
    this.future = [];
    this.tool = "draw"; // or "erase"
    this.place = [SIDE / 2, SIDE / 2]; // of the keyboard's cursor, [column, row]
    this.#wire();
  }

  /** A message from Python. A drawing with a new turn takes the place of this one; otherwise this one is the newer. */
  receive({ points, turn, sigma, words }) {
    if (turn !== this.turn) {
      this.held = null;
      if (this.turn !== undefined) this.#remember(encode(this.cells));
      this.turn = this.root.dataset.turn = turn;
      this.cells = decode(points);
    }
    this.sigma = sigma;
    this.teller.speaks(words);
    this.dress();
    this.#changed();
  }

  // What changes the drawing -----------------------------------------------------------------------------------------

  #remember(text) {
    this.past.push(text);
    if (this.past.length > REMEMBERED) this.past.shift();
    this.future = [];
  }

  /** Something was done, by which `before` became what is drawn now. Python hears of it, and the page runs again. */
  #done(before) {
    if (encode(this.cells) !== before) {
      this.#remember(before);
      this.#report();
    }
    this.#changed();
    this.teller.speak(this.teller.said);
  }

  #report() { this.tell({ drawing: encode(this.cells), turn: this.turn }); }

  #replace(cells) {
    this.held = null;
    const before = encode(this.cells);
    this.cells = cells;
    this.#done(before);
  }

  /** Undo or redo: the drawing goes from one pile to the other. */
  #swap(from, to) {
    if (!from.length || this.held) return;
    to.push(encode(this.cells));
    this.cells = decode(from.pop());
    this.#report();
    this.#changed();
    this.teller.speak(this.teller.said);
  }

  #hand(tool) { return tool === "erase" ? new Eraser(this.cells) : new Pen(this.cells); }

  /** One dab of a tool at the keyboard's cursor. */
  #dab(tool) {
    const before = encode(this.cells);
    this.#hand(tool).press(...this.place);
    this.#done(before);
  }

  #choose(tool) {
    this.tool = tool;
    this.pointed = null;
    this.#changed();
  }

  // Hands ------------------------------------------------------------------------------------------------------------

  #wire() {
    const { teller } = this;
    teller.undo.onclick = () => this.#swap(this.past, this.future); // without effect when there is nothing to undo
    teller.redo.onclick = () => this.#swap(this.future, this.past);
    teller.clear.onclick = () => this.#replace(new Set());
    for (const button of teller.toolButtons) button.onclick = () => this.#choose(button.dataset.tool);
    for (const button of teller.shapes) button.onclick = () => this.#replace(shape(button.dataset.shape));
    this.root.onkeydown = (event) => this.#key(event);
    teller.canvas.onblur = () => this.#show(false);
    teller.canvas.onfocus = () => this.#show(teller.canvas.matches(":focus-visible"));
    this.#wirePointer(teller.canvas);
  }

  /** Pressing sets a point and dragging lays more; what was drawn is told when the pointer is lifted. */
  #wirePointer(canvas) {
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      return [across * (SIDE - 1), (1 - down) * (SIDE - 1)];
    };
    const lift = (event) => {
      if (this.held?.pointer !== event.pointerId) return;
      const { before } = this.held;
      this.held = null;
      if (event.pointerType !== "mouse") this.pointed = null;
      this.#done(before);
    };
    canvas.onpointerdown = (event) => {
      if (event.button !== 0 || this.held) return; // a second finger does nothing
      canvas.setPointerCapture(event.pointerId);
      this.held = { pointer: event.pointerId, before: encode(this.cells), hand: this.#hand(this.tool) };
      this.pointed = at(event);
      this.held.hand.press(...this.pointed);
      this.#show(false);
      this.#changed();
    };
    canvas.onpointermove = (event) => {
      this.pointed = at(event);
      if (this.held?.pointer === event.pointerId) {
        const all = event.getCoalescedEvents?.() ?? [];
        for (const part of all.length ? all : [event]) this.held.hand.drag(...at(part));
        this.#changed();
      } else this.refresh();
    };
    canvas.onpointerup = lift;
    canvas.onpointercancel = lift;
    canvas.onlostpointercapture = lift;
    canvas.onpointerleave = () => {
      if (this.held) return;
      this.pointed = null;
      this.refresh();
    };
    canvas.oncontextmenu = (event) => { if (event.pointerType !== "mouse") event.preventDefault(); }; // a long press
  }

  #key(event) {
    const command = (event.ctrlKey || event.metaKey) && !event.altKey;
    const onCanvas = event.composedPath()[0] === this.teller.canvas;
    const step = event.shiftKey ? LARGE : 1;
    const letter = event.key.toLowerCase();
    let act;
    if (command && letter === "z" && !event.shiftKey) act = () => this.#swap(this.past, this.future);
    else if (command && (letter === "y" || letter === "z")) act = () => this.#swap(this.future, this.past);
    else if (onCanvas && !command && !event.altKey) {
      act = {
        ArrowLeft: () => this.#move(-step, 0),
        ArrowRight: () => this.#move(step, 0),
        ArrowUp: () => this.#move(0, step),
        ArrowDown: () => this.#move(0, -step),
        " ": () => this.#dab(this.tool),
        Enter: () => this.#dab(this.tool),
        Delete: () => this.#dab("erase"),
        Backspace: () => this.#dab("erase"),
      }[event.key];
    }
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.held) return; // the mouse is drawing
    if (onCanvas) this.#show(true);
    act();
  }

  #move(right, up) {
    const [column, row] = this.place;
    this.place = [Math.max(0, Math.min(column + right, SIDE - 1)), Math.max(0, Math.min(row + up, SIDE - 1))];
    this.root.dataset.place = this.place.join(" ");
    this.teller.where(this.place, this.cells);
    this.refresh();
  }

  /** Whether the keyboard's cursor is seen. */
  #show(cursor) {
    if (cursor && !this.cursor) this.pointed = null;
    this.cursor = cursor;
    Object.assign(this.root.dataset, { cursor });
    this.refresh();
  }

  // Picture ----------------------------------------------------------------------------------------------------------

  #changed() {
    this.teller.label(this);
    this.root.dataset.points = encode(this.cells);
    this.refresh();
  }

  get ready() { return this.sigma !== undefined; }
  fit(ratio) { this.painter.resize(this.teller.canvas.clientWidth, ratio); }

  paint() {
    const { cells, sigma, place } = this;
    const erases = this.tool === "erase";
    const cursor = this.cursor ? place : null;
    const eraser = erases ? (cursor ?? this.pointed ?? null) : null;
    this.painter.draw({ cells, sigma, cursor, eraser });
  }
}
