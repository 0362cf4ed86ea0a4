"""A against B: whose settings are edited, what differs, and the curves of both in one chart."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gan_core.figures.curves import Series, curves, joined, rows
from gan_core.runs import Run
from pages.parts import lab
from pages.parts.differences import differences
from pages.parts.lab import KEY
from pages.parts.run_curves import Metrics, palette
from pages.parts.set_up import SetUp
from pages.parts.words import t


def choose_side() -> str:
    """Whose settings are edited: "a" or "b"."""
    st.session_state.setdefault(f"{KEY}_side", "a")
    return st.segmented_control(
        t("Settings of"), ("a", "b"), key=f"{KEY}_side", required=True, width="stretch",
        format_func=str.upper, help=t("B plays on A's data, with A's seed and as long as A. All else may differ."),
    )  # fmt: skip


def differences_table(set_up: SetUp) -> None:
    """What differs between the two."""
    if found := differences(*set_up.specs):
        setting, a, b = zip(*found, strict=True)
        st.table({t("What differs"): setting, "A": a, "B": b}, border="horizontal")
    elif not set_up.focus:
        st.caption(t("Nothing differs yet: change a setting of B."))


def trade(set_up: SetUp) -> None:
    """What can be done with the two."""
    with st.container(horizontal=True, gap="small"):
        st.button(t("Swap A and B"), icon=":material/swap_horiz:", key=f"{KEY}_swap", type="tertiary",
                  on_click=lab.change, args=(SetUp.swapped,))  # fmt: skip
        st.button(t("Keep B as A"), icon=":material/west:", key=f"{KEY}_keep_b", type="tertiary",
                  disabled=set_up.a == set_up.b, help=t("A becomes what B is now, and B goes on from there."),
                  on_click=lab.change, args=(SetUp.b_kept,))  # fmt: skip


def compared(runs: list[Run | None], metrics: dict[str, Metrics], key: str) -> None:
    """The same numbers of A and of B on one axis each, two charts a row."""
    charts = (
        ("modes", t("modes covered"), t("Modes that A and B cover, over the steps."), {"from_zero": True}),
        ("good", t("good samples"), t("Share of A's and of B's good samples, over the steps."),
         {"domain": (0, 1.05), "percent": True}),
        ("discriminator_loss", t("D's loss"), t("D's loss in A and in B, over the steps."), {}),
        ("generator_loss", t("G's loss"), t("G's loss in A and in B, over the steps."), {}),
    )  # fmt: skip
    columns = st.columns(2, gap="medium")
    for place, (metric, title, alt, options) in enumerate(charts):
        with columns[place % 2]:
            _both(runs, metrics, metric, title, f"{key}_both_{metric}", alt, options)


def _both(runs: list[Run | None], metrics: dict[str, Metrics], metric: str, title: str, key: str, alt: str,
          options: dict) -> None:  # fmt: skip
    colour = palette()
    drawn = [
        (run, metrics[run.id], Series(metric, f"{name}: {title}", tone, name == "B"))
        for run, name, tone in zip(runs, "AB", (colour.a, colour.b), strict=True)
        if run and run.id in metrics and np.isfinite(metrics[run.id][metric]).any()
    ]
    if drawn:
        lines = [line for _, _, line in drawn]
        figure = curves(lines, max(run.steps for run, _, _ in drawn), step_title=t("step"), **options)
        st.vega_lite_chart(joined(*(rows(own, [line]) for _, own, line in drawn)), figure, key=key, alt=alt)
