"""What the Style transfer page explains: lessons with something to try, and the code that ran."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from gan_core.specs import StyleSpec
from gan_core.style_presets import style_presets
from pages.parts.code import Part, show
from pages.parts.folded import Folded, Try, folded
from pages.parts.style_desk import KEY, PAGE, Desk
from pages.parts.words import t

# Section of the page's words: title, icon, and what to try: a preset, or settings with a name of their own.
LESSONS = {
    "start": ("Noise or picture as a start", ":material/grain:", ("painted", "noise")),
    "too_much": ("Too much style", ":material/cyclone:", ("too-much", "texture")),
    "variation": (
        "What variation loss does", ":material/blur_on:",
        (("Variation 0", {"network": "slim", "refined": "0", "steps": "60"}),
         ("Variation 5", {"network": "slim", "refined": "0", "steps": "60", "variation_weight": "5.0"}),
         ("Variation 100", {"network": "slim", "refined": "0", "steps": "60", "variation_weight": "100.0"})),
    ),
    "places": ("Why Gram matrices forget where things are", ":material/location_off:", ("texture",)),
    "eyes": ("Whose eyes judge", ":material/visibility:", ("quick", "random-eyes")),
}  # fmt: skip


def titles() -> Iterator[str]:
    """What is read of `LESSONS`."""
    for title, _, tries in LESSONS.values():
        yield title
        yield from (what[0] for what in tries if not isinstance(what, str))


def lessons_of_style(now: Desk) -> None:
    """Five lessons, folded away."""
    lessons = {section: Folded(title, icon, [*map(_try, tries)]) for section, (title, icon, tries) in LESSONS.items()}
    folded(lessons, "style_transfer", PAGE, tries=not now.focus)


def _try(what: str | tuple[str, dict[str, str]]) -> Try:
    if isinstance(what, str):
        preset = style_presets()[what]
        return Try(preset.title, preset.icon, {"preset": what})
    title, query = what
    return Try(title, ":material/tune:", query)


def code_of_style(spec: StyleSpec) -> None:
    """The functions that every step calls."""
    icon = ":material/code:"
    with st.expander(t("Show the code"), icon=icon, key=f"{KEY}_code", on_change="rerun") as box:
        if box.open:
            show(parts(spec))


def parts(spec: StyleSpec) -> Iterator[Part]:
    """What a spec makes run in each step."""
    yield t("What is minimised"), "style_losses.py", ["gram_matrix", "style_error", "content_error", "total_variation"]
    yield t("How the canvas moves"), "style/descent.py", ["Lbfgs.step" if spec.optimizer == "lbfgs" else "Adam.step"]
    yield t("One step"), "style/painting.py", ["Painting.paint"]
