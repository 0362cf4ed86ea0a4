"""Directions of a latent space that mean something: GANSpace, SeFa, between classes, and from examples.

A direction has length 1, and is turned so that its largest coordinate is positive: the same model has the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import NamedTuple

import torch
from torch import Tensor, nn

from gan_core.latent.held import Held, has_classifier
from gan_core.metrics.features import classifier_features
from gan_core.networks.pictures import PictureGenerator
from gan_core.seeds import stream
from gan_core.specs import SpecError

SAMPLES = 4096  # latents that principal components are taken over
MOST_NUMBERS = 1 << 25  # of activations: 128 MB; a wide layer is seen by fewer latents
COMPONENTS = 32
PASSES = 8  # of the subspace iteration; of what ships, 16 more turn none of the 32 directions by more than 4 degrees
SORTED = 2000  # latents that a classifier sorts into classes
LEAST_OF_A_CLASS = 20
DEAD = 1e-10  # of the mean square of what a layer answers: where less of it varies, that is rounding


class Directions(NamedTuple):
    """Some, by what they explain, most first."""

    directions: Tensor  # (K, d)
    explained: Tensor  # (K,), share of all variance that each holds


def of_model(held: Held, kind: str) -> Directions:
    """Those of kind "pc" (GANSpace) or "sefa"; found once for each model."""
    if kind not in held.found:
        held.found[kind] = ganspace(held) if kind == "pc" else sefa(held.generator)
    return Directions(*held.found[kind])


def ganspace(held: Held, count: int = COMPONENTS, samples: int = SAMPLES, seed: int = 0) -> Directions:
    """Principal components of the first activations, taken back to the latent. Harkonen et al. 2020, section 2.2.

    Activations are what the first activation function answers, or the picture where there is none. A direction is the
    regression of latents on a component: along it that component changes. Of a model that is told classes the
    components are those within a class, for a latent cannot change the class.

    Raises:
        SpecError: the activations are the same whatever the latent.
    """
    random = stream(seed, "evaluation")
    activations = _up_to_first_activations(held)
    width = activations(torch.zeros(1, held.latent_size), torch.zeros(1, dtype=torch.long)).shape[1]
    samples = min(samples, MOST_NUMBERS // width)
    z = _normal(samples, held.latent_size, random)
    labels = torch.arange(samples) % max(1, len(held.labels))
    x = torch.cat([activations(*some) for some in zip(z.split(256), labels.split(256), strict=True)])  # (n, F)
    whole = x.square().sum()
    for label in labels.unique():
        x[labels == label] -= x[labels == label].mean(0)
    _demand_life(x.square().sum(), whole)
    count = min(count, held.latent_size, width)
    basis = _normal(width, min(2 * count, width), random)
    for _ in range(PASSES):  # randomised, for the covariance of a wide layer is large: Halko et al. 2011, algorithm 4.4
        basis = torch.linalg.qr(x.T @ (x @ basis)).Q
    _, values, turned = torch.linalg.svd(x @ basis, full_matrices=False)
    along = x @ (basis @ turned.T[:, :count])  # (n, K), each sample's coordinates
    return Directions(_unit(along.T @ z), values[:count].square() / x.square().sum())


def sefa(generator: PictureGenerator) -> Directions:
    """Eigenvectors of A^T A, with A the first layer's weights on the latent. Shen and Zhou 2021, eq. 4.

    Along the first one that layer's answer changes most; what the layers after it make of that is not asked. As many
    as that layer has units, at most d.

    Raises:
        SpecError: all those weights are 0.
    """
    first = next(layer for layer in generator.modules() if isinstance(layer, nn.Linear))
    _, values, directions = torch.linalg.svd(first.weight[:, : generator.latent_size], full_matrices=False)
    _demand_life(values.square().sum(), first.weight.square().sum())
    return Directions(_unit(directions), values.square() / values.square().sum())


def between(more: Tensor, less: Tensor) -> Tensor:
    """From examples less (B, d) to examples more (A, d): (d,).

    The difference of means, which is the best linear classifier's normal where both scatter alike in all directions,
    as noise does. With none on one side the middle of all noise, 0, stands for them.

    Raises:
        SpecError: there are no examples, or both sides are the same.
    """
    means = [side.mean(0) if len(side) else torch.zeros(side.shape[1]) for side in (more, less)]
    way = means[0] - means[1]
    if way.norm() < 1e-6:
        raise SpecError("The examples (more, less) have the same middle; mark different pictures on either side.")
    return way / way.norm()


def between_classes(held: Held, to: int, start: int, seed: int = 0) -> Tensor:
    """From one class to another, (d,), of a model that is told none: a classifier of its data sorts its pictures.

    Raises:
        SpecError: the model is told classes, no classifier knows them, or it draws hardly any of one.
    """
    if held.labels:
        raise SpecError(
            f"{held.model} is told its class, so that no direction leads from one to another: choose the class itself, "
            "or walk between two pictures."
        )
    if not has_classifier(held.data):
        raise SpecError(f"No classifier knows what {held.model} draws; mark examples of more and less instead.")
    features = classifier_features(held.data)
    for name, number in (("to", to), ("from", start)):
        if not 0 <= number < len(features.classes):
            raise SpecError(f"The class ({name}) is {number}; it must be from 0 to {len(features.classes) - 1}.")
    z = _normal(SORTED, held.latent_size, stream(seed, "evaluation"))
    seen = features(held.pictures(z, None)).logits.argmax(1)
    for number in (to, start):
        if (found := (seen == number).sum().item()) < LEAST_OF_A_CLASS:
            raise SpecError(
                f"Of {SORTED:,} pictures {found} show {features.classes[number]}; a direction needs "
                f"{LEAST_OF_A_CLASS}, so choose another class."
            )
    return between(z[seen == to], z[seen == start])


class _Seen(Exception):
    """Ends a pass early, with the first activations: what comes after them is not wanted."""


def _look(module: nn.Module, given: tuple[Tensor, ...], answer: Tensor) -> None:
    raise _Seen(answer)


def _up_to_first_activations(held: Held) -> Callable[[Tensor, Tensor], Tensor]:
    """From latents (n, d) and classes (n,) to activations (n, F)."""
    network = deepcopy(held.generator)  # others draw with it meanwhile, and are not to be stopped
    for function in network.modules():
        if isinstance(function, nn.ReLU | nn.LeakyReLU):
            function.register_forward_hook(_look)

    @torch.inference_mode()
    def activations(z: Tensor, labels: Tensor) -> Tensor:
        try:
            return network(z, held.told(labels)).flatten(1)
        except _Seen as seen:
            return seen.args[0].flatten(1)

    return activations


def _demand_life(varying: Tensor, whole: Tensor) -> None:
    """Raises SpecError where the first layer answers all latents alike."""
    if varying <= DEAD * whole:
        raise SpecError(
            "The first layer of this generator answers all latents alike, so that no direction leads anywhere; choose "
            "another model."
        )


def _normal(count: int, size: int, random: torch.Generator) -> Tensor:
    return torch.randn(count, size, generator=random)


def _unit(directions: Tensor) -> Tensor:
    """Rows (K, d) of length 1, the largest coordinate of each positive."""
    largest = directions.gather(1, directions.abs().argmax(1, keepdim=True))
    return directions * largest.sign() / directions.norm(dim=1, keepdim=True)
