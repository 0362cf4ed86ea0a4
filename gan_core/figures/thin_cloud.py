"""A cloud of points with two measures and its principal axes, as Vega-Lite."""

from __future__ import annotations

from typing import Any

import numpy as np

from gan_core.data.bodies import Axes

REACH = 3.5  # standard deviations that the figure shows on both sides of the mean
LONG = 2.5  # standard deviations along each axis that its line goes on both sides


def cloud_rows(points: np.ndarray, axes: Axes) -> dict[str, np.ndarray]:
    """Columns for `thin_cloud`: x, y, part. The points (N, 2) first, then the two ends of each principal axis.

    `axes` are those of the standardised points; here they are drawn in the points' own units.
    """
    lines = axes.directions[:, None] * axes.deviations[:, None, None] * np.array([-LONG, LONG])[:, None]  # (2, 2, 2)
    ends = points.mean(axis=0) + lines.reshape(4, 2) * points.std(axis=0)
    x, y = np.concatenate([points, ends]).T
    return {"x": x, "y": y, "part": np.array(["point"] * len(points) + ["first"] * 2 + ["second"] * 2)}


def thin_cloud(
    points: np.ndarray, x_title: str, y_title: str, point: str, axis: str, height: int = 320
) -> dict[str, Any]:
    """Dots and two lines in a frame that spans as many standard deviations both ways; `cloud_rows` makes the rows.

    Args:
        points: (N, 2), for the frame.
        x_title, y_title: what a reader calls the measures, with their units.
        point, axis: colours.
        height: px.
    """
    middle, reach = points.mean(axis=0), REACH * points.std(axis=0)
    x, y = (
        {"field": name, "type": "quantitative",
         "scale": {"domain": [low, high], "nice": False, "zero": False},
         "axis": {"title": title, "grid": False, "tickCount": 6, "titleFontWeight": "normal"}}
        for name, title, low, high in zip("xy", (x_title, y_title), middle - reach, middle + reach, strict=True)
    )  # fmt: skip
    said = [{"field": name, "title": title, "format": ".0f"} for name, title in (("x", x_title), ("y", y_title))]

    def only(part: str) -> list[dict[str, str]]:
        return [{"filter": f"datum.part == '{part}'"}]

    def line(part: str, width: float) -> dict[str, Any]:
        mark = {"type": "line", "color": axis, "strokeWidth": width, "strokeCap": "round"}
        return {"transform": only(part), "mark": mark, "encoding": {"x": x, "y": y}}

    dots = {"type": "point", "filled": True, "size": 16, "opacity": 0.7, "color": point}
    return {
        "height": height,
        "layer": [
            {"transform": only("point"), "mark": dots, "encoding": {"x": x, "y": y, "tooltip": said}},
            line("second", 1.5),
            line("first", 3.5),
        ],
        "padding": {"left": 0, "right": 8, "top": 4, "bottom": 4},
        "config": {"view": {"stroke": None}, "axis": {"labelFontSize": 11, "titleFontSize": 12, "tickSize": 4}},
    }
