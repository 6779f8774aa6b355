"""Sound in blocks of one length, cut from what comes."""

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
    """A stretch of sound: a read-only float32 array of shape ``(frames, channels)``.

    What is computed of it, or cut from it, is one too, and has the same attributes.

    Attributes
    ----------
    time : float
        Seconds of recording, pauses left out, from the start of the take to its first frame.
    sample_rate : int
        Hz.
    overflow : int
        How many frames of the take are missing before it, because its reader was slow.
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
    """Cuts what comes into blocks of one length, at the rate that is wished.

    Where something is missing a new stretch begins, and the last block before is short.

    Parameters
    ----------
    seconds : float or None
        None: nothing is cut.
    sample_rate : int or None
        Hz; None: as it is.
    """

    def __init__(self, seconds: float | None, sample_rate: int | None) -> None:
        self.blocks: deque[Block] = deque()
        self._seconds = seconds
        self._wished = sample_rate
        self._next: int | None = None  # the frame that is to come
        self._began = 0.0
        self._given = 0  # frames since then, at the rate that is wished
        self._lost = 0
        self._rest: list[Samples] = []
        self._rate = 0
        self._resample: Callable[[Samples, bool], Samples] = _as_it_is

    def add(self, first: int, samples: Samples, sample_rate: int) -> None:
        if first != self._next:
            self.flush()
            self._lost = 0 if self._next is None else first - self._next
            self._began, self._given = first / sample_rate, 0
            self._rate = self._wished or sample_rate
            self._resample = _resampler(sample_rate, self._rate, samples.shape[1])
        self._next = first + len(samples)
        self._cut(self._resample(samples, False))

    def flush(self) -> None:
        """Nothing follows on what has come."""
        if self._rest:
            nothing = self._rest[0][:0]
            last = self._resample(nothing, True)
            self._resample = _as_it_is
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
            time = self._began + self._given / self._rate
            self.blocks.append(Block(samples, time, self._rate, self._lost))
            self._given, self._lost = self._given + len(samples), 0


def _as_it_is(samples: Samples, _: bool) -> Samples:
    return samples


def _resampler(rate: int, wished: int, channels: int) -> Callable[[Samples, bool], Samples]:
    """Give a function that takes a sound in stretches, and the word for the last of them."""
    if rate == wished:
        return _as_it_is
    stream = require_soxr().ResampleStream(rate, wished, channels, dtype="float32")
    return lambda samples, last: stream.resample_chunk(np.ascontiguousarray(samples), last=last)


def require_soxr() -> Any:
    try:
        import soxr
    except ImportError as error:
        raise NotSupportedError(
            "Blocks at another sample rate need soxr, which is not installed.",
            'Run `pip install "mediarecorder[soxr]"`, or take them at the rate that they have.',
        ) from error
    return soxr
