"""Takes without a browser, each with unique samples."""

from __future__ import annotations

import datetime
import hashlib
import io
from typing import Any

import numpy as np

from mediarecorder import Take
from mediarecorder.media import wav

RATE = 8_000
MOMENT = datetime.datetime(2026, 11, 25, 14, tzinfo=datetime.timezone.utc)


def take_of(text: str, frames: int = 400, **more: Any) -> Take:
    """A take of 50 ms, with 16-bit samples that are unique to `text`."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    whole = np.random.default_rng(seed).integers(-20_000, 20_000, (frames, 1))
    samples = (whole / 32768).astype(np.float32)
    file = io.BytesIO()
    wav.write(file, samples, RATE, "PCM_16")
    arguments: dict[str, Any] = {
        "mime_type": "audio/wav",
        "id": hashlib.sha256(text.encode()).hexdigest(),
        "started_at": MOMENT,
        "settings": {"label": "USB microphone", "sampleRate": RATE, "echoCancellation": False},
        "samples": samples,
        "sample_rate": RATE,
    }
    return Take(np.frombuffer(file.getvalue(), np.uint8), **{**arguments, **more})
