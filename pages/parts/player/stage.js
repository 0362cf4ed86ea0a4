// What is on stage: the plane, several seeds side by side, or the overview. And which controls have a say in it.

const DENSEST = 2; // device pixels in a CSS pixel: more cost time and are not seen
const OVERVIEW = typeof Overview !== "undefined"; // the drawing is a part of its own

/** Whether a film has what the overview shows. */
const pictured = (film) => OVERVIEW && film.size > 0 && film.seeds === 1 && film.has("verdicts") && !film.about.loop;

/** "plane", "seeds" or "overview"; `seed`: the one on the whole stage, or null. */
export function sceneryOf(film, settings, seed) {
  if (settings.view === "overview" && pictured(film)) return "overview";
  return film.seeds > 1 && seed === null ? "seeds" : "plane";
}

/** Which controls have something to say about a film, by their names. */
export function controlsFor(film, settings) {
  const { loop, slow, probability } = film.about;
  const plane = sceneryOf(film, settings, 0) === "plane"; // the overview has its own ways
  const more = plane && !loop && film.size > 0; // a picture on the wall has few switches
  const single = (name) => plane && film.seeds === 1 && (film.size === 0 || film.has(name));
  return {
    view: pictured(film),
    real: plane,
    fake: plane,
    surface: plane,
    grid: single("grid"),
    arrows: single("arrows"),
    opinion: more && film.has("optimal") && Boolean(probability),
    pull: more && film.has("arrows") && film.has("sigmoid_arrows"),
    strip: !loop && !slow && film.modes > 0 && film.last > 0,
    save: more,
  };
}

export class Stage {
  constructor(view) {
    this.view = view;
    this.painter = new Painter(view.canvas);
    this.multiples = new Multiples(this.painter);
    this.strip = new Strip(view.history);
  }

  /** Colours and font, from `View.theme`. */
  look(look) {
    if (look.key === this.looks?.key) return;
    this.looks = look;
    this.painter.look(look.colours, look.font);
    this.strip.look(look.colours);
    this.overview?.look(look.colours, look.font, look.theme);
  }

  measure() {
    this.dense = devicePixelRatio;
    const [width, ratio] = [this.view.stage.clientWidth, Math.min(DENSEST, devicePixelRatio)];
    this.painter.resize(width, ratio);
    this.overview?.resize(width, width, ratio);
    this.measureStrip();
  }

  measureStrip() {
    const { strip, history } = this.view;
    if (!strip.hidden) this.strip.resize(history.clientWidth, Math.min(DENSEST, devicePixelRatio));
  }

  /** What a player shows at `position` of its film; `last`: index at the right end of the bar that it moves by. */
  draw({ film, settings, say, seed, scenery, covered }, position, last) {
    if (this.dense !== devicePixelRatio) this.measure();
    const scene = film.size ? film.blend(position) : null;
    if (scenery === "overview") {
      const frame = film.frame(film.nearest(position));
      const part = film.about.slow ? frame.metrics.part : undefined;
      this.#drawing(say).draw(scene, film, frame, { part, settings, say, position });
    } else if (scenery === "seeds") this.multiples.draw(scene, film, settings, covered);
    else this.painter.draw(scene && seed !== null ? film.pick(scene, seed) : scene, film, settings);
    if (!this.view.strip.hidden) this.strip.draw(film, last, seed, this.view.stripHeight);
  }

  #drawing(say) {
    if (!this.overview) {
      this.overview = new Overview(this.view.drawing, say);
      this.overview.look(this.looks.colours, this.looks.font, this.looks.theme);
      this.measure();
    }
    return this.overview;
  }
}
