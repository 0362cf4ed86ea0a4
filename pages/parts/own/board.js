// A board that a visitor draws on, beside its tools: when it is drawn anew, and how it comes and goes. A part that
// extends this has
//
// - teller, a BoardTeller, and painter, with look(colours, font);
// - held: what the pointer is doing on it, if anything;
// - ready: whether there is something to draw; fit(ratio): sizes the painter, `ratio` device pixels in a CSS pixel;
//   paint(): draws.

const DENSEST = 2; // device pixels in a CSS pixel: more cost time and are not seen

export class Board {
  constructor(root, teller, painter) {
    Object.assign(this, { root, teller, painter });
    this.sizes = new ResizeObserver(() => {
      this.dense = null;
      this.refresh();
    });
  }

  /** Take over the page's colours and font where they are other ones. */
  dress() {
    const { colours, font, key } = themeOf(this.root);
    if (key !== this.theme) this.painter.look(colours, font);
    this.theme = key;
  }

  refresh() {
    this.request ??= requestAnimationFrame(() => {
      this.request = null;
      if (!this.ready) return;
      if (this.dense !== devicePixelRatio) {
        this.dense = devicePixelRatio;
        this.fit(Math.min(DENSEST, devicePixelRatio));
      }
      this.paint();
      this.root.dataset.drawn = this.drawn = (this.drawn ?? 0) + 1;
    });
  }

  wake() { this.sizes.observe(this.teller.canvas); }

  /** Streamlit lets go of the part, perhaps for a moment only: forget nothing. */
  sleep() {
    this.sizes.disconnect();
    this.teller.hush();
    this.held = null;
    cancelAnimationFrame(this.request);
    this.request = null;
  }
}
