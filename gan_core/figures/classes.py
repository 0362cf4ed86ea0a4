"""How often each class is among the samples, beside how often it is among the real pictures, as Vega-Lite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def class_bars(fake: str, real: str, sample_title: str, real_title: str) -> dict[str, Any]:
    """A bar for each class and a tick at its real share; `class_rows` makes the rows.

    Args:
        fake, real: colours.
        sample_title, real_title: what a reader calls the bar and the tick.
    """
    y = {"field": "name", "type": "nominal", "sort": None,
         "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 96}}  # fmt: skip
    axis = {"title": None, "format": ".0%", "grid": False, "tickCount": 3, "domain": False, "ticks": False}
    said = [{"field": "name", "title": " "}, {"field": "share", "title": sample_title, "format": ".1%"},
            {"field": "real", "title": real_title, "format": ".1%"}]  # fmt: skip
    return {
        "height": {"step": 15},
        "layer": [
            {"mark": {"type": "bar", "color": fake, "height": 8},
             "encoding": {"y": y, "x": {"field": "share", "type": "quantitative", "axis": axis}, "tooltip": said}},
            {"mark": {"type": "tick", "color": real, "thickness": 2.5, "height": 13},
             "encoding": {"y": y, "x": {"field": "real", "type": "quantitative", "axis": axis}, "tooltip": said}},
        ],
        "padding": {"left": 0, "right": 8, "top": 0, "bottom": 0},
        "config": {"view": {"stroke": None}, "axis": {"labelFontSize": 10, "labelPadding": 4}},
    }  # fmt: skip


def class_rows(names: Sequence[str], shares: Sequence[float], real: Sequence[float]) -> dict[str, list]:
    """Columns for `class_bars`."""
    return {"name": list(names), "share": list(shares), "real": list(real)}
