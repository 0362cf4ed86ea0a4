"""What a worker does for `knobs_app.py`: one picture of a shipped generator."""

import io
from functools import cache

import torch
from PIL import Image
from torch import nn

from gan_core.data.tensors import as_bytes
from gan_core.models import inspect, load
from gan_core.seeds import stream

generator = cache(load)


def classes(model: str) -> list[str]:
    return inspect(model)["labels"]


def direction(name: str, size: int) -> torch.Tensor:
    """Some unit vector, always the same for a name."""
    vector = torch.randn(size, generator=stream(name, "noise"))
    return vector / vector.norm()


@torch.inference_mode()
def picture(
    model: str, seed: int, label: int, truncation: float | None, at: dict[str, float]
) -> tuple[bytes, list[float]]:
    """A picture as PNG, and the noise as the seed has it."""
    network: nn.Module = generator(model)
    noise = torch.randn(network.latent_size, generator=stream(seed, "latents"))
    z = noise.clone()
    for name, value in at.items():
        if name.startswith("z"):
            z[int(name[1:])] = value
        else:
            z += value * 3 * direction(name, network.latent_size)
    labels = torch.tensor([label]) if network.classes else None
    z = z[None] * (1 if truncation is None else truncation)
    pixels = as_bytes(network(z, labels) if network.classes else network(z))[0]
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze(2) if pixels.shape[2] == 1 else pixels).save(file, "PNG", compress_level=1)
    return file.getvalue(), [round(value, 3) for value in noise.tolist()]
