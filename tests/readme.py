"""The README's generated tables, each between a begin line and an end line."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def between(readme: str, begin: str, end: str, table: str) -> str:
    """Return the README with `table` between the lines `begin` and `end`."""
    before, _, rest = readme.partition(begin)
    _, _, after = rest.partition(end)
    if not after:
        raise ValueError(f"The README needs the lines {begin} and {end}.")
    return f"{before}{begin}\n{table}{end}{after}"
