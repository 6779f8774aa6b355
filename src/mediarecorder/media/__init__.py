"""From a recording's bytes to samples: in the kernel where PyAV is installed, else in a page.

`blob` decodes what is complete, `streaming` what still arrives; both read by `pyav` and
gather in `samples`.
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
"""Decodes a blob of a MIME type; None where it cannot."""

_fallbacks: list[Fallback] = []


def available() -> bool:
    """Tell whether the kernel has a decoder of its own."""
    return importlib.util.find_spec("av") is not None


def register_fallback(decoder: Fallback) -> None:
    """Let `decoder` decode where the kernel cannot."""
    _fallbacks.append(decoder)


def fall_back(blob: npt.NDArray[np.uint8], mime_type: str) -> Signal | None:
    """Decode by whatever was registered; None where nothing was, or can."""
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
