"""The README's table of figures: what the benchmarks wrote down, and nothing else."""

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
LOOKED_AT = Figure("ours alone", None, (3.0,), unit="s")
NONE = Figure("what there should be none of", 0, (0.0, 0.0))
LOST = Figure("theirs over ours", 5, at_least=True, missing="it never came", note="In turns.")


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


def test_ratios_are_of_the_same_turn() -> None:
    assert FAST.values == (1.2, 2.4, 3.6)
    assert (FAST.median, FAST.spread, FAST.met) == (2.4, (1.2, 3.6), False)


def test_the_spread_of_many_is_their_quartiles() -> None:
    assert Figure("", 1, (0.0, 1.0, 2.0, 3.0, 400.0)).spread == (1, 3)


@pytest.mark.parametrize(
    ("value", "at_least", "met"), [(2, False, True), (2, True, True), (1, True, False)]
)
def test_a_figure_is_met_from_one_side(value: float, at_least: bool, met: bool) -> None:
    assert Figure("", 2, (value,), at_least=at_least).met is met


@pytest.mark.parametrize("figure", [FAST, LOOKED_AT, NONE, LOST])
def test_a_figure_comes_back_from_its_json(figure: Figure) -> None:
    back = Figure.from_json(json.loads(json.dumps(figure.to_json())))
    assert back.to_json() == figure.to_json()
    assert (back.values, back.at_least, back.missing) == (
        figure.values,
        figure.at_least,
        figure.missing,
    )


def test_the_table_says_what_was_wanted_and_what_was_measured() -> None:
    lines = table.rendered(results(FAST, LOST)).splitlines()
    assert "| ours over theirs [1] | ≤ 1.5 | 2.4, missed | " in lines[2]
    assert lines[2].endswith("| 1.2 to 3.6 | 3 | ours 2,400 ms, theirs 1,000 ms |")
    assert lines[3] == "| theirs over ours [1] | ≥ 5 | it never came | | | |"
    assert lines[5] == "1. In turns."
    assert "2026-11-25 with Chromium 1, numpy 2, on a machine with 2 cores" in lines[7]


def test_what_is_only_looked_at_is_neither_met_nor_missed() -> None:
    assert LOOKED_AT.met is None
    assert "| ours alone |  | 3 s | 3 to 3 | 1 |  |" in table.rendered(results(LOOKED_AT))
    assert table.line(LOOKED_AT).startswith("ours alone: 3 (3 to 3, n=1); wanted nothing. ")


def test_the_readme_keeps_what_is_around_the_table() -> None:
    readme = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    written = table.written_into(readme, results(FAST))
    assert written.startswith(f"before\n{table.BEGIN}\n| | wanted")
    assert written.endswith(f"{table.END}\nafter\n")
    assert "old" not in written
    assert table.written_into(written, results(FAST)) == written
    with pytest.raises(ValueError, match="needs the lines"):
        table.written_into("no table", results(FAST))


def test_the_readme_has_the_figures_of_the_file() -> None:
    readme = README.read_text()
    assert table.written_into(readme, json.loads(table.JSON.read_text())) == readme
