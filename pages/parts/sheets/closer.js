// A closer look at one picture: large, and what the same noise became at some moments of the training.

const [LARGE, SMALL] = [512, 128]; // device pixels that a picture is enlarged to at most

export class Closer {
  constructor(root) {
    const part = (name) => root.querySelector(name);
    Object.assign(this, { root: part(".closer"), large: part(".large"), name: part(".name"), row: part(".moments") });
    this.buttons = [];
  }

  /** Another run: nothing of the last one may stay in sight. */
  begin() {
    this.row.replaceChildren();
    this.buttons = [];
    this.large.width = this.large.height = 1;
    this.was = undefined;
  }

  /** Of the picture on stage, `picture`, that at `place`; `key`: which sheet it is. */
  show(picture, key, place, reel, say) {
    this.name.textContent = say.picture(place, reel);
    const now = `${key}/${place}`;
    if (now === this.was) return;
    this.was = now;
    cut(this.large, picture, place, reel, LARGE);
  }

  /** The history of the noise at `place`; `sheet(index)` is that sheet's picture, or nothing yet. */
  follow(place, shown, reel, say, sheet) {
    const { moments } = reel;
    while (this.buttons.length > moments.length) this.buttons.pop().remove();
    while (this.buttons.length < moments.length) this.buttons.push(this.#button());
    const nearest = moments.reduce((best, index) => (Math.abs(index - shown) < Math.abs(best - shown) ? index : best));
    moments.forEach((index, at) => {
      const button = this.buttons[at];
      button.ariaCurrent = index === nearest ? "step" : null;
      const now = `${index}/${place}`;
      if (button.was === now) return;
      // its name first: the picture comes when its sheet is decoded, and a button without a name is none
      const step = say.number(reel.frame(index).step, "whole");
      button.dataset.index = index;
      button.lastChild.textContent = step;
      button.setAttribute("aria-label", say.w("At step {step}", { step }));
      const picture = sheet(index);
      if (!picture) return;
      button.was = now;
      cut(button.firstChild, picture, place, reel, SMALL);
    });
  }

  #button() {
    const button = document.createElement("button");
    button.type = "button";
    button.append(document.createElement("canvas"), document.createElement("span"));
    button.firstChild.width = button.firstChild.height = 1;
    this.row.append(button);
    return button;
  }
}
