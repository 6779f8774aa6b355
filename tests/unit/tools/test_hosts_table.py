"""The README's table of hosts: exactly the results of the last run of their scenario."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.hosts import table
from tests.readme import README

RUN: dict[str, Any] = {
    "date": "2026-11-25",
    "places": [
        {"host": "One", "version": "1.2", "browser": "A 3", "steps": {"it runs": "yes"}},
        {"host": "Two", "version": "2", "browser": "B 4", "steps": {"it ends": "no"}},
    ],
}


def test_each_place_has_a_row_and_each_step_a_column() -> None:
    lines = table.rendered(RUN).splitlines()
    assert lines[0] == "| | | it runs | it ends |"
    assert lines[2] == "| One 1.2 | A 3 | yes | not run |"
    assert lines[3] == "| Two 2 | B 4 | not run | no |"
    assert lines[-1] == "Run on 2026-11-25."
    assert {line.count("|") for line in lines[:-2]} == {5}


def test_the_readme_matches_the_results() -> None:
    readme = README.read_text()
    assert table.written_into(readme, json.loads(table.JSON.read_text())) == readme


def test_the_results_are_complete() -> None:
    places = json.loads(table.JSON.read_text())["places"]
    browsers = [place["browser"].split()[0] for place in places]
    assert (browsers.count("Chromium"), browsers.count("Firefox")) == (7, 2)
    assert len({frozenset(place["steps"]) for place in places}) == 1
    assert {outcome for place in places for outcome in place["steps"].values()} == {"yes"}
