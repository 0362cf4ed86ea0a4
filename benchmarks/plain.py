"""The cats beside a plain DCGAN's: python -m benchmarks.plain --source cats64.zip --to runs/plain [--steps N]

Trains the DCGAN of the tutorials (BatchNorm in both players, non-saturating loss, Adam 2e-4 with betas 0.5 and 0.999,
no penalty, no augmentation, no average) on the same pictures, with generator and discriminator of the same widths, by
default for as many pictures as the shipped one saw; what is in the folder already goes on. Then prints the Frechet
distance of both to the same 5,000 real pictures in VGG19's features.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from gan_core.data.load import load_pictures
from gan_core.data.tensors import pictures_tensor
from gan_core.evaluation import features_for
from gan_core.metrics.frechet import frechet_with_error
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.picture_game import generated
from gan_core.picture_presets import picture_presets
from gan_core.run_folder import RunFolder, train_into
from gan_core.seeds import stream
from gan_core.specs import PictureSpec

NAME, N = "cats-64", 5000
PLAIN = {
    "network.discriminator_norm": "batch", "regularisation.r1": 0, "regularisation.every": 1, "penalised": 0,
    "augmentation.colour": 0, "augmentation.shift": 0, "shared_fakes": True, "ema": 0, "frame_every": 200,
    "generator_optimizer.beta2": 0.999, "discriminator_optimizer.beta1": 0.5, "discriminator_optimizer.beta2": 0.999,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True, help="the pictures, which do not ship")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the plain one is trained")
    parser.add_argument("--steps", type=int, help="of the plain one")
    parser.add_argument("--ours", type=Path, default=CHECKPOINTS / NAME, metavar="FOLDER")
    given = parser.parse_args()
    steps = given.steps or json.loads((CHECKPOINTS / NAME / "scores.json").read_text(encoding="utf-8"))["step"]
    settings = picture_presets()[NAME].settings | {"data.source": given.source} | PLAIN | {"steps": steps}
    spec = PictureSpec.from_flat(settings)
    train_into(RunFolder(given.to), spec)

    pictures = load_pictures(spec.data, local=True)
    features = features_for(pictures)
    order = torch.randperm(len(pictures), generator=stream(0, "data"))[:N]
    real = features(pictures_tensor(pictures)[order]).features
    for who, folder in (("plain DCGAN", given.to), ("ours", given.ours)):
        generator = load_network(folder)
        z = torch.randn(N, generator.latent_size, generator=stream(0, "evaluation"))
        fake = features(generated(generator, z)).features
        value, error = frechet_with_error(real, fake, stream(0, "noise"))
        print(
            f"{who:12} Frechet distance in {features.name} features {value:8.2f} ± {error:.2f}   n = {N:,}", flush=True
        )


if __name__ == "__main__":
    main()
