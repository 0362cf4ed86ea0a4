"""Many seeds at once: how many of them did what was claimed, how sure that is, and which did."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from gan_core.figures.success import dot_rows, dots, interval
from gan_core.outcomes import History, end, wilson
from gan_core.presets import Promise
from gan_core.runs import Run
from pages.parts import lab
from pages.parts.history import history
from pages.parts.run_curves import Metrics, palette, run_curves
from pages.parts.set_up import COUNTS, SetUp, promise_of
from pages.parts.words import t

ENOUGH = 0.9  # of the best share of good samples that there can be: what counts as learned where there are no modes
BINS = 20  # piles of dots between 0 and 100 %


def count(set_up: SetUp) -> None:
    """How many seeds: one control, above the player's numbers."""
    key = f"{lab.KEY}_count"
    st.session_state[key] = set_up.a.seeds
    st.segmented_control(
        t("Seeds"), sorted({*COUNTS, set_up.a.seeds}), key=key, required=True, label_visibility="collapsed",
        format_func=lambda seeds: t("{seeds} seeds", seeds=seeds),
        on_change=lambda: lab.change(SetUp.counted, st.session_state[key]),
    )  # fmt: skip


def claim(run_spec: Any, about: dict[str, Any]) -> Promise:
    """What is counted: the preset's or the cure's own promise, else that everything is covered."""
    if promise := promise_of(run_spec):
        return promise
    if about["modes"]:
        return Promise(text=t("cover all {modes} modes at the end", modes=about["modes"]), metric="modes",
                       at_least=about["modes"])  # fmt: skip
    least = ENOUGH * about["good_ceiling"]
    return Promise(text=t("end with at least {share} of good samples", share=f"{least:.0%}"), metric="good",
                   at_least=least)  # fmt: skip


def seeds_panel(run: Run, metrics: Metrics, about: dict[str, Any], key: str) -> None:
    """The rate of success with its interval, the seeds as dots, and folded away the curves of the middle seed."""
    told = history(run.id)
    promise = claim(run.spec, about)
    kept = promise.kept_by(told)
    st.markdown(_sentence(kept, promise, run.status != "finished"))
    _rate(kept, promise, key)
    _dots(run, told, kept, about, key)
    st.caption(_counted(about))
    with st.expander(t("Curves: the median of the seeds"), icon=":material/show_chart:", key=f"{key}_medians",
                     on_change="rerun") as medians:  # fmt: skip
        if medians.open:
            run_curves(run.spec, metrics, about, key)


def _sentence(kept: np.ndarray, promise: Promise, live: bool) -> str:
    """“**13 of 16 seeds** cover all 8 modes at the end: 81%, with a 95% interval from 57% to 93%.”"""
    low, high = wilson(int(kept.sum()), len(kept))
    values = {
        "kept": int(kept.sum()), "seeds": len(kept), "what": t(promise.text), "rate": f"{kept.mean():.0%}",
        "low": f"{low:.0%}", "high": f"{high:.0%}",
    }  # fmt: skip
    words = t("**{kept} of {seeds} seeds** {what}: {rate}, with a 95% interval from {low} to {high}.", **values)
    return t("If it ended now: {sentence}", sentence=words) if live else words


def _rate(kept: np.ndarray, promise: Promise, key: str) -> None:
    low, high = wilson(int(kept.sum()), len(kept))
    row = {"rate": [kept.mean()], "low": [low], "high": [high]}
    if promise.seeds:
        row["measured"] = [promise.kept / promise.seeds]
    figure = interval(palette().a, rate=t("here"), low=t("from"), high=t("to"),
                      measured=t("measured before") if promise.seeds else "")  # fmt: skip
    st.vega_lite_chart(row, figure, key=f"{key}_rate_{bool(promise.seeds)}", alt=t("The rate with its interval."))
    if promise.seeds:
        st.caption(t("The mark: {kept} of {seeds} seeds, measured before.", kept=promise.kept, seeds=promise.seeds))


def _dots(run: Run, told: History, kept: np.ndarray, about: dict[str, Any], key: str) -> None:
    modes, numbers = about["modes"], range(run.spec.seed, run.spec.seed + run.spec.seeds)
    metric = "modes" if modes else "good"
    title = t("modes covered, a dot for each seed") if modes else t("good samples, a dot for each seed")
    figure = dots(modes or 1, len(numbers), palette().a, percent=not modes, title=title, value=title,
                  seed=t("seed"))  # fmt: skip
    st.vega_lite_chart(dot_rows(end(told, metric), kept, numbers, 0 if modes else BINS), figure, key=f"{key}_dots",
                       alt=title)  # fmt: skip


def _counted(about: dict[str, Any]) -> str:
    """What a filled dot means, and when a mode is covered."""
    words = t("Filled: the seeds that do.")
    if about["modes"]:
        words += " " + t(
            "A mode counts as covered with {threshold} good samples of {all}.", threshold=about["mode_threshold"],
            all=f"{about['evaluation_samples']:,}",
        )  # fmt: skip
    return words
