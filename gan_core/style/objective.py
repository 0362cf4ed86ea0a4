"""What a canvas should be: its losses and their slope, through one network.

The slim network can be guided: VGG19 looks at the canvas once, forward only, and from there on the slim network's Gram
matrices and answers count as VGG19's, moved by what the slim network sees change. So VGG19's own loss is minimised,
along the slim network's slopes and at their price (space mapping: Bandler et al. 1994).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from gan_core.specs import StyleSpec
from gan_core.specs.style import LAYERS
from gan_core.style.eyes import Eye
from gan_core.style.products import products
from gan_core.style.tiles import Tile, tiles_of
from gan_core.style_losses import feature_square, gram_square, style_error, total_variation

STRIDES = {name: 2 ** (int(name[4]) - 1) for name in LAYERS}  # px between two of its places


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
            _shared(weight, layers.flat())
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


class Objective:
    """Targets at one size of the canvas, and the distance of a canvas from them.

    Args:
        content: (1, 3, H, W) in [-1, 1], of the canvas's size.
        styles: (1, 3, h, w) each, of any size.
        mask: (1, 1, H, W) in [0, 1]: where the first of two styles counts, and not the second.
        tiles: to look at the canvas in, where it is not to be the usual ones.
    """

    def __init__(
        self, eye: Eye, content: Tensor, styles: Sequence[Tensor], mask: Tensor | None = None,
        tiles: list[Tile] | None = None,
    ):  # fmt: skip
        self.eye, self.content, self.styles = eye, content, styles
        self.size = content.shape[2], content.shape[3]
        self.tiles = tiles or tiles_of(*self.size)
        self.masks = [None] if mask is None else [mask, 1 - mask]
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
        """For each layer the Gram matrix of each region: the mixture of the styles', or with a mask one style's."""
        if missing := [name for name in layers if name not in self._grams]:
            seen = [self.see(style, missing, [], masked=False).grams for style in self.styles]
            self._grams |= {name: [each[name][0] for each in seen] for name in missing}
        if len(self.masks) > 1:
            return {name: self._grams[name] for name in layers}
        return {
            name: [sum(share * gram for share, gram in zip(shares, self._grams[name], strict=True))] for name in layers
        }

    # Looking ---------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def see(self, picture: Tensor, style: Sequence[str], content: Sequence[str], masked: bool = True) -> Seen:
        """Gram matrices at `style` and answers at `content`, tile by tile."""
        size = picture.shape[2], picture.shape[3]
        tiles = self.tiles if size == self.size else tiles_of(*size)
        seen = Seen()
        for tile in tiles if style or content else ():
            answers = self.eye.answers(tile.of(picture), {*style, *content})
            self._add(seen, answers, tile, size, style, content, masked)
        return seen

    def _add(
        self, seen: Seen, answers: dict[str, Tensor], tile: Tile, size: tuple[int, int], style: Sequence[str],
        content: Sequence[str], masked: bool,
    ) -> None:  # fmt: skip
        """What a tile has to say, added to what the others said."""
        for name in dict.fromkeys([*style, *content]):  # in their order: sums depend on it in the last digit
            stride = STRIDES[name]
            whole = size[0] // stride, size[1] // stride
            core = tile.inside(answers[name], whole, stride)
            if name in style:
                grams = self._products(core, name, tile, whole, masked)
                before = seen.grams.get(name, [0] * len(grams))
                seen.grams[name] = [old + new for old, new in zip(before, grams, strict=True)]
            if name in content:
                if name not in seen.answers:
                    seen.answers[name] = core.new_empty(1, core.shape[1], *whole, dtype=torch.float32)
                top, bottom, left, right = tile.places(whole, stride)
                seen.answers[name][:, :, top:bottom, left:right] = core

    def _products(
        self, core: Tensor, name: str, tile: Tile, whole: tuple[int, int], masked: bool
    ) -> list[Tensor]:  # fmt: skip
        """A tile's part of each region's Gram matrix: (C, C)."""
        if not masked or self.masks[0] is None:
            return [products(core) / (whole[0] * whole[1])]
        if whole not in self._shares:
            regions = [F.interpolate(mask, size=whole, mode="area")[0, 0] for mask in self.masks]
            self._shares[whole] = [region / region.sum().clamp(min=1e-6) for region in regions]
        top, bottom, left, right = tile.places(whole, STRIDES[name])
        return [products(core, share[top:bottom, left:right]) for share in self._shares[whole]]

    # Judging ---------------------------------------------------------------------------------------------------------

    def judge(self, canvas: Tensor, aim: Aim) -> Judgement:
        """The errors of a canvas (1, 3, H, W), and the slope of the loss there."""
        style, content = list(aim.style), list(aim.content)
        told, wanted = self.told(content), self.wanted(style, aim.shares)
        canvas = canvas.detach()
        if len(self.tiles) == 1:
            canvas.requires_grad_()
            answers = self.eye.answers(canvas, {*style, *content})
            grams = {
                name: self._products(answers[name], name, self.tiles[0], self._whole(name), True) for name in style
            }
            style_errors = self._style_errors(grams, wanted)
            content_errors = {name: self._content_error(name, answers[name], told[name]) for name in content}
            variation = total_variation(canvas)[0]
            loss = _loss(aim, style_errors, content_errors, variation)
            slope = torch.autograd.grad(loss, canvas)[0] if style or content or aim.variation else 0 * canvas
        else:
            style_errors, content_errors, variation, slope = self._by_tiles(canvas, aim, told, wanted)
            loss = _loss(aim, style_errors, content_errors, variation)
        return Judgement(
            loss.detach(), {name: each.detach() for name, each in style_errors.items()},
            {name: each.detach() for name, each in content_errors.items()}, variation.detach(), slope.detach(),
        )  # fmt: skip

    def _by_tiles(
        self, canvas: Tensor, aim: Aim, told: dict[str, Tensor], wanted: dict[str, list[Tensor]]
    ) -> tuple[dict[str, Tensor], dict[str, Tensor], Tensor, Tensor]:
        """The same with one tile in memory at a time.

        First all tiles together make the Gram matrices; what a change of these would do to the loss is then known, and
        is carried down to the pixels tile by tile: the chain rule, cut where the tiles meet.
        """
        style, content = list(aim.style), list(aim.content)
        grams = {
            name: [gram.requires_grad_() for gram in each] for name, each in self.see(canvas, style, []).grams.items()
        }
        style_errors = self._style_errors(grams, wanted)
        leaves = [gram for name in style for gram in grams[name]]
        lost = sum((aim.style[name] * style_errors[name] for name in style), torch.zeros((), device=canvas.device))
        pulls = torch.autograd.grad(lost, leaves) if leaves else ()
        slope = torch.zeros_like(canvas)
        content_errors = {name: torch.zeros((), device=canvas.device) for name in content}
        for tile in self.tiles:
            window = tile.of(canvas).detach().requires_grad_()
            answers = self.eye.answers(window, {*style, *content})
            loss = torch.zeros((), device=canvas.device)
            pull = iter(pulls)
            for name in style:
                core = tile.inside(answers[name], self._whole(name), STRIDES[name])
                for gram in self._products(core, name, tile, self._whole(name), True):
                    loss = loss + (next(pull) * gram).sum()
            for name in content:
                core = tile.inside(answers[name], self._whole(name), STRIDES[name])
                error = self._content_error(name, core, told[name], tile)
                content_errors[name] = content_errors[name] + error.detach()
                loss = loss + aim.content[name] * error
            top, bottom, left, right = tile.window
            if loss.requires_grad:
                slope[:, :, top:bottom, left:right] += torch.autograd.grad(loss, window)[0]
        canvas.requires_grad_()
        variation = total_variation(canvas)[0]
        if aim.variation:
            slope += aim.variation * torch.autograd.grad(variation, canvas)[0]
        return style_errors, content_errors, variation, slope

    def _whole(self, name: str) -> tuple[int, int]:
        return self.size[0] // STRIDES[name], self.size[1] // STRIDES[name]

    def _style_errors(self, grams: dict[str, list[Tensor]], wanted: dict[str, list[Tensor]]) -> dict[str, Tensor]:
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
                gram_square(moved, metric) + 2 * (self.guide[f"{key}.pull"] * moved).sum() + self.guide[f"{key}.rest"]
            ) / self.guide[f"{key}.whole"]
        return style_error(gram, target, metric)

    def _content_error(self, name: str, answer: Tensor, told: Tensor, tile: Tile | None = None) -> Tensor:
        """|F - T|² / |T|² of a layer; of a tile its part of that."""
        metric, answer = self.eye.metrics.get(name), answer.float()
        share = answer.shape[2] * answer.shape[3] / (told.shape[2] * told.shape[3])

        def here(of_whole: Tensor) -> Tensor:
            if tile is None:
                return of_whole
            top, bottom, left, right = tile.places(self._whole(name), STRIDES[name])
            return of_whole[:, :, top:bottom, left:right]

        key = f"content.{name}"
        if f"{key}.at" in self.guide:
            moved = answer - here(self.guide[f"{key}.at"])
            pulled = 2 * (here(self.guide[f"{key}.pull"]) * moved).sum()
            return (feature_square(moved, metric)[0] + pulled + share * self.guide[f"{key}.rest"]) / self.guide[
                f"{key}.whole"
            ]
        return feature_square(answer - here(told), metric)[0] / feature_square(told, metric)[0]

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


def _loss(aim: Aim, style: dict[str, Tensor], content: dict[str, Tensor], variation: Tensor) -> Tensor:
    parts = [aim.style[name] * error for name, error in style.items()]
    parts += [aim.content[name] * error for name, error in content.items()]
    return sum(parts, aim.variation * variation)
