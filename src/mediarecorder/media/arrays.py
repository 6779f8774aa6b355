"""Functions for the arrays of a take."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np
import numpy.typing as npt


def read_only(array: npt.ArrayLike, dtype: npt.DTypeLike, dimensions: int) -> npt.NDArray[Any]:
    """Check an array and return a read-only view of it."""
    view = np.asarray(array).view()
    if view.dtype != dtype or view.ndim != dimensions:
        raise TypeError(
            f"An array of {np.dtype(dtype)} with {dimensions} dimension(s) is needed, "
            f"not of {view.dtype} with shape {view.shape}."
        )
    view.flags.writeable = False
    return view


def frames_between(span: object, sample_rate: int, frames: int) -> slice:
    """Convert a slice in seconds into a slice in frames, limited to ``0 … frames``."""
    if not isinstance(span, slice) or span.step is not None:
        raise TypeError(
            "A take is cut in seconds and without a step, as in take[0.5:2.0]; "
            "single frames are in take.samples."
        )
    ends = (_frame(span.start, sample_rate), _frame(span.stop, sample_rate))
    return slice(*slice(*ends).indices(frames)[:2])


def _frame(seconds: object, sample_rate: int) -> int | None:
    if seconds is None:
        return None
    if not isinstance(seconds, numbers.Real) or isinstance(seconds, bool):
        raise TypeError(f"A take is cut in seconds, not at {seconds!r:.40}.")
    if math.isnan(seconds):
        raise ValueError("A take cannot be cut at NaN.")
    beyond = 1e9  # seconds; infinity has no frame number
    return round(max(-beyond, min(beyond, float(seconds))) * sample_rate)


def peaks_of(samples: npt.NDArray[np.float32], most: int) -> npt.NDArray[np.float32]:
    """Return the peaks over all channels of up to `most` equal segments, for a waveform."""
    frames = len(samples)
    if not frames:
        return np.zeros(0, np.float32)
    starts = np.linspace(0, frames, min(most, frames), endpoint=False).astype(np.intp)
    highest = np.maximum.reduceat(samples, starts).max(axis=1)
    lowest = np.minimum.reduceat(samples, starts).min(axis=1)
    peaks: npt.NDArray[np.float32] = np.maximum(highest, -lowest)
    clipped: npt.NDArray[np.float32] = np.nan_to_num(peaks, posinf=1.0).clip(0, 1)
    return clipped
