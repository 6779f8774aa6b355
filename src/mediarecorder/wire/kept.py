"""The bytes of one take: where they are while it arrives, and after."""

from __future__ import annotations

import logging
import math
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import AbortError, MediaRecorderError, UnknownError
from ..journal import Writer

logger = logging.getLogger("mediarecorder")

MEMORY_LIMIT = 512 << 20
"""The most bytes of a take that are in memory because its journal could not take them."""


class Memory:
    """Parts in memory.

    Attributes
    ----------
    size : int
        How many bytes they are together.
    """

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []
        self._ends: list[int] = []

    def append(self, part: bytes) -> None:
        self._parts.append(part)
        self._ends.append(self.size + len(part))
        self.size += len(part)

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Bytes from one end of a part to another, read-only."""
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, stop)
        return np.frombuffer(b"".join(self._parts[first:last]), dtype=np.uint8)


class Kept:
    """All parts of one take: in its journal for as long as that takes them, else in memory.

    Parts are appended on the thread that brings them, and read on the one that delivers.

    Parameters
    ----------
    begin : callable, optional
        Opens the journal.

    Attributes
    ----------
    troubles : deque of MediaRecorderError
        What the journal could not do, to be told to listeners.
    full : bool
        Without its journal the take has come to `MEMORY_LIMIT`: it is to be stopped.
    """

    def __init__(self, begin: Callable[[], Writer] | None = None) -> None:
        self.troubles: deque[MediaRecorderError] = deque()
        self.full = False
        self._memory = Memory()
        self._limit = math.inf
        self._writer: Writer | None = None
        if begin is not None:
            try:
                self._writer = begin()
            except OSError as error:
                self._do_without(error)

    @property
    def size(self) -> int:
        return self._written + self._memory.size

    @property
    def _written(self) -> int:
        return 0 if self._writer is None else self._writer.size

    def append(self, part: bytes) -> None:
        if self._writer is not None and self._limit == math.inf:
            try:
                return self._writer.append(part)
            except OSError as error:
                self._do_without(error)
        self._memory.append(part)
        if self._memory.size > self._limit and not self.full:
            self.full = True
            self._trouble(
                AbortError(
                    f"The recording was stopped: since its journal failed, "
                    f"{self._memory.size >> 20} MiB of it are in memory.",
                    "It is kept: save the take elsewhere, and make room on the disk.",
                )
            )
        return None

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Bytes from one end of a part to another, read-only; of a long journal, a map."""
        written = self._written
        if self._writer is None or start >= written:
            return self._memory.read(start - written, stop - written)
        data = self._writer.read(start, min(stop, written))
        if stop <= written:
            return data
        return np.concatenate([data, self._memory.read(0, stop - written)])

    def end(self, *, complete: bool, **end: Any) -> None:
        """Close the journal; what has ended up in memory is missing from it."""
        if self._writer is None:
            return
        try:
            self._writer.end(complete=complete and not self._memory.size, **end)
        except OSError as error:
            if self._limit == math.inf:
                self._do_without(error)
        finally:
            self._writer.close()

    def _do_without(self, error: OSError) -> None:
        self._limit = MEMORY_LIMIT
        trouble = UnknownError(
            f"The journal cannot be written any more: {error.strerror or error}.",
            f"The recording goes on in memory, up to {MEMORY_LIMIT >> 20} MiB; "
            "save the take when it has ended, and make room on the disk.",
        )
        trouble.__cause__ = error
        self._trouble(trouble)

    def _trouble(self, error: MediaRecorderError) -> None:
        logger.error("%s", error)
        self.troubles.append(error)
