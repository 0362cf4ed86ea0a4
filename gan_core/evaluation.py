"""How good a trained generator is: scores against real pictures, and the real pictures that samples resemble."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from gan_core.data.pictures import PictureSet
from gan_core.data.tensors import as_bytes, pictures_tensor
from gan_core.metrics.classes import agreement
from gan_core.metrics.features import Features, Seen, classifier_features, vgg19_features
from gan_core.metrics.manifold import precision_recall
from gan_core.metrics.scores import Score, scores
from gan_core.model_folder import CHECKPOINTS
from gan_core.networks.pictures import PictureGenerator
from gan_core.picture_game import generated
from gan_core.seeds import stream


class Judgement(NamedTuple):
    """What was measured of a generator."""

    scores: list[Score]
    per_class: dict[str, float]  # share of the samples of each class that a classifier takes for it; {} without classes
    half_recall: float  # recall between two halves of the real set
    half_n: int  # pictures in each half, n where there are as many


def has_classifier(pictures: PictureSet) -> bool:
    """Whether a classifier of this very set ships."""
    return pictures.bundled and (CHECKPOINTS / f"{pictures.name}-classifier").is_dir()


def features_for(pictures: PictureSet, device: str = "cpu") -> Features:
    """The set's own classifier where one ships, else VGG19."""
    return classifier_features(pictures.name, device) if has_classifier(pictures) else vgg19_features(device)


def judge(generator: PictureGenerator, pictures: PictureSet, n: int, seed: int = 0) -> Judgement:
    """Scores of n samples against n of the real pictures.

    The classes asked for are those of the real pictures, and the samples are seen as a visitor sees them, as bytes.
    Latents come from the evaluation stream of the seed, resampling from its own.

    Raises:
        ValueError: there are fewer than n real pictures.
    """
    if len(pictures) < n:
        raise ValueError(f"{pictures.name} has {len(pictures):,} pictures; scores of {n:,} samples need as many.")
    features = features_for(pictures)
    order = torch.randperm(len(pictures), generator=stream(seed, "data"))
    everything, half = pictures_tensor(pictures), min(n, len(pictures) // 2)
    real, other = features(everything[order[:n]]), features(everything[order[half : 2 * half]])
    z = torch.randn(n, generator.latent_size, generator=stream(seed, "evaluation"))
    asked = torch.from_numpy(pictures.labels)[order[:n]] if generator.classes else None
    fake = features(torch.from_numpy(as_bytes(generated(generator, z, asked))).permute(0, 3, 1, 2))
    return Judgement(
        scores(real, fake, features.name, stream(seed, "noise"), asked),
        _per_class(pictures, fake, asked),
        precision_recall(real.features[:half], other.features).recall,
        half,
    )


def _per_class(pictures: PictureSet, fake: Seen, asked: Tensor | None) -> dict[str, float]:
    if asked is None or fake.logits is None:
        return {}
    shares = agreement(asked, fake.logits).per_class
    return {name: each.value for name, each in zip(pictures.classes, shares, strict=True) if each}


def nearest(samples: Seen, real: Seen) -> tuple[Tensor, Tensor]:
    """For each sample the index of the real picture whose features are nearest, and how far it is: (N,) each."""
    distances, which = torch.cdist(samples.features, real.features).min(1)
    return which, distances
