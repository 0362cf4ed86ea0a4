"""What a canvas should be, where it is too large to be looked at as a whole: the same, one tile in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from gan_core.networks.vgg import LAYERS
from gan_core.style.objective import Aim, Judgement, Objective, Seen, judgement, loss_of
from gan_core.style.products import products
from gan_core.style.seeing import Eye
from gan_core.style.tiles import Tile, tiles_of
from gan_core.style_losses import feature_square, total_variation
from gan_core.style_plan import IN_TILES

STRIDES = {name: 2 ** (int(name[4]) - 1) for name in LAYERS}  # px between two of its places


def is_large(pictures: Iterable[Tensor]) -> bool:
    """Whether one of them is to be looked at in tiles."""
    return any(max(picture.shape[2:]) > IN_TILES for picture in pictures)


class TiledObjective(Objective):
    """Targets and distances as an `Objective` has them, to rounding.

    Args:
        tiles: to look at the canvas in, where they are not to be the usual ones.
    """

    def __init__(
        self, eye: Eye, content: Tensor, styles: Sequence[Tensor], mask: Tensor | None = None,
        tiles: list[Tile] | None = None,
    ):  # fmt: skip
        super().__init__(eye, content, styles, mask)
        self.size = content.shape[2], content.shape[3]
        self.tiles = tiles or tiles_of(*self.size)

    # Looking ---------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def see(self, picture: Tensor, style: Sequence[str], content: Sequence[str], masked: bool = True) -> Seen:
        """Gram matrices at `style` and answers at `content`, tile by tile."""
        size = picture.shape[2], picture.shape[3]
        tiles = self.tiles if size == self.size else tiles_of(*size)
        seen = Seen()
        for tile in tiles if style or content else ():
            answers = self.eye.answers(tile.of(picture), {*style, *content})
            self._add(seen, answers, tile, size, style, content, masked=masked)
        return seen

    def _add(
        self, seen: Seen, answers: dict[str, Tensor], tile: Tile, size: tuple[int, int], style: Sequence[str],
        content: Sequence[str], masked: bool = True,
    ) -> None:  # fmt: skip
        """What a tile has to say, added to what the others said."""
        for name in dict.fromkeys([*style, *content]):  # in their order: sums depend on it in the last digit
            stride = STRIDES[name]
            whole = size[0] // stride, size[1] // stride
            core = tile.inside(answers[name], whole, stride)
            if name in style:
                grams = self._parts(core, name, tile, whole, masked=masked)
                before = seen.grams.get(name, [0] * len(grams))
                seen.grams[name] = [old + new for old, new in zip(before, grams, strict=True)]
            if name in content:
                if name not in seen.answers:
                    seen.answers[name] = core.new_empty(1, core.shape[1], *whole, dtype=torch.float32)
                top, bottom, left, right = tile.places(whole, stride)
                seen.answers[name][:, :, top:bottom, left:right] = core

    def _parts(
        self, core: Tensor, name: str, tile: Tile, whole: tuple[int, int], masked: bool = True
    ) -> list[Tensor]:  # fmt: skip
        """A tile's part of each region's Gram matrix: (C, C)."""
        if self.masks and masked:
            top, bottom, left, right = tile.places(whole, STRIDES[name])
            return [products(core, place_shares=share[top:bottom, left:right]) for share in self.region_shares(whole)]
        return [products(core) / (whole[0] * whole[1])]

    # Judging ---------------------------------------------------------------------------------------------------------

    def judge(self, canvas: Tensor, aim: Aim) -> Judgement:
        """The errors of a canvas (1, 3, H, W), and the slope of the loss there.

        First all tiles together make the Gram matrices; what a change of these would do to the loss is then known, and
        is carried down to the pixels tile by tile: the chain rule, cut where the tiles meet.
        """
        if len(self.tiles) == 1:  # only the styles are large
            return super().judge(canvas, aim)
        style, content = list(aim.style), list(aim.content)
        told, wanted = self.told(content), self.wanted(style, aim.shares)
        canvas = canvas.detach()
        grams = {
            name: [gram.requires_grad_() for gram in each] for name, each in self.see(canvas, style, []).grams.items()
        }
        style_errors = self.style_errors(grams, wanted)
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
                for gram in self._parts(core, name, tile, self._whole(name)):
                    loss = loss + (next(pull) * gram).sum()
            for name in content:
                core = tile.inside(answers[name], self._whole(name), STRIDES[name])
                error = self._content_part(name, core.float(), told[name], tile)
                content_errors[name] = content_errors[name] + error.detach()
                loss = loss + aim.content[name] * error
            top, bottom, left, right = tile.window
            if loss.requires_grad:
                slope[:, :, top:bottom, left:right] += torch.autograd.grad(loss, window)[0]
        canvas.requires_grad_()
        variation = total_variation(canvas)[0]
        if aim.variation:
            slope += aim.variation * torch.autograd.grad(variation, canvas)[0]
        loss = loss_of(aim, style_errors, content_errors, variation)
        return judgement(loss, style_errors, content_errors, variation, slope)

    def _whole(self, name: str) -> tuple[int, int]:
        return self.size[0] // STRIDES[name], self.size[1] // STRIDES[name]

    def _content_part(self, name: str, core: Tensor, told: Tensor, tile: Tile) -> Tensor:
        """A tile's part of |F - T|² / |T|² of a layer."""
        metric = self.eye.metrics.get(name)
        key = f"content.{name}"
        top, bottom, left, right = tile.places(self._whole(name), STRIDES[name])
        if f"{key}.at" in self.guide:
            at, pull = (self.guide[f"{key}.{part}"][:, :, top:bottom, left:right] for part in ("at", "pull"))
            share = core.shape[2] * core.shape[3] / (told.shape[2] * told.shape[3])
            moved = core - at
            pulled = 2 * (pull * moved).sum()
            part = feature_square(moved, metric=metric)[0] + pulled + share * self.guide[f"{key}.rest"]
            return part / self.guide[f"{key}.whole"]
        apart = core - told[:, :, top:bottom, left:right]
        return feature_square(apart, metric=metric)[0] / feature_square(told, metric=metric)[0]
