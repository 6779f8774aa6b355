"""Blocks of equal length, cut from arriving samples."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ..errors import NotSupportedError
from .arrays import read_only
from .samples import Samples

_Array = np.ndarray[Any, np.dtype[np.float32]]


class Block(_Array):
    """A block of samples: a read-only float32 array of shape ``(frames, channels)``.

    Its slices and the results of computing with it are blocks, too, with the attributes of
    the original block.

    Attributes
    ----------
    time : float
        The time of its first frame in seconds, from the start of the take, without pauses.
    sample_rate : int
        Hz.
    overflow : int
        The number of the take's frames that are missing before the block, because its
        reader was too slow.
    """

    time: float
    sample_rate: int
    overflow: int

    def __new__(cls, samples: Samples, time: float, sample_rate: int, overflow: int = 0) -> Block:
        block = cast("Block", read_only(samples, np.float32, 2).view(cls))
        block.time, block.sample_rate, block.overflow = time, sample_rate, overflow
        return block

    def __array_finalize__(self, origin: object) -> None:
        self.time = getattr(origin, "time", 0.0)
        self.sample_rate = getattr(origin, "sample_rate", 0)
        self.overflow = getattr(origin, "overflow", 0)


class Blocker:
    """Cuts arriving samples into blocks of one length, at a requested sample rate.

    After missing frames a new segment begins, and the last block before it is short.

    Parameters
    ----------
    seconds : float or None
        The length of a block. None: each `flush` makes one block of the samples since the last.
    sample_rate : int or None
        Hz. None: the rate of the recording.
    """

    def __init__(self, seconds: float | None, sample_rate: int | None) -> None:
        self.blocks: deque[Block] = deque()
        self._seconds = seconds
        self._target_rate = sample_rate
        self._next: int | None = None  # the number of the next frame
        self._began = 0.0  # the start of the segment, in seconds
        self._frames = 0  # of the segment so far, at the target rate
        self._missing = 0  # frames before the segment
        self._rest: list[Samples] = []
        self._rate = 0
        self._resample: Callable[[Samples, bool], Samples] = _unchanged

    def add(self, first: int, samples: Samples, sample_rate: int) -> None:
        if first != self._next:
            self.flush()
            self._missing = 0 if self._next is None else first - self._next
            self._began, self._frames = first / sample_rate, 0
            self._rate = self._target_rate or sample_rate
            self._resample = _resampler(sample_rate, self._rate, samples.shape[1])
        self._next = first + len(samples)
        self._cut(self._resample(samples, False))

    def flush(self) -> None:
        """Make a short block of the samples that are left."""
        if self._rest:
            nothing = self._rest[0][:0]
            last = self._resample(nothing, True)
            self._resample = _unchanged
            self._cut(last)
            if rest := self._rest:
                self._rest = []
                self._put(np.concatenate(rest))

    def _cut(self, samples: Samples) -> None:
        self._rest.append(samples)
        if self._seconds is None:
            return
        size = max(round(self._seconds * self._rate), 1)
        if sum(map(len, self._rest)) < size:
            return
        joined = np.concatenate(self._rest)
        cuts = range(0, len(joined) - size + 1, size)
        for start in cuts:
            self._put(joined[start : start + size])
        self._rest = [joined[len(cuts) * size :]]

    def _put(self, samples: Samples) -> None:
        if len(samples):
            time = self._began + self._frames / self._rate
            self.blocks.append(Block(samples, time, self._rate, self._missing))
            self._frames, self._missing = self._frames + len(samples), 0


def _unchanged(samples: Samples, _: bool) -> Samples:
    return samples


def _resampler(rate: int, target: int, channels: int) -> Callable[[Samples, bool], Samples]:
    """Return a function that resamples consecutive samples, given whether they are the last."""
    if rate == target:
        return _unchanged
    stream = require_soxr().ResampleStream(rate, target, channels, dtype="float32")
    return lambda samples, last: stream.resample_chunk(np.ascontiguousarray(samples), last=last)


def require_soxr() -> Any:
    try:
        import soxr
    except ImportError as error:
        raise NotSupportedError(
            "Blocks at another sample rate need soxr, which is not installed.",
            'Run `pip install "mediarecorder[soxr]"`, or leave out sample_rate.',
        ) from error
    return soxr
