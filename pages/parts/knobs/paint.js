// The picture: decoded while the last one stays, then enlarged by a whole number, so that pixels stay squares.

const DENSEST = 2; // device pixels in a CSS pixel: more cost time and are not seen

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.asked = this.shown = 0;
  }

  /** Resolves when the picture is on the canvas, to true, or when a later one has overtaken it, to false. */
  async show(bytes) {
    const turn = ++this.asked;
    const picture = await createImageBitmap(new Blob([bytes]));
    const late = turn < this.shown;
    if (!late) {
      this.shown = turn;
      this.picture?.close();
      this.picture = picture;
      this.draw();
    }
    return !late;
  }

  draw() {
    const { canvas, context, picture } = this;
    if (!picture) return;
    const times = Math.max(1, Math.ceil((canvas.clientWidth * Math.min(DENSEST, devicePixelRatio)) / picture.width));
    const [width, height] = [picture.width * times, picture.height * times];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, 0, 0, width, height);
  }
}
