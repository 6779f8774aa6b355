"""Sound while it is recorded, in blocks: what a reader of `MediaRecorder.blocks` gets."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..errors import DecodingError, MediaRecorderError, NotSupportedError
from ..host.waiting import Steps
from ..media import Samples
from ..media.arrays import read_only
from . import waits
from .readers import Live, Reader

if TYPE_CHECKING:
    from ..recorder import MediaRecorder
    from .intake import Run

LISTENERS_ROOM = 10.0
"""Seconds of samples that may wait for a listener that takes its time."""

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


class Blocks(Iterator[Block], AsyncIterator[Block]):
    """The blocks of one take, while it is recorded; `MediaRecorder.blocks` makes it.

    Attributes
    ----------
    overflow : int
        How many frames of the take this reader has missed by being slow.
    """

    def __init__(
        self, recorder: MediaRecorder, reader: Reader, seconds: float, sample_rate: int | None
    ) -> None:
        self.overflow = 0
        self._recorder = recorder
        self._reader = reader
        self._cutter = _Cutter(seconds, sample_rate)
        self._over = False

    def __iter__(self) -> Blocks:
        return self

    def __aiter__(self) -> Blocks:
        return self

    def __next__(self) -> Block:
        block = self._ready()
        if block is None:
            block = self._recorder._block(self._wait())
        if block is None:
            raise StopIteration
        return block

    async def __anext__(self) -> Block:
        block = self._ready()
        if block is None:
            block = await self._recorder._await(self._wait())
        if block is None:
            raise StopAsyncIteration
        return block

    def _wait(self) -> Steps[Block | None]:
        """Look for the next block until it is there, or none comes any more."""
        reader, following = self._reader, None
        with waits.reading(self._recorder):
            while True:
                is_over = reader.is_over
                if (block := self._ready()) is not None:
                    return block
                if is_over or (reader.run is None and self._recorder._intake.closing):
                    return self._end()
                if following is None and reader.run is not None:
                    following = waits.followed(self._recorder, reader.run)
                if following is not None:
                    next(following, None)
                yield

    def _ready(self) -> Block | None:
        while not self._cutter.blocks and (heard := self._reader.pop()) is not None:
            self._cutter.add(*heard)
        return self._give()

    def _end(self) -> Block | None:
        """What is left; then what has ended the take, if that was no good."""
        self._cutter.flush()
        if (block := self._give()) is not None:
            return block
        if self._over:
            return None
        self._over = True
        outcome = None if self._reader.run is None else self._reader.run.outcome
        if isinstance(outcome, MediaRecorderError):
            raise outcome
        if self._reader.fault:
            raise DecodingError(f"The sound could not be decoded: {self._reader.fault}", "")
        return None

    def _give(self) -> Block | None:
        if not self._cutter.blocks:
            return None
        block = self._cutter.blocks.popleft()
        self.overflow += block.overflow
        return block


class Tap:
    """What the listeners of "samples" hear of one take: what has come since the last time."""

    def __init__(self, live: Live, run: Run) -> None:
        self._reader = live.add(run, LISTENERS_ROOM)
        self._cutter = _Cutter(None, None)

    def drain(self) -> Iterator[Block]:
        """All that is there; one block, unless something is missing."""
        while (heard := self._reader.pop()) is not None:
            self._cutter.add(*heard)
        self._cutter.flush()
        while self._cutter.blocks:
            yield self._cutter.blocks.popleft()


class _Cutter:
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
