"""The small charts of a run: losses and what G's samples are worth; folded away, everything else that was measured."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from gan_core.figures.curves import GRADIENT_FLOOR, Reference, Series, curves, rows
from gan_core.specs import ToySpec
from gan_core.theory import best_discriminator_loss
from pages.parts import colours
from pages.parts.words import t

LEVELS = {2 * math.log(2): "2 ln 2", math.log(2): "ln 2", -math.log(2): "-ln 2"}
Metrics = dict[str, np.ndarray]


def palette() -> colours.Palette:
    """The colours of the theme that the visitor has."""
    return colours.DARK if st.context.theme.type == "dark" else colours.LIGHT


def run_curves(spec: ToySpec, metrics: Metrics, about: dict[str, Any], key: str) -> None:
    """Draw the charts of a run.

    Args:
        metrics: columns of equal length from the store.
        about: what the run's header says.
    """
    _losses(spec, metrics, about, key)
    _samples(spec, metrics, about, key)
    icon = ":material/query_stats:"
    with st.expander(t("More diagnostics"), icon=icon, key=f"{key}_more", on_change="rerun") as more:
        if more.open:
            _more(spec, metrics, about, key)


def _losses(spec: ToySpec, metrics: Metrics, about: dict[str, Any], key: str) -> None:
    """Both losses, the tie between the players, and the least that D can lose while fake and real are so far apart."""
    colour = palette()
    series = [
        Series("discriminator_loss", t("D's loss"), colour.neutral),
        Series("generator_loss", t("G's loss"), colour.fake, True),
    ]
    if about.get("probability") and "jsd" in metrics:
        metrics = metrics | {"bound": best_discriminator_loss(metrics["jsd"])}
        series.append(Series("bound", t("2 ln 2 - 2 JSD"), colour.real))
    levels = [Reference(level, LEVELS.get(level, t("tie"))) for level in set(about["references"].values())]
    _chart(series, spec, metrics, f"{key}_losses", alt=t("D's and G's loss over the steps."), references=levels)


def _samples(spec: ToySpec, metrics: Metrics, about: dict[str, Any], key: str) -> None:
    colour = palette()
    series = [Series("good", t("good samples"), colour.fake, True)]
    if about["modes"]:
        series.insert(0, Series("modes", t("modes covered, of {modes}", modes=about["modes"]), colour.a))
    _chart(
        series, spec, metrics, f"{key}_samples", scale={"modes": 1 / max(about["modes"], 1)},
        alt=t("Share of the modes covered and of good samples, over the steps."),
        domain=(0, 1.05), percent=True, references=[Reference(about["good_ceiling"], f"{about['good_ceiling']:.1%}")],
    )  # fmt: skip


def _more(spec: ToySpec, metrics: Metrics, about: dict[str, Any], key: str) -> None:
    colour = palette()
    _chart(
        [Series("jsd", t("JSD of real and fake"), colour.a, error="jsd_error")], spec, metrics, f"{key}_jsd",
        alt=t("Jensen-Shannon divergence of fake from real samples over the steps, with a band of 95 %."),
        references=[Reference(math.log(2), "ln 2")], domain=(0, 0.8),
        help=t("0: the same distribution. ln 2: nothing in common. The band holds the true value in 95 of 100 cases."),
    )  # fmt: skip
    if about["modes"]:
        floor = about.get("kl_floor", 0.0)
        _chart(
            [Series("reverse_kl", t("reverse KL of the modes"), colour.fake)], spec, metrics, f"{key}_kl",
            alt=t("Reverse KL of the mode histogram over the steps."), from_zero=True,
            references=[Reference(floor, t("floor {floor}", floor=f"{floor:.1g}"))],
            help=t("0: all modes equally often. A perfect generator still reads the floor, from chance alone."),
        )  # fmt: skip
    _chart(
        [Series("optimal_distance", t("distance of D from the best D"), colour.real)], spec, metrics, f"{key}_optimal",
        alt=t("Mean distance of D's opinion from the best possible one, over the steps."), from_zero=True,
        help=t("How far D's opinion lies, on average, from p / (p + q): 0 is perfect, 0.5 is no idea at all."),
    )  # fmt: skip
    _chart(
        [
            Series("accuracy_real", t("D right on real"), colour.real),
            Series("accuracy_fake", t("right on fake"), colour.fake, True),
        ],
        spec, metrics, f"{key}_accuracy", alt=t("Share of real and of fake samples that D recognises, over the steps."),
        domain=(0, 1), percent=True, references=[Reference(0.5, t("coin toss"))],
    )  # fmt: skip
    floored = {name: np.maximum(metrics[name], GRADIENT_FLOOR)
               for name in ("gradient_norm", "discriminator_gradient_norm") if name in metrics}  # fmt: skip
    _chart(
        [
            Series("gradient_norm", t("length of G's gradient"), colour.fake),
            Series("discriminator_gradient_norm", t("of D's"), colour.neutral, True),
        ],
        spec, metrics | floored, f"{key}_gradient", logarithmic=True,
        alt=t("Norms of the gradients of both losses over the steps, logarithmic."),
    )  # fmt: skip
    st.caption(scoring(about))


def scoring(about: dict[str, Any]) -> str:
    """How modes and good samples are counted."""
    ceiling = f"{about['good_ceiling']:.1%}"
    if not about["modes"]:
        return t(
            "Good: within 3 sigma of the curve, as {ceiling} of the real points are. It does not say how much of the "
            "curve is reached.", ceiling=ceiling,
        )  # fmt: skip
    return t(
        "A mode counts as covered with {threshold} good samples of {all}. Good: within 3 sigma of a mode, as "
        "{ceiling} of the real points are.",
        threshold=about["mode_threshold"], all=f"{about['evaluation_samples']:,}", ceiling=ceiling,
    )  # fmt: skip


def _chart(series: list[Series], spec: ToySpec, metrics: Metrics, key: str, *, alt: str,
           scale: dict[str, float] | None = None, help: str = "", **options: Any) -> None:  # fmt: skip
    """A chart of those series that were measured; none at all when nothing was."""
    measured = [line for line in series if line.metric in metrics and np.isfinite(metrics[line.metric]).any()]
    if measured:
        figure = curves(measured, spec.steps, step_title=t("step"), **options)
        st.vega_lite_chart(rows(metrics, measured, scale or {}), figure, key=key, alt=alt)
        if help:
            st.caption(help)
