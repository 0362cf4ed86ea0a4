// The previews of one run, how large and by which network each was painted, and the pictures that it is mixed from.

const NETWORKS = { vgg19: "VGG19", slim: "slim network" };
const GUIDED = "slim network, checked by VGG19";

export class Paintings extends Pictures {
  get shape() { return this.about.width / this.about.height; }
  get stages() { return this.about.stages ?? []; }

  add(message) {
    super.add(message);
    const { tensors, about } = message;
    Array.from(tensors.step.data, (_, t) => { this.frame(about.first + t).side = tensors.side.data[t]; });
    if (!tensors.content) return;
    this.given = tensors.content.data;
    const styles = (about.styles ?? []).map((credit, at) => ({ word: "Style", credit, bytes: tensors[`style${at}`]?.data }));
    const mask = tensors.mask && { word: "Mask", credit: "", bytes: tensors.mask.data };
    this.sources = [{ word: about.given ?? "Content", credit: about.content, bytes: this.given }, ...styles, mask]
      .filter((source) => source?.bytes);
  }

  /** The stage that a preview came out of: `step` counts the steps that are done. */
  stageOf({ step }) {
    return this.stages.find(({ end }) => step <= end) ?? this.stages.at(-1);
  }

  /** Where a stage begins, besides where settings were changed; the first begins where everything does. */
  begins(say) {
    return this.stages.slice(1).flatMap((stage) => {
      const index = this.indices.find((at) => this.frame(at).step > stage.first);
      return index === undefined ? [] : [{ index, text: say.painter(stage.side, stage), kind: "begins" }];
    });
  }
}

export const nameOf = ({ network, guided }) => (guided ? GUIDED : NETWORKS[network]);
