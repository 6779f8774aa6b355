"""The README's table of figures: exactly the results of the benchmarks."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("playwright")
from tests.benchmarks import table
from tests.benchmarks.figure import Figure
from tests.readme import README

FAST = Figure.of(
    "ours over theirs",
    1.5,
    ("ours, ms", [1200.0, 2400.0, 3600.0]),
    ("theirs, ms", [1000.0, 1000.0, 1000.0]),
    note="In turns.",
)
WITHOUT_TARGET = Figure("ours alone", None, (3.0,), unit="s")
ZERO = Figure("errors", 0, (0.0, 0.0))
MISSING = Figure("theirs over ours", 5, at_least=True, missing="it never came", note="In turns.")


def results(*figures: Figure) -> dict[str, Any]:
    return {
        "machine": {"processor": "a processor", "cores": 2},
        "browser": "Chromium 1",
        "packages": {"numpy": "2"},
        "families": {
            "one": {
                "date": "2026-11-25T01:02:03+00:00",
                "load": 1.25,
                "figures": [figure.to_json() for figure in figures],
            }
        },
    }


def test_ratios_compare_the_same_turn() -> None:
    assert FAST.values == (1.2, 2.4, 3.6)
    assert (FAST.median, FAST.spread, FAST.met) == (2.4, (1.2, 3.6), False)


def test_the_spread_of_many_values_is_their_quartiles() -> None:
    assert Figure("", 1, (0.0, 1.0, 2.0, 3.0, 400.0)).spread == (1, 3)


@pytest.mark.parametrize(
    ("value", "at_least", "met"), [(2, False, True), (2, True, True), (1, True, False)]
)
def test_a_target_is_an_upper_or_a_lower_bound(value: float, at_least: bool, met: bool) -> None:
    assert Figure("", 2, (value,), at_least=at_least).met is met


@pytest.mark.parametrize("figure", [FAST, WITHOUT_TARGET, ZERO, MISSING])
def test_a_figure_survives_json(figure: Figure) -> None:
    back = Figure.from_json(json.loads(json.dumps(figure.to_json())))
    assert back.to_json() == figure.to_json()
    assert (back.values, back.at_least, back.missing) == (
        figure.values,
        figure.at_least,
        figure.missing,
    )


def test_the_table_has_targets_and_measurements() -> None:
    lines = table.rendered(results(FAST, MISSING)).splitlines()
    assert "| ours over theirs [1] | ≤ 1.5 | 2.4, missed | " in lines[2]
    assert lines[2].endswith("| 1.2 to 3.6 | 3 | ours 2,400 ms, theirs 1,000 ms |")
    assert lines[3] == "| theirs over ours [1] | ≥ 5 | it never came | | | |"
    assert lines[5] == "1. In turns."
    assert "2026-11-25 with Chromium 1, numpy 2, on a machine with 2 cores" in lines[7]


def test_a_figure_without_a_target_is_neither_met_nor_missed() -> None:
    assert WITHOUT_TARGET.met is None
    assert "| ours alone |  | 3 s | 3 to 3 | 1 |  |" in table.rendered(results(WITHOUT_TARGET))
    assert table.line(WITHOUT_TARGET).startswith("ours alone: 3 (3 to 3, n=1); wanted nothing. ")


def test_the_text_around_the_table_is_unchanged() -> None:
    readme = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    written = table.written_into(readme, results(FAST))
    assert written.startswith(f"before\n{table.BEGIN}\n| | wanted")
    assert written.endswith(f"{table.END}\nafter\n")
    assert "old" not in written
    assert table.written_into(written, results(FAST)) == written
    with pytest.raises(ValueError, match="needs the lines"):
        table.written_into("no table", results(FAST))


def test_the_readme_matches_the_results() -> None:
    readme = README.read_text()
    assert table.written_into(readme, json.loads(table.JSON.read_text())) == readme
