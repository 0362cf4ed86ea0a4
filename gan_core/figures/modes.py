"""The mode histogram over the steps of a run, as Vega-Lite: a strip for each mode, darker with more samples."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_MOMENTS = 60  # columns, as many as a small chart has room for


def mode_rows(step: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Long-form columns for `modes_over_time`: from, to, mode and share.

    Args:
        step: of each frame, (T,).
        counts: good samples of each mode, (T, S, K); of several seeds they are added.
    """
    chosen = np.unique(np.linspace(0, len(step) - 1, min(len(step), MOST_MOMENTS)).round().astype(int))
    added = counts[chosen].sum(1).astype(float)  # (T', K)
    share = added / np.maximum(added.sum(1, keepdims=True), 1)
    begins = step[chosen]
    ends = np.append(begins[1:], step[-1])
    modes = counts.shape[2]
    return {
        "from": np.repeat(begins, modes),
        "to": np.repeat(ends, modes),
        "mode": np.tile(np.arange(1, modes + 1), len(chosen)),
        "share": share.ravel(),
    }


def modes_over_time(steps: int, modes: int, colour: str, *, step: str, mode: str, share: str) -> dict[str, Any]:
    """A strip for each mode over the steps of a run.

    Args:
        steps: length of the run, the end of the axis.
        modes: K; twice an even share has the full colour, so that a fair histogram reads half as dark.
        step, mode, share: what the axes and the tooltip call them.
    """
    return {
        "height": 8 * modes + 12 if modes <= 16 else 5 * modes,
        "mark": {"type": "rect"},
        "encoding": {
            "x": {
                "field": "from", "type": "quantitative", "scale": {"domain": [0, steps], "nice": False},
                "axis": {"title": None, "grid": False, "tickCount": 3, "format": ",d"},
            },
            "x2": {"field": "to"},
            "y": {
                "field": "mode", "type": "ordinal",
                "scale": {"domain": list(range(1, modes + 1)), "paddingInner": 0.15},
                "axis": {"title": None, "labels": modes <= 12, "minExtent": 34},
            },
            "color": {"value": colour},
            "opacity": {
                "field": "share", "type": "quantitative", "legend": None,
                "scale": {"domain": [0, 2 / modes], "range": [0, 1], "clamp": True},
            },
            "tooltip": [
                {"field": "mode", "title": mode},
                {"field": "from", "title": step},
                {"field": "share", "title": share, "format": ".0%"},
            ],
        },
        "padding": {"left": 0, "right": 8, "top": 0, "bottom": 0},
        "config": {"view": {"stroke": None}, "axis": {"labelFontSize": 10, "domain": False, "ticks": False}},
    }  # fmt: skip
