"""Measure all figures, or those of some families, and write them down.

    python -m tests.benchmarks            # all
    python -m tests.benchmarks wire live  # these; of the others the last ones stay

The figures go to docs/benchmarks.json, and from there into the README.
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
        sys.exit(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(FAMILIES)}.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Place(playwright, Path(folder))
        try:
            for name in wanted or FAMILIES:
                measure(name, place)
        finally:
            place.close()


def measure(name: str, place: Place) -> None:
    """Measure a family, and write down each figure as it comes."""
    load = os.getloadavg()[0]
    figures: list[Figure] = []
    for figure in importlib.import_module(f"tests.benchmarks.{name}").measure(place):
        print(table.line(figure), flush=True)
        figures.append(figure)
        table.keep(name, figures, place, load)


if __name__ == "__main__":
    main(sys.argv[1:])
