"""Plain lines over a number, as Vega-Lite: spectra and lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gan_core.figures.curves import Series

HEIGHT = 180  # px


def lines(
    series: Sequence[Series], x_title: str, y_title: str, *, band: tuple[float, float] | None = None
) -> dict[str, Any]:
    """A chart with titled axes; `line_rows` makes its rows.

    Args:
        band: values between which a grey band lies.
    """
    legend = {"title": None, "orient": "top", "direction": "horizontal", "symbolType": "stroke", "offset": 3,
              "symbolStrokeWidth": 2.5, "labelLimit": 300}  # fmt: skip
    names = [line.name for line in series]
    axis = {"grid": False, "tickCount": 4}
    drawn = {
        "mark": {"type": "line", "strokeWidth": 2, "clip": True},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": axis | {"title": x_title},
                  "scale": {"zero": False, "nice": False}},
            "y": {"field": "value", "type": "quantitative", "axis": axis | {"title": y_title},
                  "scale": {"zero": False, "nice": True}},
            "color": {"field": "name", "type": "nominal", "legend": legend,
                      "scale": {"domain": names, "range": [line.colour for line in series]}},
            "strokeDash": {"field": "name", "type": "nominal", "legend": legend,
                           "scale": {"domain": names, "range": [[4, 2] if line.dashed else [1, 0] for line in series]}},
            "tooltip": [{"field": "name", "title": " "}, {"field": "x", "title": x_title, "format": ".3~g"},
                        {"field": "value", "title": y_title, "format": ".3~g"}],
        },
    }  # fmt: skip
    grey = {
        "data": {"values": [{}]}, "mark": {"type": "rect", "color": "#7A7F8C", "opacity": 0.16, "aria": False},
        "encoding": {"y": {"datum": band[0]}, "y2": {"datum": band[1]}},
    } if band else None  # fmt: skip
    return {
        "height": HEIGHT, "layer": [*([grey] if grey else []), drawn],
        "padding": {"left": 0, "right": 8, "top": 0, "bottom": 0},
        "config": {"view": {"stroke": None}, "axis": {"domain": False, "ticks": False, "titleFontWeight": "normal"},
                   "axisY": {"labelFlush": False}},
    }  # fmt: skip


def line_rows(lines: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """Rows of each line by its name: x (n,) and values (n,)."""
    return {
        "x": np.concatenate([x for x, _ in lines.values()]),
        "value": np.concatenate([values for _, values in lines.values()]),
        "name": np.concatenate([np.full(len(x), name, dtype=object) for name, (x, _) in lines.items()]),
    }
