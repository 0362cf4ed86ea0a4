"""What is left of each loss while a style transfer is painted: a line a layer, on a logarithmic axis."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from gan_core.figures.curves import Reference, Series, curves, rows
from gan_core.runs import Run
from gan_core.specs import StyleSpec
from gan_core.specs.style import LAYERS
from pages.parts.run_curves import Metrics, palette
from pages.parts.style_desk import KEY
from pages.parts.style_settings import layer_number
from pages.parts.words import t

FLOOR = 1e-6  # a logarithmic axis has no zero: where nothing is wrong, there is no line
RAMPS = {  # from the first layer to the last, by the page's theme
    "style": {"light": ("#E08A00", "#C2255C", "#2B1D74"), "dark": ("#FFD54A", "#FF6B8B", "#9D8CFF")},
    "content": {"light": ("#22A699", "#2769B8", "#14224F"), "dark": ("#8BF0DC", "#6CB6FF", "#8C8CFF")},
}

ALTS = {
    "style": lambda: t("Error of the style at each layer over the steps, logarithmic."),
    "content": lambda: t("Error of the content at each layer over the steps, logarithmic."),
    "variation": lambda: t("Total variation over the steps, logarithmic."),
}


def style_curves(run: Run, spec: StyleSpec, metrics: Metrics, marks: list[Reference]) -> None:
    """Draw them: the style's layers, the content's, and variation where it counts."""
    if len(metrics["step"]) < 2:
        return
    there = {name: column if name == "step" else np.where(column > FLOOR, column, np.nan)
             for name, column in metrics.items()}  # fmt: skip
    charts = [
        ("style", t("**Style error**, layer by layer"), _of_layers("style", there)),
        ("content", t("**Content error**"), _of_layers("content", there)),
    ]
    if spec.variation_weight:
        charts.append(("variation", "", [Series("variation", t("variation"), palette().neutral)]))
    for name, title, series in charts:
        if series and np.isfinite(there[series[0].metric]).any():
            figure = curves(series, run.steps, moments=marks, logarithmic=True, step_title=t("step"))
            with st.container(gap=None):
                if title:
                    st.caption(title)
                st.vega_lite_chart(rows(there, series), figure, key=f"{KEY}_curve_{name}", alt=ALTS[name]())
    st.caption(
        t("Each error is a share: 1 is as wrong as a picture to which the network says nothing, 0 is perfect. A curve "
          "jumps where the canvas grows, or where another network takes over.")
    )  # fmt: skip


def _of_layers(loss: str, metrics: Metrics) -> list[Series]:
    """A line a layer, from light to dark as they lie deeper."""
    there = [layer for layer in LAYERS if np.isfinite(metrics.get(f"{loss}.{layer}", np.array([math.nan]))).any()]
    ramp = RAMPS[loss]["dark" if st.context.theme.type == "dark" else "light"]
    return [
        Series(
            f"{loss}.{layer}",
            layer_number(layer),
            _along(ramp, index / max(1, len(there) - 1)),
        )
        for index, layer in enumerate(there)
    ]


def _along(ramp: tuple[str, str, str], share: float) -> str:
    """A colour on the way from the first to the last, by way of the middle one."""
    first, last = ramp[:2] if share < 0.5 else ramp[1:]
    share = 2 * share % 1 if share < 1 else 1.0
    channels = [(int(first[i : i + 2], 16), int(last[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in channels)
