"""Curves of a run over its steps, as Vega-Lite.

Each function returns a specification that stays the same while a run goes on, so that a chart only takes in new rows;
`rows` makes those from the run's metrics. The axis of steps spans the whole run from the start: nothing jumps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

GRADIENT_FLOOR = 1e-12  # a logarithmic axis has no zero


@dataclass(frozen=True)
class Series:
    """One line: the metric it shows, its name for a reader, its colour, and whether it is dashed."""

    metric: str
    name: str
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Reference:
    """A level that the lines are held against."""

    value: float
    name: str


def rows(
    metrics: Mapping[str, np.ndarray],
    series: Sequence[Series],
    scale: Mapping[str, float] = {},
) -> dict:
    """Long-form columns for `curves`: step, value and name, a row for each finite number.

    Args:
        metrics: columns of equal length, with "step" among them.
        scale: factors by metric, where a metric is shown in other units than it is kept in.
    """
    steps, values, names = [], [], []
    for line in series:
        value = metrics[line.metric] * scale.get(line.metric, 1.0)
        there = np.isfinite(value)
        steps.append(metrics["step"][there])
        values.append(value[there])
        names += [line.name] * int(there.sum())
    return {
        "step": np.concatenate(steps),
        "value": np.concatenate(values),
        "name": names,
    }


def curves(series: Sequence[Series], steps: int, *, title: str, references: Sequence[Reference] = (),
           domain: tuple[float, float] | None = None, logarithmic: bool = False, percent: bool = False,
           step_title: str = "step") -> dict[str, Any]:  # fmt: skip
    """A small chart of a few lines over the steps of a run.

    Args:
        steps: length of the run, the end of the axis.
        domain: fixed limits of the values; they follow the data when None.
        logarithmic: for values that fall by orders of magnitude.
        percent: values from 0 to 1 labelled as percentages.
    """
    names = [line.name for line in series]
    scale: dict[str, Any] = {"type": "log"} if logarithmic else {"zero": False, "nice": True}
    if domain:
        scale |= {"domain": list(domain), "nice": False, "clamp": True}
    number = ".0e" if logarithmic else ".0%" if percent else "~g"
    encoding = {
        "x": {
            "field": "step", "type": "quantitative", "scale": {"domain": [0, steps], "nice": False},
            "axis": {"title": None, "grid": False, "tickCount": 4, "format": "~s"},
        },
        "y": {
            "field": "value", "type": "quantitative", "scale": scale,
            "axis": {"title": None, "tickCount": 3, "format": number, "domain": False, "ticks": False, "minExtent": 34},
        },
    }  # fmt: skip
    lines = {
        "mark": {"type": "line", "strokeWidth": 1.75, "clip": True, "interpolate": "linear"},
        "encoding": encoding | {
            "color": {
                "field": "name", "type": "nominal",
                "scale": {"domain": names, "range": [line.colour for line in series]},
                "legend": {"title": None, "orient": "top", "direction": "horizontal", "symbolType": "stroke",
                           "symbolStrokeWidth": 3, "offset": 2, "padding": 0, "labelLimit": 220, "columnPadding": 14},
            },
            "strokeDash": {
                "field": "name", "type": "nominal", "legend": None,
                "scale": {"domain": names, "range": [[5, 3] if line.dashed else [1, 0] for line in series]},
            },
            "tooltip": [
                {"field": "name", "title": title},
                {"field": "step", "title": step_title},
                {"field": "value", "format": ".3e" if logarithmic else ".1%" if percent else ".3f"},
            ],
        },
    }  # fmt: skip
    layers: list[dict[str, Any]] = []
    for reference in references:
        layers.append({
            "mark": {"type": "rule", "strokeDash": [2, 3], "opacity": 0.55, "color": "#808495"},
            "encoding": {"y": {"datum": reference.value}},
        })  # fmt: skip
        layers.append({
            "mark": {"type": "text", "text": reference.name, "align": "right", "baseline": "bottom", "dy": -2,
                     "fontSize": 10, "color": "#808495"},
            "encoding": {"y": {"datum": reference.value}, "x": {"datum": steps}},
        })  # fmt: skip
    return {
        "height": 84,
        "layer": [*layers, lines],
        "title": {"text": title, "anchor": "start", "fontSize": 12, "offset": 4},
        "padding": {"left": 0, "right": 6, "top": 2, "bottom": 0},
        "config": {
            "view": {"stroke": None},
            "axis": {"labelFontSize": 10},
            "legend": {"labelFontSize": 11},
        },
    }
