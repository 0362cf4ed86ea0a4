"""Charts of many seeds, bands and sparse lines: valid Vega-Lite, and nothing that was measured gets lost."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from gan_core.figures.curves import BAND, MOST_ROWS, Series, curves, joined, rows
from gan_core.figures.success import dot_rows, dots, interval

SURE = Series("jsd", "divergence", "#112233", error="jsd_error")
WORDS = {"title": "modes covered", "value": "modes", "seed": "seed"}


@pytest.mark.parametrize(
    "figure",
    [
        curves([SURE], 1000, domain=(0, 0.8)),
        curves([Series("kl", "reverse KL", "#112233")], 1000, from_zero=True),
        interval("#112233", rate="here", low="from", high="to"),
        interval("#112233", rate="here", low="from", high="to", measured="before"),
        dots(8, 16, "#112233", percent=False, **WORDS),
        dots(1, 4, "#112233", percent=True, **WORDS),
    ],
    ids=["band", "from zero", "interval", "measured", "modes", "shares"],
)
def test_valid_vega_lite(figure: dict) -> None:
    schema = json.loads((files("altair") / "vegalite" / "v6" / "schema" / "vega-lite-schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(figure | {"data": {"values": []}})


def test_what_is_measured_now_and_then_is_never_thinned_away() -> None:
    count = 10 * MOST_ROWS
    jsd = np.full(count, np.nan)
    jsd[7::53] = np.arange(len(jsd[7::53])) / 100
    metrics = {"step": np.arange(count), "jsd": jsd, "jsd_error": np.full(count, 0.01), "loss": np.ones(count)}
    table = rows(metrics, [SURE])
    assert list(table["value"]) == list(jsd[7::53])
    assert table["high"] - table["low"] == pytest.approx(2 * BAND * 0.01)
    both = rows(metrics, [SURE, Series("loss", "loss", "#445566")])
    assert set(both) == {"step", "value", "name"}  # a band belongs to a line alone
    assert (both["name"] == "divergence").sum() == len(jsd[7::53])


def test_lines_of_two_runs_come_in_the_order_of_steps() -> None:
    a = rows({"step": np.array([0, 20]), "x": np.array([1.0, 2.0])}, [Series("x", "A", "#112233")])
    b = rows({"step": np.array([0, 10]), "x": np.array([3.0, 4.0])}, [Series("x", "B", "#112233")])
    table = joined(a, b)
    assert list(zip(table["step"], table["value"], table["name"], strict=True)) == [
        (0, 1.0, "A"), (0, 3.0, "B"), (10, 4.0, "B"), (20, 2.0, "A"),
    ]  # fmt: skip


def test_equal_seeds_pile_up() -> None:
    table = dot_rows([8, 7, 8, 8], [True, False, True, True], range(5, 9), bins=0)
    assert list(table["value"]) == [8, 7, 8, 8]
    assert list(table["pile"]) == [0.5, 0.5, 1.5, 2.5]
    assert list(table["seed"]) == [5, 6, 7, 8]
    shares = dot_rows([0.91, 0.93, 0.2], [True, True, False], range(3), bins=10)
    assert list(shares["value"]) == [0.9, 0.9, 0.2]
    assert list(shares["pile"]) == [0.5, 1.5, 0.5]
