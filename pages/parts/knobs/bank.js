// The rows of the bank: a title, a slider, its value, and what one can do with it.

const STEP = 0.1; // standard deviations
const ROW = `
  <span class="title"></span>
  <input class="slider" type="range" step="${STEP}">
  <button type="button" class="value"></button>
  <button type="button" class="icon lock"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="bow" d="M8 11V7.5a4 4 0 0 1 8 0V11"/><path d="M5.5 11h13v9h-13z"/></svg></button>
  <button type="button" class="icon remove"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 7l10 10M17 7L7 17"/></svg></button>`;

export class Bank {
  constructor(root) {
    this.root = root;
    this.rows = new Map(); // id → its row
  }

  /** `shown`: the knobs from top to bottom, {id, title, value, rest, least, most, removable, renamable, locked}. */
  show(shown, say) {
    const wanted = shown.map(({ id }) => id);
    for (const [id, row] of this.rows) {
      if (wanted.includes(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    shown.forEach((knob, place) => {
      const row = this.rows.get(knob.id) ?? this.#row(knob);
      if (this.root.children[place] !== row) this.root.insertBefore(row, this.root.children[place] ?? null);
      fill(row, knob, say);
    });
  }

  #row({ id, renamable }) {
    const row = document.createElement("div");
    row.className = "knob";
    row.dataset.id = id;
    row.innerHTML = ROW;
    if (renamable) {
      const title = document.createElement("button");
      title.type = "button";
      title.className = "title";
      row.querySelector(".title").replaceWith(title);
    }
    this.rows.set(id, row);
    return row;
  }

  /** Put a field in place of the title; `done` is called once, with the name that was typed or with nothing. */
  rename(row, say, done) {
    const title = row.querySelector(".title");
    const field = document.createElement("input");
    field.className = "naming";
    field.maxLength = 40;
    field.value = title.textContent;
    field.setAttribute("aria-label", say.w("Name of {title}", { title: title.textContent }));
    let typing = true;
    const end = (name) => {
      if (!typing) return;
      typing = false;
      field.replaceWith(title);
      row.was = null;
      done(name);
    };
    field.onblur = () => end(field.value.trim());
    field.onkeydown = (event) => {
      event.stopPropagation(); // letters are Streamlit's shortcuts
      if (event.key !== "Enter" && event.key !== "Escape") return;
      end(event.key === "Enter" ? field.value.trim() : "");
      event.preventDefault(); // else the title, which has the focus now, is pressed by the same key
      title.focus();
    };
    title.replaceWith(field);
    field.select();
  }
}

function fill(row, knob, say) {
  const now = JSON.stringify(knob);
  if (row.was === now) return; // while a hand moves, all the others
  row.was = now;
  const { title, value, rest, least, most } = knob;
  const part = (name) => row.querySelector(name);
  const said = say.value(value);
  const name = part(".title");
  if (name) { // else it is being renamed
    name.textContent = title;
    name.title = title;
    if (knob.renamable) name.setAttribute("aria-label", say.w("Rename {title}", { title }));
  }
  slide(part(".slider"), { value, rest, least, most });
  part(".slider").setAttribute("aria-label", title);
  part(".slider").setAttribute("aria-valuetext", say.w("{value} standard deviations", { value: said }));
  part(".value").textContent = said;
  label(part(".value"), say.w("Reset {title}, {value}", { title, value: said }));
  label(part(".lock"), say.w("Keep {title} when shuffling", { title }));
  part(".lock").ariaPressed = knob.locked;
  part(".remove").hidden = !knob.removable;
  label(part(".remove"), say.w("Remove {title}", { title }));
}

/** Where a slider stands; its rail is coloured from where it rests to there. */
export function slide(slider, { value, rest, least, most }) {
  [slider.min, slider.max, slider.value] = [least, most, value];
  const part = (at) => Math.max(0, Math.min(1, (at - least) / (most - least)));
  slider.style.setProperty("--at", part(value));
  slider.style.setProperty("--rest", part(rest));
}

export function label(button, text) { button.title = button.ariaLabel = text; }
