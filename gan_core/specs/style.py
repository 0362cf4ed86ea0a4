"""The spec of a style transfer: which pictures, what is asked of the canvas, and how it is painted. Torch-free."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal, Self

from pydantic import field_validator, model_validator

from gan_core.specs.base import Spec, described
from gan_core.specs.pictures import OWN
from gan_core.specs.toy import SEED
from gan_core.style_plan import IN_TILES, Stage

LAYERS = ("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3", "relu3_4", "relu4_1", "relu4_2",
          "relu4_3", "relu4_4", "relu5_1")  # fmt: skip
LEAST_SIDE, MOST_SIDE = 64, 1024  # px of the canvas's longer side
SMALLEST_SCALE = 128  # px of the longer side, below which there is nothing to see
MOST_STYLES = 4
MOST_STEPS = 5000
GUIDED = 20  # steps of the sketch, at its end, that VGG19 looks at now and then
SOURCE = re.compile(rf"[a-z0-9_]+|{OWN}[0-9a-f]{{16}}")

Network = Literal["slim_then_vgg19", "slim", "vgg19"]


def _layer(name: str, weight: float, what: str) -> float:
    block, number = name[4], name[6]
    return described(
        weight, f"{name[:4]} {block}·{number}", f"Weight of {what} in layer {number} of block {block}. 0: not asked.",
        ge=0, le=100, because="more drowns all other layers",
    )  # fmt: skip


class ContentLayers(Spec):
    """How much each layer's answer should be the content's."""

    relu1_1: float = _layer("relu1_1", 0, "the content")
    relu1_2: float = _layer("relu1_2", 0, "the content")
    relu2_1: float = _layer("relu2_1", 0, "the content")
    relu2_2: float = _layer("relu2_2", 0, "the content")
    relu3_1: float = _layer("relu3_1", 0, "the content")
    relu3_2: float = _layer("relu3_2", 0, "the content")
    relu3_3: float = _layer("relu3_3", 0, "the content")
    relu3_4: float = _layer("relu3_4", 0, "the content")
    relu4_1: float = _layer("relu4_1", 0, "the content")
    relu4_2: float = _layer("relu4_2", 1, "the content")
    relu4_3: float = _layer("relu4_3", 0, "the content")
    relu4_4: float = _layer("relu4_4", 0, "the content")
    relu5_1: float = _layer("relu5_1", 0, "the content")


class StyleLayers(Spec):
    """How much each layer's Gram matrix should be the style's."""

    relu1_1: float = _layer("relu1_1", 1, "the style")
    relu1_2: float = _layer("relu1_2", 0, "the style")
    relu2_1: float = _layer("relu2_1", 1, "the style")
    relu2_2: float = _layer("relu2_2", 0, "the style")
    relu3_1: float = _layer("relu3_1", 1, "the style")
    relu3_2: float = _layer("relu3_2", 0, "the style")
    relu3_3: float = _layer("relu3_3", 0, "the style")
    relu3_4: float = _layer("relu3_4", 0, "the style")
    relu4_1: float = _layer("relu4_1", 1, "the style")
    relu4_2: float = _layer("relu4_2", 0, "the style")
    relu4_3: float = _layer("relu4_3", 0, "the style")
    relu4_4: float = _layer("relu4_4", 0, "the style")
    relu5_1: float = _layer("relu5_1", 1, "the style")


class StyleSpec(Spec):
    """A picture painted in the style of others."""

    changeable: ClassVar[tuple[str, ...]] = (
        "content_weight", "style_weight", "variation_weight", "learning_rate", "shares", "steps", "refined",
        *(f"{group}.{layer}" for group in ("content_layers", "style_layers") for layer in LAYERS),
    )  # fmt: skip

    kind: Literal["style"] = "style"
    content: str = described(
        "chelsea", "Content", "What is painted: a picture of the gallery, or one's own.", max_length=40
    )
    styles: tuple[str, ...] = described(
        ("starry_night",), "Styles", f"Whose brush: one to {MOST_STYLES} pictures of the gallery, or one's own."
    )
    shares: tuple[float, ...] = described(
        (), "Shares", "How much of each style is mixed in, one number a style, separated by commas. Empty: all alike.",
    )  # fmt: skip
    mask: str = described(
        "", "Mask", "Where it is white the first style counts, where it is black the second. Empty: everywhere all.",
        max_length=40,
    )  # fmt: skip
    start: Literal["content", "noise", "style"] = described(
        "content", "Start", "What lies on the canvas before the first step. From noise the content has to be found."
    )
    size: int = described(
        256, "Size", "Pixels of the canvas's longer side. Twice as many take four times as long.",
        ge=LEAST_SIDE, le=MOST_SIDE, because="larger canvases need more memory than a class's server has",
    )  # fmt: skip
    scales: int = described(
        1, "Scales", "Canvases that are painted one after another, each √2 larger than the one before: more find "
        "larger shapes.", ge=1, le=6, because="the smallest would be too small to show anything",
    )  # fmt: skip
    style_scale: float = described(
        1.0, "Style's size", "Size of the style beside the canvas: 0.5 paints with a finer brush, 2 with a broader.",
        ge=0.25, le=4, because="beyond that its texture is a blur or a speck",
    )  # fmt: skip
    network: Network = described(
        "slim_then_vgg19", "Network", "Whose eyes judge the canvas: the quick slim network, VGG19, or first the one "
        "and then the other.",
    )  # fmt: skip
    weights: Literal["bundled", "torchvision", "random"] = described(
        "bundled", "Weights", "What the networks have learnt: those that come with the app, torchvision's VGG19 from "
        "the hub, or nothing at all (random numbers).",
    )  # fmt: skip
    pooling: Literal["max", "average"] = described(
        "max", "Pooling", "How a network halves its picture. It was trained with max; average is smoother."
    )
    content_weight: float = described(
        1.0, "Content", "How much the canvas should show what the content shows.", ge=0, le=100,
        because="more forbids every change",
    )  # fmt: skip
    style_weight: float = described(
        9.0, "Style", "How much the canvas should look like the style. Much more, and the content is gone.", ge=0,
        le=1000, because="nothing of the content is left beyond that",
    )  # fmt: skip
    variation_weight: float = described(
        0.0, "Variation", "How much neighbours should be alike: takes specks away, then detail.", ge=0, le=100,
        because="more leaves nothing but a blur",
    )  # fmt: skip
    content_layers: ContentLayers = ContentLayers()
    style_layers: StyleLayers = StyleLayers()
    colours: Literal["style", "luminance", "histogram"] = described(
        "style", "Colours", "The style's; or the content's, by painting in grey (luminance) or by giving the style the "
        "content's colours first (histogram).",
    )  # fmt: skip
    steps: int = described(
        90, "Steps", "Of the painter, all scales together.", ge=1, le=MOST_STEPS,
        because="a picture has long stopped changing",
    )  # fmt: skip
    refined: int = described(
        54, "Refined", "Of these steps, the last so many with VGG19, where the slim network paints first.", ge=0,
        le=MOST_STEPS, because="there are no more steps",
    )  # fmt: skip
    seconds: float = described(
        0.0, "Seconds", "A budget in place of steps: they are chosen so that this time is about used. 0: none.", ge=0,
        le=3600, because="others wait for the workers, too",
    )  # fmt: skip
    optimizer: Literal["lbfgs", "adam"] = described(
        "lbfgs", "Optimiser", "How the canvas moves: L-BFGS learns how steep each direction is and needs fewer steps, "
        "Adam only how steep each pixel is.",
    )  # fmt: skip
    learning_rate: float = described(
        0.02, "Adam's rate", "How far Adam moves each pixel in a step, of the way from grey to white; L-BFGS finds "
        "out by itself.", gt=0, le=1, because="beyond that the canvas is thrown about",
    )  # fmt: skip
    average: float = described(
        0.0, "Averaging", "Show the mean over so much of the past (0.99: about 100 steps) in place of the last canvas.",
        ge=0, lt=1, because="1 would never show anything new",
    )  # fmt: skip
    seed: int = SEED

    @field_validator("styles", "shares", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part for part in value.replace(" ", "").split(",") if part) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not 1 <= len(self.styles) <= MOST_STYLES:
            raise ValueError(f"Styles (styles) has {len(self.styles)} pictures; it must have 1 to {MOST_STYLES}.")
        for title, name, sources in (("Content", "content", [self.content]), ("Styles", "styles", self.styles)):
            for source in sources:
                if not SOURCE.fullmatch(source):
                    raise ValueError(
                        f"{title} ({name}) has {source!r}; it must be a picture of the gallery, or one of your own."
                    )
        if len(set(self.styles)) < len(self.styles):
            raise ValueError(
                "Styles (styles) has the same picture twice; give each style once, and shares to weigh them."
            )
        if self.mask and not (self.mask.startswith(OWN) and SOURCE.fullmatch(self.mask)):
            raise ValueError(f"Mask (mask) is {self.mask!r}; it must be one that was painted on this page.")
        if self.mask and len(self.styles) != 2:
            raise ValueError(
                f"Mask (mask) is set, but Styles (styles) has {len(self.styles)}; it takes two, one for inside and one "
                "for outside."
            )
        if self.shares and (len(self.shares) != len(self.styles) or not all(0 <= each <= 1e6 for each in self.shares)):
            raise ValueError(
                f"Shares (shares) must be one number of 0 or more for each of the {len(self.styles)} styles, or none."
            )
        if self.shares and not sum(self.shares):
            raise ValueError("Shares (shares) are all 0; give at least one style a share.")
        style = self.style_weight * sum(self.style_layers.flat().values())
        content = self.content_weight * sum(self.content_layers.flat().values())
        if not style and not content:
            raise ValueError(
                "All weights are 0, of the content (content_weight, content_layers) and of the style (style_weight, "
                "style_layers); nothing would be painted, so give one of them more."
            )
        if style and content and self.start == "content" and self.styles == (self.content,) and self.style_scale == 1:
            raise ValueError(
                "Content (content) and Styles (styles) are the same picture, so there is nothing to paint; choose "
                "another for one of them, or start from noise."
            )
        fine = [name for name, share in self.content_layers.flat().items() if share and name[4] in "12"]
        if self.size > IN_TILES and fine and self.content_weight:
            raise ValueError(
                f"Content layers (content_layers) has {fine[0]} on; beyond {IN_TILES} px it must be off, as all of "
                "blocks 1 and 2, because their answers to so large a canvas need gigabytes."
            )
        return self

    @property
    def sources(self) -> list[str]:
        """Every picture that is needed, each once."""
        return list(dict.fromkeys([self.content, *self.styles, *([self.mask] if self.mask else [])]))

    @property
    def sides(self) -> list[int]:
        """The canvas's longer side, px, scale by scale."""
        sides = [round(self.size / 2 ** (index / 2)) for index in range(self.scales)][::-1]
        return [side for side in sides if side >= min(self.size, SMALLEST_SCALE)]

    @property
    def stages(self) -> list[Stage]:
        """What is done in which steps: each scale has its share of the sketch, the largest is refined."""
        refined = min(self.refined, self.steps) if self.network == "slim_then_vgg19" else 0
        sketch = self.steps - refined
        painter = "vgg19" if self.network == "vgg19" else "slim"
        guided = min(GUIDED, sketch // 2) if refined and self.weights == "bundled" else 0
        sides = self.sides[-max(1, sketch - guided) :]  # fewer steps than scales: the largest ones
        ends = [round((sketch - guided) * (index + 1) / len(sides)) for index in range(len(sides))]
        plain = zip(sides, [0, *ends[:-1]], ends, strict=True)
        stages = [Stage(side, painter, False, first, end) for side, first, end in plain]
        stages += [
            Stage(self.size, "slim", True, sketch - guided, sketch),
            Stage(self.size, "vgg19", False, sketch, self.steps),
        ]
        return [stage for stage in stages if stage.end > stage.first]
