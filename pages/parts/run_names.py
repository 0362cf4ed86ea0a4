"""What a run is called in a list, so that it can be told from its neighbours, and which two belong together."""

from __future__ import annotations

from gan_core.picture_presets import picture_presets
from gan_core.presets import presets
from gan_core.protocols import protocols
from gan_core.runs import Run
from gan_core.specs import OWN, PictureSpec, StyleSpec, ToySpec
from gan_core.style_presets import style_preset_of, style_presets
from pages.parts import style_pictures
from pages.parts.desk import preset_of
from pages.parts.differences import differences
from pages.parts.set_up import SHARED, origin, protocol_of
from pages.parts.settings import title_of, value_text
from pages.parts.words import named, plain_text, t

MOST_SETTINGS = 2  # named of a visitor's own; more would not fit on a line
TOGETHER = 2.0  # seconds between the starts of A and of B
QUIET = ("data.kind", "loss", "seed", "seeds", "steps", "frame_every", "evaluation_samples", "data.points")


def spec_name(spec: ToySpec | PictureSpec | StyleSpec) -> str:
    """“Mode collapse · Packing · seed 0”, or what is special about settings of one's own: “Ring · Hinge · Batch 64”."""
    return " · ".join(_of_style(spec) if isinstance(spec, StyleSpec) else [*_what(spec), _luck(spec)])


def pair_name(a: ToySpec, b: ToySpec) -> str:
    """“Mode collapse | Show D two points at once · seed 0”, or what differs: “Ring · Loss: Hinge | Relativistic”."""
    (name, _), (of_b, cure) = origin(a), origin(b)
    if name and name == of_b and cure:
        return f"{t(presets()[name].title)} | {t(presets()[name].cures[cure].title)} · {_luck(a)}"
    found = [f"{title}: {mine} | {other}" for title, mine, other in differences(a, b)]
    return " · ".join([_what(a)[0], *_few(found), _luck(a)])


def _what(spec: ToySpec | PictureSpec) -> list[str]:
    """The preset and its cure, the protocol, or data, loss and some of the settings."""
    if isinstance(spec, PictureSpec):
        return _of_pictures(spec)
    name, cure = origin(spec)
    if name:
        return [t(presets()[name].title), *([t(presets()[name].cures[cure].title)] if cure else [])]
    if name := protocol_of(spec):
        return [t(protocols()[name].title)]
    own = [f"{title_of(key)} {value_text(value)}" for key, value in spec.changes().items() if key not in QUIET]
    return [named(spec.data.kind), named(spec.loss), *_few(own)]


def _of_pictures(spec: PictureSpec) -> list[str]:
    """The preset, or the pictures and some of the settings."""
    if name := preset_of(spec):
        return [t(picture_presets()[name].title)]
    own = [f"{title_of(key, PictureSpec)} {value_text(value)}" for key, value in spec.changes().items()
           if not key.startswith("data.") and key not in QUIET]  # fmt: skip
    source = spec.data.source
    name = t("Own pictures") if source.startswith(OWN) else plain_text(source) if "/" in source else named(source)
    return [name, *_few(own)]


def _of_style(spec: StyleSpec) -> list[str]:
    """The preset or the size, and the pictures: “Painted · Chelsea, a cat · The Starry Night”."""
    preset = style_preset_of(spec)
    name = t(style_presets()[preset].title) if preset else t("Style transfer, {size} px", size=spec.size)
    return [name, style_pictures.title(spec.content), *map(style_pictures.title, spec.styles)]


def _few(texts: list[str]) -> list[str]:
    left = len(texts) - MOST_SETTINGS
    return [*texts[:MOST_SETTINGS], *([t("{more} more", more=left)] if left > 0 else [])]


def _luck(spec: ToySpec | PictureSpec) -> str:
    if isinstance(spec, ToySpec) and spec.seeds > 1:
        return t("seeds {first} to {last}", first=spec.seed, last=spec.seed + spec.seeds - 1)
    return t("seed {seed}", seed=spec.seed)


def paired(runs: list[Run]) -> list[tuple[Run, ...]]:
    """The runs, newest first, those that were started together as A and B in one: (A, B)."""
    left, found = list(runs), []
    while left:
        newer = left.pop(0)
        if left and _together(left[0], newer):
            found.append((left.pop(0), newer))
        else:
            found.append((newer,))
    return found


def _together(a: Run, b: Run) -> bool:
    """Whether B was started with A: at once, and alike in all that the two share."""
    if not 0 <= b.created - a.created < TOGETHER or not isinstance(a.spec, ToySpec) or a.spec == b.spec:
        return False
    return all(getattr(a.spec, name) == getattr(b.spec, name) for name in SHARED)
