"""Arrow tables with a fixed schema, whatever values they hold."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from ...errors import NotSupportedError
from .rows import COLUMNS, Row

if TYPE_CHECKING:
    import pyarrow as pa

_NAMES = {str: "string", int: "int64", float: "float64"}


def modules() -> tuple[Any, Any]:
    """Import and return `pyarrow` and `pyarrow.parquet`."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise NotSupportedError(
            "This export needs pyarrow, which is not installed.",
            'Install it with pip install "mediarecorder[dataset]", or export "csv".',
        ) from error
    return pa, pq


def schema_of(first: str, kind: str) -> pa.Schema:
    """Return the schema of one extra column and the common ones, with metadata for `datasets`."""
    pa, _ = modules()
    audio = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    kinds = {first: kind} | {n: _NAMES[kind] for n, kind in COLUMNS.items() if n != "split"}
    features = {
        name: {"_type": "Audio"} if kind == "Audio" else {"dtype": kind, "_type": "Value"}
        for name, kind in kinds.items()
    }
    return pa.schema(
        [(name, audio if kind == "Audio" else kind) for name, kind in kinds.items()],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )


def values_of(row: Row) -> dict[str, Any]:
    """Return the values of a row, with None for missing numbers."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in row.values.items()
        if name != "split"
    }
