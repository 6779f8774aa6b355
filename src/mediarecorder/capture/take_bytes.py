"""The bytes of one take, in its journal or in memory."""

from __future__ import annotations

import logging
import math
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import AbortError, MediaRecorderError, UnknownError
from ..journal import Writer

logger = logging.getLogger("mediarecorder")

MEMORY_LIMIT = 512 << 20
"""The maximum number of bytes that a take keeps in memory after its journal has failed."""


class ChunkBuffer:
    """Bytes in memory, without a second copy, which would be too much for a long take.

    Attributes
    ----------
    size : int
        The number of bytes.
    """

    def __init__(self) -> None:
        self.size = 0
        self._sealed: list[tuple[int, npt.NDArray[np.uint8]]] = []  # each with its offset
        self._count, self._open, self._begin = 0, bytearray(), 0

    def append(self, part: bytes) -> None:
        del self._open[self.size - self._begin :]  # the rest of an interrupted call
        self._open += part
        self.size = self._begin + len(self._open)

    def seal(self) -> None:
        """Make a block of the bytes since the last call. `read` returns it without copying."""
        if self._open:
            block = np.frombuffer(memoryview(self._open).toreadonly(), np.uint8)
            self._sealed[self._count :] = [(self._begin, block)]  # or replace an interrupted call's
            self._count, self._open, self._begin = self._count + 1, bytearray(), self.size

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Return the bytes between two block boundaries, read-only.

        Several blocks are joined. Each of them is released as soon as it is copied.
        """
        self.seal()
        first, last = (bisect_left(self._sealed, at, key=_beginning) for at in (start, stop))
        if last == first + 1:
            return self._sealed[first][1]
        joined = np.empty(stop - start, np.uint8)
        shown = joined.view()
        shown.flags.writeable = False
        for n in range(first, last):
            begin, block = self._sealed[n]
            span = slice(begin - start, begin - start + block.size)
            joined[span] = block
            self._sealed[n] = begin, shown[span]
        return shown


def _beginning(block: tuple[int, object]) -> int:
    return block[0]


class TakeBytes:
    """The parts of one take: in its journal until that fails, then in memory.

    Parts are appended on the thread that receives them, and read on the one that delivers
    them.

    Parameters
    ----------
    open_journal : callable, optional
        Opens the journal.

    Attributes
    ----------
    errors : deque of MediaRecorderError
        Errors of the journal that have not been reported yet.
    full : bool
        Whether the memory has reached `MEMORY_LIMIT`, so that the recording is to be stopped.
    """

    def __init__(self, open_journal: Callable[[], Writer] | None = None) -> None:
        self.errors: deque[MediaRecorderError] = deque()
        self.full = False
        self._buffer = ChunkBuffer()
        self._limit = math.inf
        self._writer: Writer | None = None
        if open_journal is not None:
            try:
                self._writer = open_journal()
            except OSError as error:
                self._fall_back_to_memory(error)

    @property
    def size(self) -> int:
        return self._written + self._buffer.size

    @property
    def _written(self) -> int:
        return 0 if self._writer is None else self._writer.size

    def append(self, part: bytes) -> None:
        if self._writer is not None and self._limit == math.inf:
            try:
                return self._writer.append(part)
            except OSError as error:
                self._fall_back_to_memory(error)
        self._buffer.append(part)
        if self._buffer.size > self._limit and not self.full:
            self.full = True
            self._report(
                AbortError(
                    f"The recording was stopped: since its journal failed, "
                    f"{self._buffer.size >> 20} MiB of it are in memory.",
                    "It is kept: save the take elsewhere, and make room on the disk.",
                )
            )
        return None

    def mark(self) -> int:
        """Return the current size. `read` reads from one such mark to another."""
        self._buffer.seal()
        return self.size

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Return the bytes between two marks, read-only. For a long journal it is a memory map."""
        written = self._written
        if self._writer is None or start >= written:
            return self._buffer.read(start - written, stop - written)
        data = self._writer.read(start, min(stop, written))
        if stop <= written:
            return data
        return np.concatenate([data, self._buffer.read(0, stop - written)])

    def end(self, *, complete: bool, **end: Any) -> None:
        """Close the journal. It is marked as incomplete if a part of the take is in memory only."""
        if self._writer is None:
            return
        try:
            self._writer.end(complete=complete and not self._buffer.size, **end)
        except OSError as error:
            if self._limit == math.inf:
                self._fall_back_to_memory(error)
        finally:
            self._writer.close()

    def _fall_back_to_memory(self, error: OSError) -> None:
        self._limit = MEMORY_LIMIT
        failure = UnknownError(
            f"The journal cannot be written any more: {error.strerror or error}.",
            f"The recording goes on in memory, up to {MEMORY_LIMIT >> 20} MiB; "
            "save the take when it has ended, and make room on the disk.",
        )
        failure.__cause__ = error
        self._report(failure)

    def _report(self, error: MediaRecorderError) -> None:
        logger.error("%s", error)
        self.errors.append(error)
