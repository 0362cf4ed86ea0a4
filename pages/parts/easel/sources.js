// The pictures that are mixed, small, with their credits; and the content decoded, for it is drawn as often as previews.

const same = (a, b) => a.length === b.length && a.every((value, at) => value === b[at]);

export class Sources {
  /** `arrived()`: the content is decoded. */
  constructor(root, arrived) { Object.assign(this, { root, arrived, urls: [] }); }

  /** Show those of this reel, unless they are shown already. */
  show(reel, say) {
    const sources = reel.sources ?? [];
    const told = JSON.stringify(sources.map(({ word, credit }) => [say.w(word), credit]));
    const known = this.sources?.length === sources.length && told === this.told
      && sources.every(({ bytes }, at) => same(bytes, this.sources[at].bytes));
    if (known) return;
    Object.assign(this, { sources, told });
    this.urls.forEach((url) => URL.revokeObjectURL(url));
    this.urls = sources.map(({ bytes }) => URL.createObjectURL(new Blob([bytes], { type: "image/webp" })));
    this.root.replaceChildren(...sources.map((source, at) => this.#item(source, this.urls[at], say)));
    this.#decode(reel.given);
  }

  #item({ word, credit }, url, say) {
    const [item, picture, caption, name] = ["li", "img", "p", "b"].map((tag) => document.createElement(tag));
    item.className = "source";
    Object.assign(picture, { src: url, alt: "" }); // the caption says it all
    name.textContent = say.w(word);
    caption.append(name, credit);
    item.append(picture, caption);
    return item;
  }

  async #decode(bytes) {
    this.content?.close();
    this.content = null;
    this.bytes = bytes;
    if (!bytes) return;
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
    if (bytes !== this.bytes) return picture.close(); // another run's by now
    this.content = picture;
    this.arrived();
  }
}
