"""Writes the figures to a JSON file, and from there to a table in the README."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.readme import README, ROOT, between

JSON = ROOT / "docs/benchmarks.json"
BEGIN = "<!-- figures: written by `make bench` -->"
END = "<!-- end of the figures -->"

PACKAGES = ("jupyterlab", "jupyter-server", "ipykernel", "ipywidgets", "anywidget", "numpy", "av")
Results = dict[str, Any]


def keep(family: str, figures: Sequence[Figure], place: Place, load: float) -> None:
    """Replace a family's figures; discard those of other machines."""
    results: Results = json.loads(JSON.read_text()) if JSON.exists() else {}
    machine = _machine()
    families = results["families"] if results.get("machine") == machine else {}
    families[family] = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "load": round(load, 1),
        "figures": [figure.to_json() for figure in figures],
    }
    results = {
        "machine": machine,
        "browser": f"Chromium {place.browser.version}",
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "families": families,
    }
    JSON.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    README.write_text(written_into(README.read_text(), results))


def written_into(readme: str, results: Results) -> str:
    """Return the README with the table between its markers."""
    return between(readme, BEGIN, END, rendered(results))


def rendered(results: Results) -> str:
    """Return the table, the notes to single figures, and the environment."""
    families = results["families"].values()
    figures = [Figure.from_json(plain) for family in families for plain in family["figures"]]
    notes = list(dict.fromkeys(figure.note for figure in figures if figure.note))
    packages = ", ".join(f"{name} {version}" for name, version in results["packages"].items())
    dates = sorted(family["date"][:10] for family in families)
    loads = [family["load"] for family in families]
    return "\n".join(
        [
            "| | wanted | measured | spread | n | of |",
            "|---|---|---|---|---|---|",
            *(_row(figure, notes) for figure in figures),
            "",
            *(f"{n}. {note}" for n, note in enumerate(notes, 1)),
            *([""] if notes else []),
            f"Measured on {_span(dates)} with {results['browser']}, {packages}, on a machine with "
            f"{results['machine']['cores']} cores ({results['machine']['processor']}) "
            f"at a load of {_span([f'{load:.1f}' for load in sorted(loads)])}.",
            "",
        ]
    )


def line(figure: Figure) -> str:
    """Return a figure in one line, for the terminal."""
    if figure.missing:
        return f"{figure.name}: {figure.missing}"
    low, high = figure.spread
    missed = ", missed" if figure.met is False else ""
    values = f"{_number(figure.median)} ({_number(low)} to {_number(high)}, n={len(figure.values)})"
    return (
        f"{figure.name}: {values}; wanted {_wanted(figure) or 'nothing'}{missed}. {_behind(figure)}"
    )


def _row(figure: Figure, notes: Sequence[str]) -> str:
    mark = f" [{notes.index(figure.note) + 1}]" if figure.note else ""
    head = f"| {figure.name}{mark} | {_wanted(figure)} |"
    if figure.missing:
        return f"{head} {figure.missing} | | | |"
    low, high = figure.spread
    unit = f" {figure.unit}" if figure.unit else ""
    measured = f"{_number(figure.median)}{unit}"
    if figure.met is not None:
        measured = f"**{measured}**" if figure.met else f"{measured}, missed"
    spread = f"{_number(low)} to {_number(high)}"
    return f"{head} {measured} | {spread} | {len(figure.values)} | {_behind(figure)} |"


def _wanted(figure: Figure) -> str:
    if figure.wanted is None:
        return ""
    unit = f" {figure.unit}" if figure.unit else ""
    return f"{'≥' if figure.at_least else '≤'} {_number(figure.wanted)}{unit}"


def _behind(figure: Figure) -> str:
    return ", ".join(_series(name, values) for name, values in figure.behind.items())


def _series(name: str, values: Sequence[float]) -> str:
    what, _, unit = name.rpartition(", ")
    return f"{what} {_number(statistics.median(values))} {unit}"


def _number(value: float) -> str:
    """Format with three significant digits, and no decimals from 100 on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _span(values: Sequence[str]) -> str:
    return values[0] if values[0] == values[-1] else f"{values[0]} to {values[-1]}"


def _machine() -> Mapping[str, Any]:
    file = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", file.read_text()) if file.exists() else None
    return {
        "system": platform.system(),
        "processor": found[1] if found else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
