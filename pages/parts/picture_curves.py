"""The small charts of a picture run: losses, D's accuracy, what the samples are worth, G's gradient, classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from gan_core.figures.classes import class_bars, class_rows
from gan_core.figures.curves import GRADIENT_FLOOR, Reference, Series, curves, rows
from pages.parts.run_curves import LEVELS, Metrics, palette
from pages.parts.words import t


def picture_curves(steps: int, metrics: Metrics, about: dict[str, Any], marks: list[Reference], key: str) -> None:
    """Draw them.

    Args:
        metrics: columns of equal length from the store.
        about: what the run's header says.
        marks: what was changed on the way.
    """
    colour = palette()
    levels = [Reference(level, LEVELS.get(level, t("tie"))) for level in set(about["references"].values())]
    chart = _Chart(steps, metrics, marks, key)
    chart.draw(
        "losses",
        [Series("discriminator_loss", t("D's loss"), colour.neutral),
         Series("generator_loss", t("G's loss"), colour.fake, True)],
        t("D's and G's loss over the steps."), references=levels,
    )  # fmt: skip
    chart.draw(
        "accuracy",
        [Series("accuracy_real", t("D right on real"), colour.real),
         Series("accuracy_fake", t("right on fake"), colour.fake, True)],
        t("Share of real and of fake pictures that D tells right, over the steps."),
        domain=(0, 1), percent=True, references=[Reference(0.5, t("coin toss"))],
    )  # fmt: skip
    chart.draw(
        "agreement", [Series("agreement", t("asked for and got"), colour.a, error="agreement_error")],
        t("Share of the samples that a classifier takes for the class that was asked for, with a band of 95 %."),
        domain=(0, 1), percent=True,
    )  # fmt: skip
    icon = ":material/query_stats:"
    with st.expander(t("More diagnostics"), icon=icon, key=f"{key}_more", on_change="rerun") as more:
        if more.open:
            _more(chart, about)


class _Chart:
    """What the charts of a run have in common."""

    def __init__(self, steps: int, metrics: Metrics, marks: list[Reference], key: str):
        self.steps, self.metrics, self.marks, self.key = steps, metrics, marks, key

    def draw(self, name: str, series: list[Series], alt: str, help: str = "", **options: Any) -> None:
        """A chart of those series that were measured; none at all when nothing was."""
        there = {name for name, column in self.metrics.items() if np.isfinite(column).any()}
        if found := [line for line in series if line.metric in there]:
            figure = curves(found, self.steps, moments=self.marks, step_title=t("step"), **options)
            st.vega_lite_chart(rows(self.metrics, found), figure, key=f"{self.key}_{name}", alt=alt)
            if help:
                st.caption(help)


def _more(chart: _Chart, about: dict[str, Any]) -> None:
    colour = palette()
    n = f"{about['score_samples']:,}"
    chart.draw(
        "kid", [Series("kid", t("KID"), colour.a, error="kid_error")],
        t("Kernel distance of samples from real pictures over the steps, with a band of 95 %."), from_zero=True,
        help=t("Distance of {n} samples from {n} real pictures in a frozen network's features. 0: the same. The band "
               "holds the true value in 95 of 100 cases.", n=n),
    )  # fmt: skip
    norm = {"gradient_norm": np.maximum(chart.metrics["gradient_norm"], GRADIENT_FLOOR)}
    _Chart(chart.steps, chart.metrics | norm, chart.marks, chart.key).draw(
        "gradient", [Series("gradient_norm", t("length of G's gradient"), colour.fake)],
        t("Norm of the gradient of G's loss over the steps, logarithmic."), logarithmic=True,
        help=t("What D tells G. Near 0: nothing any more."),
    )  # fmt: skip
    _classes(chart, about)


def _classes(chart: _Chart, about: dict[str, Any]) -> None:
    """Which classes the samples are of, as the classifier saw them last."""
    names = [name for name in chart.metrics if name.startswith("class.")]
    measured = np.flatnonzero(np.isfinite(chart.metrics[names[0]])) if names else ()
    if not len(measured):
        return
    last = measured[-1]
    colour = palette()
    shares = [float(chart.metrics[name][last]) for name in names]
    figure = class_bars(colour.fake, colour.real, t("among the samples"), t("among the real pictures"))
    data = class_rows([name.removeprefix("class.") for name in names], shares, about["class_shares"])
    st.markdown(
        t("**Classes** of {n} samples at step {step}, as a classifier sees them; lines: the real pictures' shares.",
          n=f"{about['score_samples']:,}", step=f"{chart.metrics['step'][last]:,}")
    )  # fmt: skip
    st.vega_lite_chart(data, figure, key=f"{chart.key}_classes", alt=t("How often each class is among the samples."))


def latest(metrics: Metrics, name: str) -> float:
    """The last number of a metric; nan where there is none."""
    column = metrics.get(name, np.zeros(0))
    finite = column[np.isfinite(column)]
    return float(finite[-1]) if len(finite) else math.nan
