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


MOST_ROWS = 150  # of each line: as many as a small chart has room for


def rows(metrics: Mapping[str, np.ndarray], series: Sequence[Series], scale: Mapping[str, float] = {}) -> dict:
    """Long-form columns for `curves`: step, value and name, a row for each finite number, thinned out evenly.

    Rows come in the order of steps, so that a chart which has the earlier ones only takes in what is new.

    Args:
        metrics: columns of equal length, with "step" among them.
        scale: factors by metric, where a metric is shown in other units than it is kept in.
    """
    count = len(metrics["step"])
    kept = np.arange(0, count, -(-count // MOST_ROWS)) if count else np.arange(0)
    kept = np.union1d(kept, [count - 1]) if count else kept  # the newest is always there
    values = np.stack([metrics[line.metric][kept] * scale.get(line.metric, 1.0) for line in series], 1)  # (T, lines)
    there = np.isfinite(values)
    steps = np.broadcast_to(metrics["step"][kept, None], values.shape)
    names = np.broadcast_to(np.array([line.name for line in series], dtype=object), values.shape)
    return {"step": steps[there], "value": values[there], "name": names[there]}


def curves(series: Sequence[Series], steps: int, *, references: Sequence[Reference] = (),
           domain: tuple[float, float] | None = None, logarithmic: bool = False, percent: bool = False,
           step_title: str = "step") -> dict[str, Any]:  # fmt: skip
    """A small chart of a few lines over the steps of a run; its legend is its title.

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
    number = ".1~g" if logarithmic else ".0%" if percent else "~g"
    legend = {
        "title": None, "orient": "top", "direction": "horizontal", "symbolType": "stroke", "symbolSize": 120,
        "symbolStrokeWidth": 2.5, "offset": 3, "padding": 0, "labelLimit": 220, "columnPadding": 14,
    }  # fmt: skip
    lines = {
        "mark": {"type": "line", "strokeWidth": 1.75, "clip": True},
        "encoding": {
            "x": {
                "field": "step", "type": "quantitative", "scale": {"domain": [0, steps], "nice": False},
                "axis": {"title": None, "grid": False, "tickCount": 3, "format": ",d"},
            },
            "y": {
                "field": "value", "type": "quantitative", "scale": scale,
                "axis": {"title": None, "grid": False, "tickCount": 3, "format": number, "minExtent": 34},
            },
            "color": {
                "field": "name", "type": "nominal", "legend": legend,
                "scale": {"domain": names, "range": [line.colour for line in series]},
            },
            "strokeDash": {
                "field": "name", "type": "nominal", "legend": legend,
                "scale": {"domain": names, "range": [[4, 2] if line.dashed else [1, 0] for line in series]},
            },
            "tooltip": [
                {"field": "name", "title": " "},
                {"field": "step", "title": step_title},
                {"field": "value", "title": " ", "format": ".2e" if logarithmic else ".1%" if percent else ".3f"},
            ],
        },
    }  # fmt: skip
    return {
        "height": 106,
        "layer": [*(layer for reference in references for layer in _level(reference, steps)), lines],
        "padding": {"left": 0, "right": 8, "top": 0, "bottom": 0},
        "config": {
            "view": {"stroke": None},
            "axis": {"labelFontSize": 10, "domain": False, "ticks": False, "labelPadding": 5},
            "legend": {"labelFontSize": 12},
        },
    }


def _level(reference: Reference, steps: int) -> list[dict[str, Any]]:
    """A dotted line at a level, and its name at the right end."""
    once = {"data": {"values": [{}]}}  # otherwise it is drawn once for each row of the run
    y = {"datum": reference.value}
    grey = "#7A7F8C"
    return [
        once | {"mark": {"type": "rule", "strokeDash": [2, 3], "color": grey, "aria": False}, "encoding": {"y": y}},
        once | {
            "mark": {"type": "text", "text": reference.name, "align": "right", "baseline": "top", "dy": 3,
                     "fontSize": 10, "color": grey, "aria": False},
            "encoding": {"y": y, "x": {"datum": steps}},
        },
    ]  # fmt: skip
