"""Train the variational autoencoder that stands beside the GAN on the same pictures, to compare their blur.

    python -m gan_core.vae --preset fashion-cdcgan-32 --to checkpoints/fashion-vae-32

Data, size, classes and the decoder's shape are those of the preset's generator.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch.optim import Adam

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet
from gan_core.evaluation import Judgement
from gan_core.networks.families import players
from gan_core.networks.pictures import PictureGenerator, first_weights, save_network
from gan_core.networks.vae import PIXEL_DEVIATION, Encoder, drawn, kl_to_normal, reconstruction
from gan_core.picture_game import Deck
from gan_core.picture_presets import picture_presets, shipped_presets
from gan_core.pictures import machine
from gan_core.seeds import stream
from gan_core.ship import score_table, show_and_judge
from gan_core.specs import PictureSpec

PEAK_RATE = 1e-3  # of Adam; falls to 0 along a cosine
BATCH = 128


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gan_core.vae", description="Train a VAE beside a preset's GAN.")
    parser.add_argument("--preset", required=True, choices=shipped_presets())
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=4000, help=f"batches of {BATCH} pictures")
    parser.add_argument("--n", type=int, default=10_000, help="samples to score, against as many real pictures")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    spec = picture_presets()[given.preset].spec
    begun = time.monotonic()
    pictures = load_pictures(spec.data, local=True)
    if given.n > len(pictures):
        parser.error(f"--n is {given.n:,}; it must be at most {len(pictures):,}, the number of real pictures.")
    encoder, decoder, nats = train(spec, pictures, given.steps)
    seconds = time.monotonic() - begun
    save_network(decoder, given.to)
    save_network(encoder, given.to)
    judgement = show_and_judge(given.to, decoder, given.preset, pictures, given.n, given.steps)
    text = card(given.to.name, given.preset, decoder, nats, given.steps, seconds, judgement)
    (given.to / "README.md").write_text(text, encoding="utf-8")
    print(f"{nats:.1f} nats a picture in the latent after {seconds:.0f} s")
    return 0


def card(
    name: str, preset: str, decoder: PictureGenerator, nats: float, steps: int, seconds: float, judgement: Judgement
) -> str:
    """The model card: data, recipe, command, time, scores with n, licence, limits."""
    return f"""---
license: apache-2.0
library_name: gan-classroom
---

# {name}: what an autoencoder makes of the same pictures

A variational autoencoder (Kingma and Welling 2014) whose decoder is the generator of `{preset}`: the same layers
with the same {decoder.parameter_count:,} parameters, taught by comparing pixels instead of by a discriminator. Beside
that generator it shows what comparing pixels costs: the mean of all pictures that could be meant is a blur.

![samples](samples.png)

Samples of the prior, not chosen; they are the decoder's means, without the noise of its Gaussian pixels.
`model.safetensors` is the decoder and loads like a generator; `encoder.safetensors` finds a picture's latent.

{score_table(judgement)}

**Data.** {picture_presets()[preset].origin}

**Recipe.** Gaussian pixels with a deviation of {PIXEL_DEVIATION} (pictures run from -1 to 1); a picture takes
{nats:.1f} nats in the latent. Both networks are told the class. Adam from {PEAK_RATE:g}, falling to 0 along a cosine;
{steps:,} batches of {BATCH}; bfloat16; seed 0. {seconds / 60:.0f} minutes on {machine("cpu")}, by

```bash
python -m gan_core.vae --preset {preset} --to checkpoints/{name} --steps {steps}
```

**Licence of the weights.** Apache-2.0, as the project.

**Limits.** Scores in these features compare with each other at one n, and never with published ones.
"""


def train(spec: PictureSpec, pictures: PictureSet, steps: int) -> tuple[Encoder, PictureGenerator, float]:
    """Encoder and decoder in evaluation mode, and the mean KL divergence of the last 100 batches, in nats."""
    network, classes = spec.network, len(pictures.classes) if spec.network.conditional else 0
    channels = pictures.pictures.shape[3]
    streams = stream(spec.seed, "generator"), stream(spec.seed, "discriminator")
    decoder, _ = players(network, spec.data.size, channels, classes, streams)
    encoder = Encoder(spec.data.size, channels, network.latent_size, network.discriminator_width, classes=classes)
    first_weights(encoder, streams[1])
    for each in (encoder, decoder):
        each.to(memory_format=torch.channels_last)
    optimizer = Adam([*encoder.parameters(), *decoder.parameters()], fused=True)
    deck, data, noise = (
        Deck(pictures, "cpu", mirrored=spec.data.mirrored),
        stream(spec.seed, "data"),
        stream(spec.seed, "noise"),
    )
    divergences = torch.zeros(min(100, steps))
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = PEAK_RATE * (1 + math.cos(math.pi * step / steps)) / 2
        x, labels = deck.draw(BATCH, data)
        with torch.autocast("cpu", torch.bfloat16):
            mean, log_variance = (half.float() for half in encoder(x, labels if classes else None))
            z = drawn(mean, log_variance, torch.randn(mean.shape, generator=noise))
            decoded = decoder(z, labels if classes else None).float()
        divergence = kl_to_normal(mean, log_variance).mean()
        loss = reconstruction(x, decoded).mean() + divergence
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        divergences[step % len(divergences)] = divergence.detach()
    return encoder.eval(), decoder.eval(), float(divergences.mean())


if __name__ == "__main__":
    raise SystemExit(main())
