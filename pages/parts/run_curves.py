"""The four small charts beside the player: losses, D's accuracies, what G's samples are worth, G's gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from gan_core.figures.curves import GRADIENT_FLOOR, Reference, Series, curves, rows
from gan_core.specs import ToySpec
from pages.parts import colours
from pages.parts.words import t

LEVELS = {2 * math.log(2): "2 ln 2", math.log(2): "ln 2", -math.log(2): "-ln 2"}


def run_curves(spec: ToySpec, metrics: dict[str, np.ndarray], about: dict[str, Any], key: str) -> None:
    """Draw the charts of a run.

    Args:
        metrics: columns of equal length from the store.
        about: what the run's header says.
    """
    palette = colours.DARK if st.context.theme.type == "dark" else colours.LIGHT
    levels = [Reference(level, LEVELS.get(level, t("tie"))) for level in set(about["references"].values())]
    _chart(
        [
            Series("discriminator_loss", t("D's loss"), palette.neutral),
            Series("generator_loss", t("G's loss"), palette.fake, True),
        ],
        spec, metrics, f"{key}_losses", alt=t("D's and G's loss over the steps."), references=levels,
    )  # fmt: skip
    _chart(
        [
            Series("accuracy_real", t("D right on real"), palette.real),
            Series("accuracy_fake", t("right on fake"), palette.fake, True),
        ],
        spec, metrics, f"{key}_accuracy", alt=t("Share of real and of fake samples that D recognises, over the steps."),
        domain=(0, 1), percent=True, references=[Reference(0.5, t("coin toss"))],
    )  # fmt: skip
    samples = [Series("good", t("good samples"), palette.fake, True)]
    if about["modes"]:
        samples.insert(0, Series("modes", t("modes covered, of {modes}", modes=about["modes"]), palette.a))
    _chart(
        samples, spec, metrics, f"{key}_samples", scale={"modes": 1 / max(about["modes"], 1)},
        alt=t("Share of the modes covered and of good samples, over the steps."),
        domain=(0, 1.05), percent=True, references=[Reference(about["good_ceiling"], f"{about['good_ceiling']:.1%}")],
    )  # fmt: skip
    _chart(
        [Series("gradient_norm", t("length of G's gradient"), palette.fake)],
        spec, metrics | {"gradient_norm": np.maximum(metrics["gradient_norm"], GRADIENT_FLOOR)}, f"{key}_gradient",
        alt=t("Norm of the gradient of G's loss over the steps, logarithmic."), logarithmic=True,
    )  # fmt: skip
    if about["modes"]:
        words = t(
            "A mode counts as covered with {threshold} good samples of {all}. Good: within 3 sigma of a mode, as "
            "{ceiling} of the real points are.",
            threshold=about["mode_threshold"],
            all=f"{about['evaluation_samples']:,}",
            ceiling=f"{about['good_ceiling']:.1%}",
        )
        st.caption(words)
    else:
        words = t(
            "Good: within 3 sigma of the curve, as {ceiling} of the real points are. It does not say how much of the "
            "curve is reached.",
            ceiling=f"{about['good_ceiling']:.1%}",
        )
        st.caption(words)


def _chart(series: list[Series], spec: ToySpec, metrics: dict[str, np.ndarray], key: str, *, alt: str,
           scale: dict[str, float] | None = None, **options: Any) -> None:  # fmt: skip
    figure = curves(series, spec.steps, step_title=t("step"), **options)
    st.vega_lite_chart(rows(metrics, series, scale or {}), figure, key=key, alt=alt)
