"""A generator's scores while it learns: quick, of the same latents each time, and from streams of their own.

Not comparable with the scores on a model card: these are of fewer samples, and say so. KID and not FID, because FID is
biased for few samples.
"""

from __future__ import annotations

import torch

from gan_core.data.pictures import PictureSet
from gan_core.data.tensors import as_bytes, pictures_tensor
from gan_core.evaluation import features_for, has_classifier
from gan_core.metrics.classes import agreement, class_counts
from gan_core.metrics.kernel import kernel_distance
from gan_core.networks.pictures import PictureGenerator
from gan_core.picture_game import generated
from gan_core.seeds import stream

LEAST = 40  # pictures that a score means anything of


def score_names(pictures: PictureSet, conditional: bool) -> list[str]:
    """What `Scorer.scores` says of generators on these pictures."""
    if not has_classifier(pictures):
        return ["kid", "kid_error"]
    classes = [f"class.{name}" for name in pictures.classes]
    return ["kid", "kid_error", *classes, *(["agreement", "agreement_error"] if conditional else [])]


class Scorer:
    """Scores generators against n of the pictures, or as many as there are."""

    def __init__(self, pictures: PictureSet, n: int, seed: int, device: str):
        self.n, self.seed, self.device = min(n, len(pictures)), seed, device
        self.features = features_for(pictures, device)
        order = torch.randperm(len(pictures), generator=stream(seed, "data"))[: self.n]
        self.labels = torch.from_numpy(pictures.labels)[order]
        self.real = self.features(pictures_tensor(pictures)[order])
        self.classes = pictures.classes if self.real.logits is not None else ()

    def scores(self, generator: PictureGenerator, bfloat16: bool) -> dict[str, float]:
        """KID and its standard error; with a classifier the share of each class among the samples, as “class.NAME”;
        of a generator that is told classes also how often the one that was asked for came. Empty where the samples
        are no numbers any more."""
        z = torch.randn(self.n, generator.latent_size, generator=stream(self.seed, "evaluation")).to(self.device)
        asked = self.labels.to(self.device) if generator.classes else None
        made = torch.from_numpy(as_bytes(generated(generator, z, asked, bfloat16))).permute(0, 3, 1, 2)
        fake = self.features(made)
        if not torch.isfinite(fake.features).all():
            return {}
        kid = kernel_distance(self.real.features, fake.features, stream(self.seed, "noise"))
        found = {"kid": kid.value, "kid_error": kid.error}
        if self.classes:
            shares = (class_counts(fake.logits) / self.n).tolist()
            found |= {f"class.{name}": share for name, share in zip(self.classes, shares, strict=True)}
            if generator.classes:
                right = agreement(self.labels, fake.logits).overall
                found |= {"agreement": right.value, "agreement_error": right.error}
        return found
