"""The code behind a run: the source of the very functions that a spec makes run."""

import streamlit as st

from gan_core.source import loss_functions, source_of
from gan_core.specs import ToySpec
from pages.parts.words import t


def show_code(spec: ToySpec) -> None:
    """Both losses, the penalties that are on, and the step of each player."""
    discriminator, generator = loss_functions(spec.loss)
    st.caption(t("D's loss and G's loss, in gan_core/losses.py"))
    st.code(
        source_of("losses.py", discriminator) + "\n\n\n" + source_of("losses.py", generator),
        language="python",
        wrap_lines=True,
    )
    smooth = [name for name in ("r1", "r2", "gradient_penalty") if getattr(spec.regularisation, name)]
    if smooth:
        st.caption(t("What is added to D's loss, in gan_core/penalties.py"))
        st.code(
            "\n\n\n".join(source_of("penalties.py", name) for name in ("slope", *smooth)),
            language="python",
            wrap_lines=True,
        )
    st.caption(t("One round, in gan_core/training.py"))
    parts = ("round", "discriminator_backward", "discriminator_update", "generator_backward")
    st.code("\n\n".join(source_of("training.py", f"Game.{part}") for part in parts), language="python", wrap_lines=True)
