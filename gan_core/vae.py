"""Train the variational autoencoder that stands beside the GAN on the same pictures, to compare their blur.

    python -m gan_core.vae --preset fashion-cdcgan-32 --to checkpoints/fashion-vae-32

Data, size, classes and the decoder's shape are those of the preset's generator.
"""

from __future__ import annotations

import argparse
import math
import platform
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch.optim import Adam

from gan_core.data.load import load_pictures
from gan_core.data.pictures import PictureSet
from gan_core.networks.families import players
from gan_core.networks.pictures import PictureGenerator, first_weights, save_network
from gan_core.networks.vae import Encoder, drawn, kl_to_normal, reconstruction
from gan_core.picture_game import Deck
from gan_core.picture_presets import picture_presets
from gan_core.seeds import stream
from gan_core.specs import PictureSpec

PEAK_RATE = 1e-3  # of Adam; falls to 0 along a cosine
BATCH = 128


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gan_core.vae", description="Train a VAE beside a preset's GAN.")
    parser.add_argument("--preset", required=True, choices=picture_presets())
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=8000, help=f"batches of {BATCH} pictures")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    spec = picture_presets()[given.preset].spec
    begun = time.monotonic()
    encoder, decoder, nats = train(spec, load_pictures(spec.data), given.steps)
    seconds = time.monotonic() - begun
    save_network(decoder, given.to)
    save_network(encoder, given.to)
    print(f"{nats:.1f} nats a picture in the latent after {seconds:.0f} s on {platform.machine()}")
    return 0


def train(spec: PictureSpec, pictures: PictureSet, steps: int) -> tuple[Encoder, PictureGenerator, float]:
    """Encoder and decoder in evaluation mode, and the mean KL divergence of the last 100 batches, in nats."""
    network, classes = spec.network, len(pictures.classes) if spec.network.conditional else 0
    channels = pictures.pictures.shape[3]
    streams = stream(spec.seed, "generator"), stream(spec.seed, "discriminator")
    decoder, _ = players(network, spec.data.size, channels, classes, streams)
    encoder = Encoder(spec.data.size, channels, network.latent_size, network.discriminator_width)
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
            mean, log_variance = (half.float() for half in encoder(x))
            z = drawn(mean, log_variance, torch.randn(mean.shape, generator=noise))
            decoded = decoder(z, labels if classes else None).float()
        divergence = kl_to_normal(mean, log_variance).mean()
        loss = reconstruction(x, decoded).mean() + divergence
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        divergences[step % len(divergences)] = divergence.detach()
    return encoder.eval(), decoder.eval(), float(divergences.mean())
