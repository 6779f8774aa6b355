"""Measure all figures, or those of the given families, and save them.

    python -m tests.benchmarks            # all families
    python -m tests.benchmarks wire live  # only these; the other results are kept

The figures are written to docs/benchmarks.json and, as a table, to the README.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks import table
from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place

FAMILIES = (
    "imports",
    "widgets",
    "view",
    "decoding",
    "live",
    "wire",
    "slow_line",
    "peers",
    "stop_to_samples",
    "memory",
    "labeling",
)


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - set(FAMILIES):
        names = ", ".join(sorted(unknown))
        sys.exit(f"Unknown families: {names}. Choose from: {', '.join(FAMILIES)}.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Place(playwright, Path(folder))
        try:
            for name in wanted or FAMILIES:
                measure(name, place)
        finally:
            place.close()


def measure(name: str, place: Place) -> None:
    """Measure a family, and save each figure as soon as it is measured."""
    load = os.getloadavg()[0]
    figures: list[Figure] = []
    for figure in importlib.import_module(f"tests.benchmarks.{name}").measure(place):
        print(table.line(figure), flush=True)
        figures.append(figure)
        table.keep(name, figures, place, load)


if __name__ == "__main__":
    main(sys.argv[1:])
