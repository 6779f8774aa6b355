"""One take of a journal: what its files hold of it."""

from __future__ import annotations

import io
import zlib
from array import array
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..take import Take
from .writer import Head, Writer, view

KERNEL_GONE = "kernel gone"


@dataclass(frozen=True)
class End:
    """The last line of a take: as `Take` has it."""

    ended_by: str
    seconds: float
    mime_type: str
    complete: bool


class Parts:
    """The whole parts of a take: where each ends in the container, and its line in the index.

    Parameters
    ----------
    head_end : int
        Where the first line of the index ends.

    Attributes
    ----------
    size : int
        The bytes of all parts together.
    index_size : int
        The bytes of the index up to the line of the last part.
    """

    def __init__(self, head_end: int) -> None:
        self._ends = array("Q", [0])
        self._lines = array("Q", [head_end])
        self._checksums = array("Q")

    def __len__(self) -> int:
        return len(self._checksums)

    @property
    def size(self) -> int:
        return self._ends[-1]

    @property
    def index_size(self) -> int:
        return self._lines[-1]

    def add(self, length: int, checksum: int, line_end: int) -> None:
        self._ends.append(self.size + length)
        self._checksums.append(checksum)
        self._lines.append(line_end)

    def drop_last(self) -> None:
        for column in (self._ends, self._checksums, self._lines):
            column.pop()

    def fits(self, file: io.FileIO, number: int) -> bool:
        """Whether the bytes of a part are there, and are those of its checksum."""
        part = view(file, self._ends[number], self._ends[number + 1])
        return self._checksums[number] == zlib.crc32(part.data)


@dataclass
class Record:
    """One take in a journal, as far as its files hold whole parts.

    Attributes
    ----------
    path : pathlib.Path
        The container. It may be longer, by a last part that is torn.
    head : Head
        What the take is.
    parts : Parts
        Where its parts are.
    end : End or None
        How it ended; None if it did not, since its kernel has gone.
    live : bool
        Whether a kernel is writing it now. (Not told on Windows.)
    """

    path: Path
    head: Head
    parts: Parts = field(repr=False)
    live: bool = False
    end: End | None = None

    @property
    def count(self) -> int:
        """How many whole parts there are: the number of the next one."""
        return len(self.parts)

    @property
    def size(self) -> int:
        """Their bytes together."""
        return self.parts.size

    @property
    def complete(self) -> bool:
        """Whether the take has run to its end, and all of it is here."""
        return self.end is not None and self.end.complete

    @property
    def blob(self) -> npt.NDArray[np.uint8]:
        """The bytes of all whole parts, read-only; many of them are a map of the file."""
        with io.FileIO(self.path) as file:
            return view(file, 0, self.size)

    def take(self) -> Take:
        """Make a `Take` of what is here; how long it lasted is guessed where no end tells it."""
        end = self.end
        if end is None:
            last = self.path.stat().st_mtime - self.head.started_at.timestamp()
            end = End(KERNEL_GONE, max(last, 0.0), self.head.mime_type, False)
        return Take(
            self.blob,
            mime_type=end.mime_type,
            id=self.head.id,
            started_at=self.head.started_at,
            settings=self.head.settings,
            complete=end.complete,
            ended_by=end.ended_by,
            seconds=end.seconds,
        )

    def append(self, parts: Mapping[int, bytes]) -> int:
        """Join parts that a browser still has, by their numbers; return how many were new.

        What is here already is left as it is, and what comes after a gap is left out.
        The take then has no end until `finish`.

        Raises
        ------
        OSError
            The disk is full, or another kernel writes this take. What was joined before
            stays.
        """
        before = self.count
        with closing(self._resumed()) as writer:
            while part := parts.get(self.count):
                writer.append(part)
                self.parts.add(len(part), zlib.crc32(part), writer.lines)
                self.end = None
        return self.count - before

    def finish(self, *, ended_by: str, seconds: float, mime_type: str, complete: bool) -> None:
        """Write how the take ended; raises OSError."""
        end = End(ended_by, seconds, mime_type, complete)
        with closing(self._resumed()) as writer:
            writer.end(**vars(end))
        self.end = end

    def damaged(self) -> list[int]:
        """Read all parts, and give the numbers of those whose checksums do not fit."""
        with io.FileIO(self.path) as file:
            return [number for number in range(self.count) if not self.parts.fits(file, number)]

    def _resumed(self) -> Writer:
        return Writer.resume(self.path, self.count, self.size, self.parts.index_size)
