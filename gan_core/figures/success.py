"""How many of several seeds did what was claimed, as Vega-Lite: the rate with its interval, and a dot for each seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

GREY = "#7A7F8C"
CONFIG = {"view": {"stroke": None}, "axis": {"labelFontSize": 10, "domain": False, "ticks": False, "labelPadding": 5}}
PADDING = {"left": 0, "right": 8, "top": 0, "bottom": 0}
DOT = 7  # pixels from dot to dot


def interval(colour: str, *, rate: str, low: str, high: str, measured: str = "") -> dict[str, Any]:
    """A bar from the low to the high end of the interval, a dot on it at the rate; a tick where others measured it.

    The data are one row with the columns rate, low and high, and measured where that has a name.

    Args:
        rate, low, high, measured: what a tooltip calls them; an empty `measured` draws none.
    """
    axis = {"title": None, "grid": False, "tickCount": 5, "format": ".0%"}
    x = {"field": "rate", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    named = {"rate": rate, "low": low, "high": high, "measured": measured}
    tooltip = [{"field": name, "title": title, "format": ".0%"} for name, title in named.items() if title]
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 1, "color": GREY, "opacity": 0.4, "aria": False},
            "encoding": {"x": {"datum": 0, "type": "quantitative"}, "x2": {"datum": 1}},
        },
        {
            "mark": {"type": "bar", "height": 10, "cornerRadius": 5, "color": colour, "opacity": 0.3},
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "tooltip": tooltip},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 110, "color": colour, "opacity": 1},
            "encoding": {"x": x, "tooltip": tooltip},
        },
    ]
    if measured:
        layers.append(
            {
                "mark": {"type": "tick", "height": 20, "thickness": 2, "color": GREY},
                "encoding": {"x": x | {"field": "measured"}, "tooltip": tooltip},
            }
        )
    return {"height": 26, "layer": layers, "padding": PADDING, "config": CONFIG}


def dot_rows(values: Sequence[float], kept: Sequence[bool], seeds: Sequence[int], bins: int) -> dict[str, np.ndarray]:
    """Columns for `dots`: value, height in its pile, seed, kept.

    Args:
        bins: places for a pile between 0 and 1 where values are shares; 0 where they are whole numbers.
    """
    places = np.asarray(values, dtype=float)
    places = np.round(places * bins) / bins if bins else places
    piled = [int((places[:index] == place).sum()) for index, place in enumerate(places)]
    return {
        "value": places,
        "pile": np.array(piled) + 0.5,
        "seed": np.asarray(seeds),
        "kept": np.asarray(kept, dtype=bool),
    }


def dots(most: float, seeds: int, colour: str, *, percent: bool, title: str, value: str, seed: str) -> dict[str, Any]:
    """A pile of dots over each value, a dot a seed: filled for those that kept the promise.

    Args:
        most: end of the axis: the number of modes, or 1 for shares.
        seeds: how many dots there are at most in one pile.
        percent: values are shares.
        title, value, seed: what the axis and the tooltip call them.
    """
    ticks = {"values": [*range(0, int(most) + 1, max(1, int(most) // 8))]} if not percent else {"format": ".0%"}
    return {
        "height": DOT * seeds,
        "mark": {"type": "point", "size": 24, "strokeWidth": 1.25},
        "encoding": {
            "x": {
                "field": "value", "type": "quantitative",
                "scale": {"domain": [-0.04 * most, 1.04 * most], "nice": False, "zero": False},
                "axis": {"title": title, "titleFontSize": 11, "titleFontWeight": "normal", "titleColor": GREY,
                         "grid": False} | ticks,
            },
            "y": {
                "field": "pile", "type": "quantitative", "scale": {"domain": [0, seeds], "nice": False}, "axis": None,
            },
            "color": {"value": colour},
            "fill": {"condition": {"test": "datum.kept", "value": colour}, "value": "transparent"},
            "tooltip": [
                {"field": "seed", "title": seed},
                {"field": "value", "title": value, "format": ".0%" if percent else ".0f"},
            ],
        },
        "padding": PADDING,
        "config": CONFIG,
    }  # fmt: skip
