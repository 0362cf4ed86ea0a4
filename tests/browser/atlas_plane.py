"""The plane that `atlas_app.py` shows, and what the tests know of it."""

from gan_core.specs import LatentSpec

SIDE = 11  # pictures along a tile; nine are in sight
SHELL = (9.975, 0.706)  # of noise in 100 dimensions


def specs_of(model: str, *, others: bool) -> list[str]:
    """Three latent specs, JSON."""
    seeds = (8, 9, 10) if others else (3, 4, 5)
    labels = (0, 0, 0) if model == "cats-64" else (1, 7, 8)
    return [
        LatentSpec(model=model, seed=s, label=label).model_dump_json() for s, label in zip(seeds, labels, strict=True)
    ]
