"""What one turn of a knob needs: the picture, and where the seed's own noise has the coordinates that can be turned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gan_core.latent.hand import png
from gan_core.latent.held import held, may_lack_weights
from gan_core.latent.point import point, read, untruncated


@may_lack_weights
def turn(
    spec: str, coordinates: Sequence[int] = (), own: bytes | None = None, checkpoint: bytes | None = None
) -> dict[str, Any]:
    """The picture (PNG), and `rests`: of each of the coordinates what it is while nobody turns it.

    Raises as `gan_core.latent.hand.picture`; coordinates beyond the model's are left out of `rests`.
    """
    wanted = read(spec)
    one = held(wanted.model, checkpoint)
    still = untruncated(one, wanted.moved({}), own)
    return {
        "picture": png(one.shown(*point(one, wanted, own))[0]),
        "rests": {number: round(float(still[number]), 3) for number in coordinates if number < one.latent_size},
    }
