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
    error: str = ""  # the metric that holds this one's standard error, for a band of 1.96 of them on both sides


@dataclass(frozen=True)
class Reference:
    """A level that the lines are held against."""

    value: float
    name: str


MOST_ROWS = 150  # of each line: as many as a small chart has room for
BAND = 1.96  # standard errors: the true value lies inside in about 95 of 100 cases


def rows(metrics: Mapping[str, np.ndarray], series: Sequence[Series], scale: Mapping[str, float] = {}) -> dict:
    """Long-form columns for `curves`: step, value, name, low, high; a row for each finite number, thinned evenly.

    Rows come in the order of steps, so that a chart which has the earlier ones only takes in what is new.

    Args:
        metrics: columns of equal length, with "step" among them.
        scale: factors by metric, where a metric is shown in other units than it is kept in.
    """
    return joined(*(_rows(metrics, line, scale.get(line.metric, 1.0)) for line in series))


def joined(*parts: Mapping[str, np.ndarray]) -> dict:
    """The rows of several lines as those of one chart, by their steps."""
    shared = set.intersection(*(set(part) for part in parts))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name in shared}
    order = np.argsort(columns["step"], kind="stable")
    return {name: column[order] for name, column in columns.items()}


def _rows(metrics: Mapping[str, np.ndarray], line: Series, factor: float) -> dict:
    kept = np.flatnonzero(np.isfinite(metrics[line.metric]))
    if count := len(kept):
        kept = kept[np.union1d(np.arange(0, count, -(-count // MOST_ROWS)), [count - 1])]  # the newest is always there
    value = metrics[line.metric][kept] * factor
    columns = {"step": metrics["step"][kept], "value": value, "name": np.full(len(kept), line.name, dtype=object)}
    if line.error:
        error = BAND * metrics[line.error][kept] * factor
        columns |= {"low": value - error, "high": value + error}
    return columns


def curves(series: Sequence[Series], steps: int, *, references: Sequence[Reference] = (),
           moments: Sequence[Reference] = (), domain: tuple[float, float] | None = None, logarithmic: bool = False,
           percent: bool = False, from_zero: bool = False, step_title: str = "step") -> dict[str, Any]:  # fmt: skip
    """A small chart of a few lines over the steps of a run; its legend is its title.

    Args:
        steps: length of the run, the end of the axis.
        moments: steps at which something was changed, and what.
        domain: fixed limits of the values; they follow the data when None.
        logarithmic: for values that fall by orders of magnitude.
        percent: values from 0 to 1 labelled as percentages.
        from_zero: the axis begins at 0, for what is never less.
    """
    names = [line.name for line in series]
    scale: dict[str, Any] = {"type": "log"} if logarithmic else {"zero": from_zero, "nice": True}
    if domain:
        scale |= {"domain": list(domain), "nice": False, "clamp": True}
    number = ".2~g" if logarithmic else ".0%" if percent else "~g"
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
        "layer": [
            *(layer for reference in references for layer in _level(reference, steps)),
            *map(_moment, moments),
            *([_band(lines, series[0].colour)] if series[0].error else []),
            lines,
        ],
        "padding": {"left": 0, "right": 8, "top": 0, "bottom": 0},
        "config": {
            "view": {"stroke": None},
            "axis": {"labelFontSize": 10, "domain": False, "ticks": False, "labelPadding": 5},
            "axisY": {"labelFlush": False},  # or the first and the last number stand elsewhere than what they number
            "legend": {"labelFontSize": 12},
        },
    }


def _band(lines: Mapping[str, Any], colour: str) -> dict[str, Any]:
    """How sure the first line is."""
    y = lines["encoding"]["y"] | {"field": "low", "title": None}
    return {
        "mark": {"type": "area", "color": colour, "opacity": 0.18, "clip": True},
        "encoding": {"x": lines["encoding"]["x"], "y": y, "y2": {"field": "high"}},
    }


def _moment(moment: Reference) -> dict[str, Any]:
    """A thin upright line at a step; the pointer on it says what was changed."""
    return {
        "data": {"values": [{"what": moment.name}]},
        "mark": {"type": "rule", "strokeWidth": 1.5, "color": "#7A7F8C", "opacity": 0.8, "clip": True},
        "encoding": {"x": {"datum": moment.value}, "tooltip": {"field": "what", "title": " "}},
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
