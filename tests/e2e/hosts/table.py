"""Writes the results of the hosts' scenario to a table in the README.

python -m tests.e2e.hosts.table  # writes the last run to docs/hosts.json and the README
"""

from __future__ import annotations

import json
from typing import Any

from tests.readme import README, ROOT, between

RUN = ROOT / "build/hosts.json"
"""Written by every run of the scenario."""
JSON = ROOT / "docs/hosts.json"
BEGIN = "<!-- hosts: written by `make hosts` -->"
END = "<!-- end of the hosts -->"

ELSEWHERE = {
    "VS Code": "no: it gives its notebooks no microphone, and the widget says so",
    "Google Colab": "not tested: it runs nowhere else",
    "JupyterLite": "not tested: neither npm nor PyPI has numpy for Pyodide",
}
"""Hosts in which the scenario does not run, and why."""

Run = dict[str, Any]


def written_into(readme: str, run: Run) -> str:
    """Return the README with the table between its markers."""
    return between(readme, BEGIN, END, rendered(run))


def rendered(run: Run) -> str:
    """Return the table: a row per host and browser, a column per step of the scenario."""
    steps = list(dict.fromkeys(step for place in run["places"] for step in place["steps"]))
    lines = [
        f"| | | {' | '.join(steps)} |",
        f"|---|---|{'---|' * len(steps)}",
        *(_row(place, steps) for place in run["places"]),
        *(f"| {host} | {why} |{' |' * len(steps)}" for host, why in ELSEWHERE.items()),
    ]
    return "\n".join([*lines, "", f"Run on {run['date']}.", ""])


def _row(place: Run, steps: list[str]) -> str:
    outcomes = (place["steps"].get(step, "not run") for step in steps)
    host = f"{place['host']} {place['version']}"
    return f"| {host} | {place['browser']} | {' | '.join(outcomes)} |"


if __name__ == "__main__":
    run: Run = json.loads(RUN.read_text())
    JSON.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
    README.write_text(written_into(README.read_text(), run))
