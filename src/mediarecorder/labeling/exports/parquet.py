"""Parquet files with embedded sounds: the Audio feature of Hugging Face's `datasets`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ..store import Store
from . import arrow
from .rows import Row, with_sounds

GROUP = 100
"""Clips per row group. Readers, and this writer, hold one group in memory."""


def write(store: Store, rows: list[Row], folder: Path, _: Path) -> None:
    """Write one file per split."""
    pa, pq = arrow.modules()
    schema = arrow.schema_of("audio", "Audio")
    for split in {row.split for row in rows}:
        values = _values(store, [row for row in rows if row.split == split])
        with pq.ParquetWriter(folder / f"{split}-00000-of-00001.parquet", schema) as writer:
            while group := list(islice(values, GROUP)):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))


def _values(store: Store, rows: list[Row]) -> Iterator[dict[str, Any]]:
    for row, sound in with_sounds(store, rows):
        yield {"audio": {"bytes": sound, "path": row.file_name}, **arrow.values_of(row)}
