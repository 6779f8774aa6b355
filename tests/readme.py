"""Tables in the README that a run has made, each between two lines of its own."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def between(readme: str, begin: str, end: str, table: str) -> str:
    """The README with this table between these lines."""
    before, _, rest = readme.partition(begin)
    _, _, after = rest.partition(end)
    if not after:
        raise ValueError(f"The README needs the lines {begin} and {end}.")
    return f"{before}{begin}\n{table}{end}{after}"
