"""The recordings in tests/data, as bytes and as takes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediarecorder.take import Take

DATA = Path(__file__).parent / "data"

STARTED_AT = datetime.datetime(2026, 11, 24, 18, 27, 55, tzinfo=datetime.timezone.utc)

MIME_TYPES = {
    "opus.webm": "audio/webm;codecs=opus",
    "pcm.webm": "audio/webm;codecs=pcm",
    "opus.mp4": "audio/mp4;codecs=opus",
    "opus.ogg": "audio/ogg;codecs=opus",
    "header-only.webm": "audio/webm;codecs=opus",
}
"""The MIME types that their MediaRecorder reported."""


def blob_of(name: str) -> NDArray[np.uint8]:
    return np.fromfile(DATA / name, np.uint8)


def take_of(blob: str | NDArray[np.uint8] = "opus.webm", **other: Any) -> Take:
    """Return a take of these bytes, or of the recording with this name."""
    arguments: dict[str, Any] = {
        "mime_type": MIME_TYPES[blob] if isinstance(blob, str) else "audio/webm;codecs=opus",
        "id": "a1",
        "started_at": STARTED_AT,
        "settings": {},
    }
    return Take(blob_of(blob) if isinstance(blob, str) else blob, **(arguments | other))


def take_of_samples(samples: NDArray[np.float32], sample_rate: int = 48_000, **other: Any) -> Take:
    """Return a take that its page has already decoded to these samples."""
    return take_of(samples=samples, sample_rate=sample_rate, **other)
