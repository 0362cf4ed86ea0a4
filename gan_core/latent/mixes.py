"""From one piece of clothing to another in three ways: through pixels, through the VAE that ships, and through a GAN.

Pixels give a double exposure, the VAE something in between that is blurred, the GAN something sharp at each step that
need not lie on the way. Clothes only, for the VAE knows no others.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from gan_core.data.tensors import as_bytes
from gan_core.latent.hand import points_of, stacked
from gan_core.latent.held import held as in_hand
from gan_core.latent.held import may_lack_weights
from gan_core.latent.walks import FRAMES, along
from gan_core.latent.ways import lerp
from gan_core.metrics.features import classifier_features
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.families import load_network
from gan_core.networks.vae import Encoder
from gan_core.pictures import sheet
from gan_core.specs import SpecError

VAE = "fashion-vae-32"
BLACK = -1.0


@may_lack_weights
def mixes(first: str, last: str, frames: int = 8, owns: tuple[bytes | None, bytes | None] | None = None,
          checkpoint: bytes | None = None) -> dict[str, bytes]:  # fmt: skip
    """Strips (WebP, pictures in a row) by way: pixels, vae, gan. The GAN's own two pictures are the ends of all three.

    Args:
        first, last: latent specs, JSON, of a generator that learnt from the bundled clothes.

    Raises:
        SpecError: it learnt from others, or a number is out of bounds; or as `gan_core.latent.hand.pictures`.
    """
    if not FRAMES[0] <= frames <= FRAMES[1]:
        raise SpecError(f"There are {frames} pictures (frames); it must be from {FRAMES[0]} to {FRAMES[1]}.")
    one, points = points_of([first, last], owns, checkpoint)
    if one.data != "fashion" or one.generator.channels != 1 or one.generator.size not in (28, 32):
        raise SpecError(
            f"{one.model} draws no clothes of 28 or 32 px in grey, and the VAE that ships knows only those; choose a "
            "generator of fashion."
        )
    ends = one.pictures(*stacked(points))  # (2, 1, H, W)
    times = torch.linspace(0, 1, frames)
    path = along(points, "slerp", times)
    return {
        "pixels": _strip(lerp(ends[0], ends[1], times[:, None, None])),
        "vae": _strip(_through_vae(ends, times)),
        "gan": _strip(one.pictures(path.z, path.told)),
    }


@torch.no_grad()
def _through_vae(ends: Tensor, times: Tensor) -> Tensor:
    """Two pictures encoded as the means of their latents, and what the decoder makes of the line between them."""
    decoder, encoder = in_hand(VAE), _encoder()
    frame = (decoder.generator.size - ends.shape[-1]) // 2
    ends = pad(ends.clone(), [frame] * 4, value=BLACK)
    labels = classifier_features("fashion")(ends).logits.argmax(1)  # it is told them, and a mixture has none of its own
    latents, told = encoder(ends, labels)[0], decoder.told(labels)
    return decoder.pictures(lerp(latents[0], latents[1], times), lerp(told[0], told[1], times))


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return load_network(CHECKPOINTS / VAE, "encoder").requires_grad_(False)


def _strip(pictures: Tensor) -> bytes:
    return sheet(as_bytes(pictures), len(pictures)).tobytes()
