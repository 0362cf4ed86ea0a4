"""The code behind a run: the source of the very functions that a spec makes run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import streamlit as st

from gan_core.source import loss_functions, source_of
from gan_core.specs import PENALISED, ToySpec
from pages.parts.words import t

BETWEEN = ("gradient_penalty", "one_sided_gradient_penalty")  # penalties at points between real and fake ones
ROUND = ("round", "discriminator_backward", "discriminator_loss", "discriminator_update", "generator_backward",
         "generator_loss", "generator_update")  # fmt: skip
# Streamlit's own colours for code have too little contrast in either theme.
READABLE = """<style>
[data-testid=stCode] .token { color: inherit !important }
[data-testid=stCode] .token:is(.keyword, .function, .class-name) { color: ACCENT !important }
[data-testid=stCode] .token:is(.string, .comment) { font-style: italic }
</style>"""
# Cures that are a method of the game; the others stand in files of their own.
METHODS = {"unrolled_steps": "unrolled", "instance_noise": "seen", "packing": "seen", "consensus": "consensus_backward"}


Part = tuple[str, str, list[str]]  # a title, a file of gan_core, and names in it


def show_code(spec: ToySpec) -> None:
    """Both losses, what is added to them, the cures that are on, and one round of the game."""
    show(parts(spec))


def show(parts: Iterable[Part]) -> None:
    """The source of each part, with its title and its file."""
    accent = st.get_option(f"theme.{st.context.theme.type or 'light'}.linkColor")
    st.html(READABLE.replace("ACCENT", accent))
    for title, file, names in parts:
        st.caption(f"{title}: gan_core/{file}")
        st.code("\n\n\n".join(source_of(file, name) for name in names), language="python", wrap_lines=True)


def parts(spec: ToySpec) -> Iterator[Part]:
    """What a spec makes run."""
    on = spec.cures.changes()
    yield t("D's loss and G's loss"), "losses.py", list(dict.fromkeys(loss_functions(spec.loss)))
    if smooth := [name for name in PENALISED if getattr(spec.regularisation, name)]:
        helpers = ["squared_slope", *(["between", "slope_between"] if {*smooth} & {*BETWEEN} else [])]
        yield t("What is added to D's loss"), "penalties.py", [*helpers, *smooth]
    terms = [*(["mode_seeking"] if "mode_seeking" in on else []), *(["told_apart"] if "generators" in on else [])]
    if terms:
        yield t("What is added to G's loss"), "penalties.py", terms
    if "packing" in on:
        yield t("How points become packs"), "networks/stacked.py", ["packed"]
    if spec.discriminator.spectral_norm:
        yield t("How a weight matrix is divided by its norm"), "networks/stacked.py", ["SpectralNorm"]
    if "minibatch_std" in on:
        yield t("How D is told the batch's deviation"), "networks/mlp.py", ["MLP.forward"]
    if "generators" in on:
        yield t("How the generators take turns"), "networks/mlp.py", ["TakingTurns"]
    if "unrolled_steps" in on:
        yield t("A step of D through which a gradient flows"), "optimizers.py", ["stepped", f"_{_optimizer(spec)}"]
    methods = list(dict.fromkeys([*ROUND, *(METHODS[name] for name in on if name in METHODS)]))
    yield t("One round"), "training.py", [f"Game.{name}" for name in methods]


def _optimizer(spec: ToySpec) -> str:
    return spec.discriminator_optimizer.name
