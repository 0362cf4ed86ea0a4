"""What a canvas should be: its losses and their slope, through one network.

The slim network can be guided (`follow`): VGG19 looks at the canvas once, forward only, and from there on the slim
network's Gram matrices and answers count as VGG19's, moved by what the slim network sees change. So VGG19's own loss is
minimised, along the slim network's slopes and at their price (space mapping: Bandler et al. 1994).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from gan_core.specs import StyleSpec
from gan_core.style.products import products
from gan_core.style.seeing import Eye
from gan_core.style_losses import content_error, feature_square, gram_square, style_error, total_variation


@dataclass(frozen=True)
class Aim:
    """Weights: how much of what is asked for. Those of the layers are shares."""

    content: dict[str, float]
    style: dict[str, float]
    variation: float
    shares: tuple[float, ...]  # of the styles

    @classmethod
    def of(cls, spec: StyleSpec) -> Aim:
        """Those of a spec that count."""
        content, style = (
            _shared(weight, vars(layers))
            for weight, layers in (
                (spec.content_weight, spec.content_layers),
                (spec.style_weight, spec.style_layers),
            )
        )
        shares = spec.shares or (1.0,) * len(spec.styles)
        return cls(content, style, spec.variation_weight, tuple(share / sum(shares) for share in shares))


def _shared(weight: float, layers: Mapping[str, float]) -> dict[str, float]:
    whole = sum(layers.values())
    return {name: weight * share / whole for name, share in layers.items() if weight * share}


@dataclass(frozen=True)
class Judgement:
    """The errors of a canvas, each a tensor without a shape, and the slope of the loss, (1, 3, H, W)."""

    loss: Tensor
    style: dict[str, Tensor]
    content: dict[str, Tensor]
    variation: Tensor
    slope: Tensor


@dataclass
class Seen:
    """What a network sees on the whole canvas: for each layer a Gram matrix a region, and answers."""

    grams: dict[str, list[Tensor]] = field(default_factory=dict)  # (C, C)
    answers: dict[str, Tensor] = field(default_factory=dict)  # (1, C, h, w)


def judgement(
    loss: Tensor, style: dict[str, Tensor], content: dict[str, Tensor], variation: Tensor, slope: Tensor
) -> Judgement:  # fmt: skip
    """One that holds on to nothing that it was computed from."""
    style, content = ({name: each.detach() for name, each in errors.items()} for errors in (style, content))
    return Judgement(loss.detach(), style, content, variation.detach(), slope.detach())


def loss_of(aim: Aim, style: dict[str, Tensor], content: dict[str, Tensor], variation: Tensor) -> Tensor:
    """The sum of all errors, each with its weight."""
    parts = [aim.style[name] * error for name, error in style.items()]
    parts += [aim.content[name] * error for name, error in content.items()]
    return sum(parts, aim.variation * variation)


class Objective:
    """Targets at one size of the canvas, and the distance of a canvas from them.

    With a `mask`, (1, 1, H, W) in [0, 1], there are two regions: where the first of two styles counts, and the second.

    Args:
        content: (1, 3, H, W) in [-1, 1], of the canvas's size.
        styles: (1, 3, h, w) each, of any size.
    """

    def __init__(self, eye: Eye, content: Tensor, styles: Sequence[Tensor], mask: Tensor | None = None):
        self.eye, self.content, self.styles = eye, content, styles
        self.masks = [] if mask is None else [mask, 1 - mask]
        self.areas = [1.0] if mask is None else [float(each.mean()) for each in self.masks]
        self._shares: dict[tuple[int, int], list[Tensor]] = {}  # of each place in each region, of a layer of that size
        self.guide: dict[str, Tensor] = {}
        self._told: dict[str, Tensor] = {}  # content's answers, by layer
        self._grams: dict[str, list[Tensor]] = {}  # the styles', by layer

    # Targets ---------------------------------------------------------------------------------------------------------

    def told(self, layers: Sequence[str]) -> dict[str, Tensor]:
        """What the content answers, computed when first asked for."""
        if missing := [name for name in layers if name not in self._told]:
            self._told |= self.see(self.content, [], missing).answers
        return {name: self._told[name] for name in layers}

    def wanted(self, layers: Sequence[str], shares: Sequence[float]) -> dict[str, list[Tensor]]:
        """For each layer the Gram matrix of each region: the mixture of the styles'. With `masks` each has its own."""
        if missing := [name for name in layers if name not in self._grams]:
            seen = [self.see(style, missing, [], masked=False).grams for style in self.styles]
            self._grams |= {name: [each[name][0] for each in seen] for name in missing}
        if self.masks:
            return {name: self._grams[name] for name in layers}
        return {
            name: [sum(share * gram for share, gram in zip(shares, self._grams[name], strict=True))] for name in layers
        }

    # Looking ---------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def see(self, picture: Tensor, style: Sequence[str], content: Sequence[str], masked: bool = True) -> Seen:
        """Gram matrices at `style` and answers at `content`."""
        answers = self.eye.answers(picture, {*style, *content})
        return Seen(
            {name: self.region_grams(answers[name], masked=masked) for name in style},
            {name: answers[name].float().contiguous() for name in content},
        )

    def region_grams(self, answer: Tensor, masked: bool = True) -> list[Tensor]:
        """Each region's Gram matrix of an answer (1, C, h, w): (C, C)."""
        if self.masks and masked:
            return [products(answer, place_shares=share) for share in self.region_shares(tuple(answer.shape[2:]))]
        return [products(answer) / (answer.shape[2] * answer.shape[3])]

    def region_shares(self, size: tuple[int, int]) -> list[Tensor]:
        """How much each place of an answer of this size counts in each region: (h, w), of sum 1."""
        if size not in self._shares:
            regions = [F.interpolate(mask, size=size, mode="area")[0, 0] for mask in self.masks]
            self._shares[size] = [region / region.sum().clamp(min=1e-6) for region in regions]
        return self._shares[size]

    # Judging ---------------------------------------------------------------------------------------------------------

    def judge(self, canvas: Tensor, aim: Aim) -> Judgement:
        """The errors of a canvas (1, 3, H, W), and the slope of the loss there."""
        style, content = list(aim.style), list(aim.content)
        told, wanted = self.told(content), self.wanted(style, aim.shares)
        canvas = canvas.detach().requires_grad_()
        answers = self.eye.answers(canvas, {*style, *content})
        style_errors = self.style_errors({name: self.region_grams(answers[name]) for name in style}, wanted)
        content_errors = {name: self._content_error(name, answers[name].float(), told[name]) for name in content}
        variation = total_variation(canvas)[0]
        loss = loss_of(aim, style_errors, content_errors, variation)
        return judgement(loss, style_errors, content_errors, variation, torch.autograd.grad(loss, canvas)[0])

    def style_errors(self, grams: dict[str, list[Tensor]], wanted: dict[str, list[Tensor]]) -> dict[str, Tensor]:
        """|G - T|² / |T|² of each layer; of several regions the mean, each as much as it is large."""
        return {
            name: sum(
                area * self._style_error(name, region, gram, wanted[name][region])
                for region, (area, gram) in enumerate(zip(self.areas, each, strict=True))
            )
            for name, each in grams.items()
        }

    def _style_error(self, name: str, region: int, gram: Tensor, target: Tensor) -> Tensor:
        metric = self.eye.metrics.get(name)
        key = f"style.{name}.{region}"
        if f"{key}.at" in self.guide:  # |D + H (G - G₀) Hᵀ|², D what VGG19 saw
            moved = gram - self.guide[f"{key}.at"]
            return (
                gram_square(moved, metric=metric)
                + 2 * (self.guide[f"{key}.pull"] * moved).sum()
                + self.guide[f"{key}.rest"]
            ) / self.guide[f"{key}.whole"]
        return style_error(gram, target, metric=metric)

    def _content_error(self, name: str, answer: Tensor, told: Tensor) -> Tensor:
        metric = self.eye.metrics.get(name)
        key = f"content.{name}"
        if f"{key}.at" in self.guide:
            moved = answer - self.guide[f"{key}.at"]
            pulled = 2 * (self.guide[f"{key}.pull"] * moved).sum()
            whole = feature_square(moved, metric=metric)[0] + pulled + self.guide[f"{key}.rest"]
            return whole / self.guide[f"{key}.whole"]
        return content_error(answer, told, metric=metric)[0]

    # Being guided ----------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def follow(self, wide: Objective, canvas: Tensor, aim: Aim) -> None:
        """From now on what counts is what `wide` sees on this canvas, moved by what is seen here to change."""
        style, content = list(aim.style), list(aim.content)
        here, there = self.see(canvas, style, content), wide.see(canvas, style, content)
        wanted, told = wide.wanted(style, aim.shares), wide.told(content)
        self.guide = {}
        for name in style:
            head = self.eye.heads[name]
            for region, (at, seen) in enumerate(zip(here.grams[name], there.grams[name], strict=True)):
                target = wanted[name][region]
                self._keep(f"style.{name}.{region}", at, head.T @ (seen - target) @ head, seen - target, target)
        for name in content:
            apart = there.answers[name] - told[name]
            pull = torch.einsum("dc,ndhw->nchw", self.eye.heads[name], apart)
            self._keep(f"content.{name}", here.answers[name], pull, apart, told[name])

    def _keep(self, key: str, at: Tensor, pull: Tensor, apart: Tensor, target: Tensor) -> None:
        self.guide |= {f"{key}.at": at, f"{key}.pull": pull}
        self.guide |= {f"{key}.rest": apart.square().sum(), f"{key}.whole": target.square().sum()}
