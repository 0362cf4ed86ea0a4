"""Before a run: how large the networks are, what they need, and how long the run takes here, measured just now."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import streamlit as st

from gan_core.specs import PictureSpec
from pages.parts import errand
from pages.parts.desk import KEY
from pages.parts.progress import duration
from pages.parts.services import engine, settings
from pages.parts.words import t

MOST_KNOWN = 200
REHEARSAL = f"{KEY}_rehearsal"
# What a step's time does not depend on.
IDLE = {"seed": 0, "steps": 1, "frame_every": 1, "data.source": "fashion", "data.revision": "", "start": "",
        "score_every": 0, "data.without_grey": False, "skip_below": 0.0, "skip_above": 0.0}  # fmt: skip


def before(spec: PictureSpec, classes: int) -> None:
    """Say it, or that it is being measured."""
    told = classes if spec.network.conditional else 0
    essence = spec.changed(IDLE)
    known = _known().get((essence, told))
    if known is None and engine().state.status == "ready":
        errand.begin(
            REHEARSAL, (essence, told),
            lambda: engine().errand("gan_core.rehearsal:rehearse", essence.json_text(), max(told, 2)),
        )  # fmt: skip
        if (known := errand.outcome(REHEARSAL)) and not engine().state.running:  # else others took some of the time
            _known()[essence, told] = known
            while len(_known()) > MOST_KNOWN:
                _known().popitem(last=False)
    if known:
        _say(spec, known)
    elif wrong := errand.failure(REHEARSAL):
        st.caption(":material/timer_off: " + t(wrong))
    else:
        errand.wait(REHEARSAL, lambda *_: ":material/timer: " + t("Measuring how fast this machine is"), quiet=True)


@st.cache_resource(show_spinner=False)
def _known() -> OrderedDict[Any, dict[str, Any]]:
    """What was measured on this server while nothing else trained."""
    return OrderedDict()


def seconds(spec: PictureSpec, measured: dict[str, Any]) -> float:
    """How long a run will take."""
    return spec.steps * measured["round"] + (spec.steps // spec.frame_every + 2) * measured["look"]


def _say(spec: PictureSpec, measured: dict[str, Any]) -> None:
    of = measured["parameters"]
    whole = seconds(spec, measured)
    rate = spec.batch * spec.steps / whole
    device = engine().state.device
    st.markdown(
        f":material/timer: **{t('About {time} on this {device}', time=duration(whole), device=device)}** · "
        + t("{rate} pictures/s", rate=f"{rate:,.0f}")
    )
    st.caption(
        t("G has {g} parameters, D {d}. At most {megabytes} MB of memory.", g=f"{of['generator']:,}",
          d=f"{of['discriminator']:,}", megabytes=f"{spec.megabytes:,.0f}")
    )  # fmt: skip
    if whole > (allowed := settings().run_seconds):
        st.caption(
            ":material/hourglass_bottom: "
            + t("A run may train here for {time} at a time. Then it pauses, nothing is lost, and “Go on” goes on.",
                time=duration(allowed))
        )  # fmt: skip
