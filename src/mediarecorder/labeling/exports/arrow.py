"""Tables of Arrow, typed whatever stands in them."""

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
    """Import `pyarrow` and `pyarrow.parquet`, or say how to get them."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise NotSupportedError(
            "This export is written by pyarrow, which is not here.",
            'Install it with pip install "mediarecorder[dataset]", or export "csv".',
        ) from error
    return pa, pq


def schema_of(first: str, kind: str) -> pa.Schema:
    """Put a column of one's own before the common ones, with what `datasets` reads of them."""
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
    """Give the values of a row, None for what is not known."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in row.values.items()
        if name != "split"
    }
