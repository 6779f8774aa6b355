"""Readers of samples, during a recording."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator

from ..media import Samples
from ..media.block import Block, Blocker
from .run import Run

Chunk = tuple[int, Samples, int]
"""The number of the first frame, the samples, and their sample rate in Hz."""


class Reader:
    """A bounded queue of samples for one reader, which may be slow.

    Parameters
    ----------
    run : Run or None
        The run to read. None: the next one.
    room : float
        The capacity in seconds. If it is exceeded, the oldest samples are dropped.

    Attributes
    ----------
    fault : str
        Why the samples end before the take; empty if they do not.
    """

    def __init__(self, run: Run | None, room: float) -> None:
        self.run = run
        self.fault = ""
        self._room = room
        self._queue: deque[Chunk] = deque()
        self._waiting = 0
        self._lock = threading.Lock()

    @property
    def is_over(self) -> bool:
        """Whether the queue has ended."""
        return bool(self.fault) or (self.run is not None and self.run.outcome is not None)

    def put(self, first: int, samples: Samples, sample_rate: int) -> None:
        with self._lock:
            self._queue.append((first, samples, sample_rate))
            self._waiting += len(samples)
            most = max(self._room * sample_rate, len(samples))
            while self._waiting > most:
                self._waiting -= len(self._queue.popleft()[1])

    def pop(self) -> Chunk | None:
        """Remove and return the oldest chunk."""
        with self._lock:
            if not self._queue:
                return None
            chunk = self._queue.popleft()
            self._waiting -= len(chunk[1])
            return chunk


class Readers:
    """The readers of one recorder. Each is registered for as long as its `Blocks` exists.

    Parameters
    ----------
    notify : callable
        Wakes the waiting calls.
    """

    def __init__(self, notify: Callable[[], None]) -> None:
        self.notify = notify
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()
        self._lock = threading.Lock()

    @property
    def is_wanted(self) -> bool:
        """Whether there is a reader whose take has not ended."""
        return any(not reader.is_over for reader in self._all())

    def add(self, run: Run | None, room: float) -> Reader:
        reader = Reader(run, room)
        with self._lock:
            self._readers.add(reader)
        return reader

    def expect(self, run: Run) -> None:
        """Assign a new run to the readers of the next take."""
        for reader in self._all():
            if reader.run is None:
                reader.run = run

    def of(self, run: Run) -> RunListener:
        """Return the listener that passes the samples of a run to its readers."""
        return RunListener(self, run)

    def readers_of(self, run: Run) -> list[Reader]:
        return [reader for reader in self._all() if reader.run is run]

    def _all(self) -> tuple[Reader, ...]:
        with self._lock:
            return tuple(self._readers)


class RunListener:
    """Passes the samples of one run to its readers. Runs on the thread that decodes."""

    def __init__(self, readers: Readers, run: Run) -> None:
        self._readers, self._run = readers, run

    def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
        if readers := self._readers.readers_of(self._run):
            for reader in readers:
                reader.put(first, block, sample_rate)
            self._readers.notify()

    def on_end(self, outcome: str) -> None:
        if outcome != "done":
            for reader in self._readers.readers_of(self._run):
                reader.fault = outcome
        self._readers.notify()


LISTENERS_ROOM = 10.0
"""The capacity in seconds of the queue for the listeners of "samples"."""


class Tap:
    """The reader of one run for the listeners of "samples"."""

    def __init__(self, readers: Readers, run: Run) -> None:
        self._reader = readers.add(run, LISTENERS_ROOM)
        self._blocker = Blocker(None, None)

    def drain(self) -> Iterator[Block]:
        """Yield the samples since the last call: one block, or several if samples were dropped."""
        while (chunk := self._reader.pop()) is not None:
            self._blocker.add(*chunk)
        self._blocker.flush()
        while self._blocker.blocks:
            yield self._blocker.blocks.popleft()
