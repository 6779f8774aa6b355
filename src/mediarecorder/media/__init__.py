"""Decoding of recordings into samples: in the kernel if PyAV is installed, else in a page.

`blob` decodes a complete recording, and `streaming` one that is still arriving. Both read
with `pyav`, and collect in `samples`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .blob import MediaInfo, decode, probe, remux
from .samples import Samples, Signal

Fallback: TypeAlias = Callable[[npt.NDArray[np.uint8], str], "Signal | None"]
"""Decodes a blob of a MIME type, or returns None if it cannot."""

_fallbacks: list[Fallback] = []


def available() -> bool:
    """Return whether the kernel has its own decoder."""
    return importlib.util.find_spec("av") is not None


def register_fallback(decoder: Fallback) -> None:
    """Register a decoder for recordings that the kernel cannot decode."""
    _fallbacks.append(decoder)


def fall_back(blob: npt.NDArray[np.uint8], mime_type: str) -> Signal | None:
    """Decode with the registered fallbacks, in order; return None if none of them can."""
    signals = (decoder(blob, mime_type) for decoder in _fallbacks)
    return next((signal for signal in signals if signal is not None), None)


__all__ = [
    "MediaInfo",
    "Samples",
    "Signal",
    "available",
    "decode",
    "fall_back",
    "probe",
    "register_fallback",
    "remux",
]
