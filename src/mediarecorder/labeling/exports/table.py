"""A CSV table, and the sounds as files."""

from __future__ import annotations

import csv
from pathlib import Path

from ..store import Store
from .rows import COLUMNS, Row, Value, is_known, write_sounds


def write(store: Store, rows: list[Row], folder: Path, _: Path) -> None:
    """Write ``clips.csv``, and the sounds into ``audio``."""
    write_sounds(store, rows, lambda _: folder / "audio")
    with (folder / "clips.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file_name", *COLUMNS])
        for row in rows:
            writer.writerow([f"audio/{row.file_name}", *map(_cell, row.values.values())])


def _cell(value: Value) -> Value:
    """A cell that no spreadsheet evaluates as a formula; empty for a missing number."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return value if is_known(value) else ""
