// Everything around the map: labels, buttons, the picture that is looked at, the spoken sentence.

const SETTLE = 300; // milliseconds that a visitor must have stopped before the sentence is spoken

export class AtlasSay extends Say {
  constructor(words) {
    super(words);
    const language = document.documentElement.lang || "en";
    this.decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: "negative" });
  }

  /** The words for a square or a place. */
  place(name, { x, y, extent = 0 }) {
    const [across, up, reach] = [x, y, extent].map((value) => this.decimal.format(value).replace("-", "−"));
    return this.w(name, { x: across, y: up, extent: reach });
  }

  /** What a classifier takes a picture for; empty where none knows. */
  kind(cell, labels) {
    if (cell?.class === undefined) return "";
    return this.w("sure", { class: labels[cell.class], sure: this.number(cell.sure, "share") });
  }
}

export class View {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(name);
    Object.assign(this, {
      stage: part(".stage"), canvas: part(".map"), waiting: part(".waiting"), note: part(".note"),
      closer: part(".closer"), large: part(".large"), where: part(".where"), kind: part(".kind"),
      larger: part(".larger"), smaller: part(".smaller"), home: part(".home"), regions: part(".regions"),
      ring: part(".of-ring"), tints: part(".of-tints"), spoken: part(".spoken"),
      words: [...root.querySelectorAll("[data-word]")], named: [...root.querySelectorAll("[data-name]")],
    });
    this.glass = this.large.getContext("2d", { alpha: false });
  }

  /** What changes with the words. */
  begin(say) {
    for (const element of this.words) element.textContent = say.w(element.dataset.word);
    for (const element of this.named) element.title = element.ariaLabel = say.w(element.dataset.name);
  }

  /** What changes with every move. */
  show({ sight, say, note, tiles, labels, rings, regions, looked, home, picked }) {
    const pictured = tiles.newest !== undefined;
    this.canvas.setAttribute("aria-label", say.place("map", sight));
    this.home.disabled = alike(sight, home);
    this.larger.disabled = sight.extent <= LEAST;
    this.smaller.disabled = sight.extent >= MOST;
    this.regions.hidden = !tiles.newest?.classes;
    this.regions.ariaPressed = regions;
    this.ring.hidden = !rings[0];
    this.tints.hidden = this.regions.hidden || !regions;
    this.waiting.textContent = pictured ? "" : note;
    this.waiting.hidden = pictured || !note;
    this.note.textContent = pictured ? note : "";
    this.note.hidden = !pictured || !note;
    this.look(looked, sight, say, labels);
    Object.assign(this.root.dataset, {
      x: neat(sight.x), y: neat(sight.y), extent: neat(sight.extent), regions: regions && !this.regions.hidden,
      picked: picked ? `${picked.x} ${picked.y}` : "",
      ring: rings[0] ? JSON.stringify(rings[0]) : "",
    });
  }

  /** One picture, enlarged in the corner that is farther away from it. */
  look(cell, sight, say, labels) {
    this.closer.hidden = !cell;
    if (!cell) return;
    const { tile, column, row } = cell;
    const { pixels, picture } = tile;
    this.closer.dataset.side = partsAt(sight, cell)[0] < 0.5 ? "right" : "left";
    this.large.width = this.large.height = 4 * pixels;
    this.glass.imageSmoothingEnabled = false;
    this.glass.drawImage(picture, column * pixels, row * pixels, pixels, pixels, 0, 0, 4 * pixels, 4 * pixels);
    this.large.setAttribute("aria-label", say.place("place", cell));
    this.where.textContent = say.place("place", cell);
    this.kind.textContent = say.kind(cell, labels);
  }

  /** Tell a screen reader, once the visitor has stopped. */
  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence(); }, SETTLE);
  }

  hush() { clearTimeout(this.speaking); }
}
