"""Charts: valid Vega-Lite by its own schema, rows that hold every finite number."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from gan_core.figures.curves import MOST_ROWS, Reference, Series, curves, rows

LINES = [Series("a", "first", "#112233"), Series("b", "second", "#445566", dashed=True)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"domain": (0, 1), "percent": True, "references": [Reference(0.5, "half")]},
        {"logarithmic": True},
        {"references": [Reference(1.386, "2 ln 2"), Reference(0.693, "ln 2")]},
    ],
)
def test_valid_vega_lite(options: dict) -> None:
    schema = json.loads((files("altair") / "vegalite" / "v6" / "schema" / "vega-lite-schema.json").read_text())
    spec = curves(LINES, 1000, **options) | {"data": {"values": []}}
    jsonschema.Draft7Validator(schema).validate(spec)


def test_the_specification_does_not_depend_on_the_data() -> None:
    assert curves(LINES, 1000) == curves(LINES, 1000)
    assert curves(LINES, 1000)["layer"][-1]["encoding"]["x"]["scale"]["domain"] == [0, 1000]


def test_rows_keep_every_finite_number_and_nothing_else() -> None:
    metrics = {"step": np.array([0, 10, 20]), "a": np.array([1.0, np.nan, 3.0]), "b": np.array([4.0, 5.0, np.inf])}
    table = rows(metrics, LINES, {"b": 0.5})
    assert list(zip(table["step"], table["value"], table["name"], strict=True)) == [
        (0, 1.0, "first"), (0, 2.0, "second"), (10, 2.5, "second"), (20, 3.0, "first"),
    ]  # fmt: skip


def test_long_runs_are_thinned_out_and_keep_both_ends() -> None:
    steps = np.arange(1001)
    table = rows({"step": steps, "a": steps * 2.0, "b": steps * 3.0}, LINES)
    assert len(table["step"]) <= 2 * (MOST_ROWS + 1)
    assert table["step"][0] == 0
    assert table["step"][-1] == 1000
    assert (table["value"] == np.where(table["name"] == "first", 2.0, 3.0) * table["step"]).all()


def test_no_frames_no_rows() -> None:
    nothing = np.array([])
    assert len(rows({"step": nothing, "a": nothing, "b": nothing}, LINES)["step"]) == 0
