"""Whether a generator repeats its training pictures: python -m benchmarks.neighbours cats-64 --source cats64.zip

Draws 32 samples and puts beside each the training picture that is nearest in the features that the set is scored in, as
a sheet to look at. The table says how near they are, beside how near other training pictures are to each other: a
generator that memorised has samples much nearer to a picture than pictures are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from gan_core.data.load import load_pictures
from gan_core.data.tensors import as_bytes, pictures_tensor
from gan_core.evaluation import features_for, nearest
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.picture_game import generated
from gan_core.picture_presets import picture_presets
from gan_core.pictures import sheet_image
from gan_core.seeds import stream
from gan_core.specs import PictureSpec

SAMPLES, ACROSS = 32, 16  # pictures in a row: eight pairs
REFERENCE = 500  # training pictures whose own nearest neighbour is looked for


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of a folder in checkpoints/")
    parser.add_argument("--source", help="its training pictures, where these do not ship")
    parser.add_argument("--sheet", type=Path, default=Path("neighbours.png"), help="where the pairs go")
    given = parser.parse_args()
    settings = picture_presets()[given.name].settings | ({"data.source": given.source} if given.source else {})
    pictures = load_pictures(PictureSpec.from_flat(settings).data, local=True)
    generator, features = load_network(CHECKPOINTS / given.name), features_for(pictures)
    everything = pictures_tensor(pictures)
    if settings.get("data.mirrored"):  # it learnt the mirror images too
        everything = torch.cat([everything, everything.flip(3)])
    real = features(everything)
    z = torch.randn(SAMPLES, generator.latent_size, generator=stream(0, "latents"))
    asked = torch.arange(SAMPLES) % generator.classes if generator.classes else None
    samples = generated(generator, z, asked)
    which, distances = nearest(features(samples), real)
    pairs = np.stack([as_bytes(samples), everything[which].permute(0, 2, 3, 1).numpy()], 1)
    sheet_image(pairs.reshape(-1, *pairs.shape[2:]), across=ACROSS).save(given.sheet)

    own = torch.cdist(real.features[:REFERENCE], real.features)
    own.diagonal().fill_(torch.inf)
    print(f"distance to the nearest of {len(pictures):,} training pictures, in {features.name} features")
    for what, values in (("samples", distances), ("training pictures", own.min(1).values)):
        low, middle, high = values.quantile(torch.tensor([0.05, 0.5, 0.95])).tolist()
        print(f"  {what:18} n = {len(values):4d}   5 % {low:7.3f}   median {middle:7.3f}   95 % {high:7.3f}")
    print(f"the sheet of samples, each with its nearest picture on its right: {given.sheet}")


if __name__ == "__main__":
    main()
