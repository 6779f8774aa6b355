"""The AudioFolder layout of Hugging Face's `datasets`."""

from __future__ import annotations

from pathlib import Path

from ..store import Store
from . import arrow
from .rows import Row, write_sounds


def write(store: Store, rows: list[Row], folder: Path, _: Path) -> None:
    """Write one folder per split, with its sounds and metadata."""
    pa, pq = arrow.modules()
    write_sounds(store, rows, lambda row: folder / row.split)
    schema = arrow.schema_of("file_name", "string").remove_metadata()
    for split in {row.split for row in rows}:
        table = [
            {"file_name": row.file_name, **arrow.values_of(row)}
            for row in rows
            if row.split == split
        ]
        pq.write_table(
            pa.Table.from_pylist(table, schema=schema), folder / split / "metadata.parquet"
        )
