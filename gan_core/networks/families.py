"""The pairs of picture networks by name: from a spec to two players, and from a folder to one.

Add a family: a file with two classes, a row in `FAMILIES`, a spec in `specs/pictures.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import torch

from gan_core import specs
from gan_core.networks.dcgan import DcganDiscriminator, DcganGenerator
from gan_core.networks.picture_mlp import MlpDiscriminator, MlpGenerator
from gan_core.networks.pictures import (
    PictureDiscriminator,
    PictureGenerator,
    PictureNetwork,
    first_weights,
    weights_file,
)
from gan_core.networks.residual import ResidualDiscriminator, ResidualGenerator, start_as_identity
from gan_core.networks.vae import Encoder
from gan_core.networks.weights import CONFIG, fill, read_config, read_shard, read_tensors

FAMILIES: dict[str, tuple[type[PictureGenerator], type[PictureDiscriminator]]] = {
    "mlp": (MlpGenerator, MlpDiscriminator),
    "dcgan": (DcganGenerator, DcganDiscriminator),
    "residual": (ResidualGenerator, ResidualDiscriminator),
}
Player = Literal["generator", "discriminator", "encoder"]
DCGAN_STD = 0.02  # of first weights beside BatchNorm. Radford et al. 2016, section 4


def players(
    spec: specs.NetworkPair, size: int, channels: int, classes: int, streams: tuple[torch.Generator, torch.Generator]
) -> tuple[PictureGenerator, PictureDiscriminator]:
    """G and D with first weights from their streams; `classes` is 0 where they are not told any."""
    make_generator, make_discriminator = FAMILIES[spec.kind]
    common = {"size": size, "channels": channels, "classes": classes if spec.conditional else 0}
    own = {"blocks": spec.blocks} if spec.kind == "residual" else {}
    of_generator = own or {"batch_norm": spec.batch_norm}
    of_discriminator = own or {"norm": _norm(spec)}
    with torch.random.fork_rng(devices=[]):  # spectral norm draws its first vectors by itself
        torch.manual_seed(streams[1].initial_seed())
        generator = make_generator(
            latent_size=spec.latent_size, width=spec.generator_width, **common, **of_generator
        )  # fmt: skip
        discriminator = make_discriminator(width=spec.discriminator_width, **common, **of_discriminator)
    for network, stream, normalised in (
        (generator, streams[0], of_generator.get("batch_norm")),
        (discriminator, streams[1], of_discriminator.get("norm") == "batch"),
    ):
        first_weights(network, stream, DCGAN_STD if normalised and spec.kind == "dcgan" else None)
        if spec.kind == "residual":
            start_as_identity(network)
    return generator, discriminator


def _norm(spec: specs.MlpPair | specs.DcganPair) -> str:
    if spec.kind == "mlp":
        return "spectral" if spec.spectral_norm else "none"
    return spec.discriminator_norm


def load_network(folder: Path, player: Player = "generator") -> PictureNetwork:
    """A player from its folder, in evaluation mode.

    Raises:
        ValueError: one sentence on what is missing or wrong.
    """
    whole = read_config(folder)
    config = whole if player == "generator" else whole.get(player)
    try:
        arguments = {
            name: value for name, value in config.items() if name not in ("family", "labels", *get_args(Player))
        }
        with torch.device("meta"):  # nothing is made of a config's word alone: it may ask for more than there is
            network = _network(player, config["family"])(**arguments)
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{folder / CONFIG} describes no {player} of ours ({_one_line(error)}).") from None
    tensors = read_tensors(folder) if player == "generator" else read_shard(folder / weights_file(player))
    fill(network, tensors, folder)
    return network.eval()


def _network(player: Player, family: str) -> type[PictureNetwork]:
    if player == "encoder":
        return {Encoder.family: Encoder}[family]
    return FAMILIES[family][player == "discriminator"]


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0].removesuffix(".")
