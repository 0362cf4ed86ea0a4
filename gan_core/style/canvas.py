"""The pictures of a style transfer at any size, and the canvas that they begin with."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from gan_core.seeds import stream
from gan_core.specs import StyleSpec
from gan_core.style.colours import luminance, matched_histograms, matched_luminance
from gan_core.style.descent import grown
from gan_core.style_pictures import SIDE, Own, floats_of, image_from, image_of, size_in

NOISE = 0.3  # deviation of a canvas of noise, around the content's mean colour


@dataclass(frozen=True)
class Pictures:
    """What a spec names, at full size."""

    content: Image.Image
    styles: list[Image.Image]
    device: str
    mask: Image.Image | None = None

    @classmethod
    def named(cls, spec: StyleSpec, own: Own, device: str) -> Pictures:
        """Raises DataError where one cannot be had."""
        mask = image_of(spec.mask, own).convert("L") if spec.mask else None
        styles = [image_of(style, own) for style in spec.styles]
        return cls(image_of(spec.content, own), styles, device, mask=mask)

    def content_at(self, height: int, width: int) -> Tensor:
        """(1, 3, height, width) in [-1, 1]."""
        return self._tensor(self.content.resize((width, height), Image.Resampling.LANCZOS))

    def targets(self, spec: StyleSpec, height: int, width: int) -> tuple[Tensor, list[Tensor]]:
        """Content and styles for a canvas of a size, in the colours that the spec wants kept."""
        content = self.content_at(height, width)
        side = round(max(height, width) * spec.style_scale)
        styles = [
            self._tensor(each.resize(size_in(each.size, min(side, SIDE)), Image.Resampling.LANCZOS))
            for each in self.styles
        ]
        if spec.colours == "histogram":
            styles = [matched_histograms(style, content) for style in styles]
        elif spec.colours == "luminance":
            styles = [matched_luminance(style, content) for style in styles]
            content = luminance(content).contiguous()
        return content, styles

    def mask_at(self, height: int, width: int) -> Tensor:
        """(1, 1, height, width) in [0, 1], where there is a mask."""
        return (self._tensor(self.mask.resize((width, height), Image.Resampling.BILINEAR))[:, :1] + 1) / 2

    def start(self, spec: StyleSpec, height: int, width: int) -> Tensor:
        """The canvas before the first step."""
        canvas = self._first(spec, height, width)
        return luminance(canvas).contiguous() if spec.colours == "luminance" else canvas

    def _first(self, spec: StyleSpec, height: int, width: int) -> Tensor:
        """The same in colour."""
        if spec.start == "style":
            return grown(self._tensor(self.styles[0]), height, width).clamp(-1, 1)
        content = self.content_at(height, width)
        if spec.start == "noise":
            random = stream(spec.seed, "noise")
            noise = torch.randn(1, 3, height, width, generator=random).to(self.device)
            return (content.mean((2, 3), keepdim=True) + NOISE * noise).clamp(-1, 1)
        return content

    def _tensor(self, image: Image.Image) -> Tensor:
        return torch.from_numpy(floats_of(image))[None].to(self.device)


def as_image(picture: Tensor) -> Image.Image:
    """(1, 3, H, W) in [-1, 1] as a picture."""
    return image_from(picture[0].detach().cpu().numpy())
