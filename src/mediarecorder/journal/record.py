"""One take of a journal, as its files hold it."""

from __future__ import annotations

import io
import zlib
from array import array
from collections.abc import Mapping
from contextlib import closing
from dataclasses import InitVar, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..take import Take
from .writer import Head, Writer, view

KERNEL_GONE = "kernel gone"


@dataclass(frozen=True)
class End:
    """The end of a take, from the last line of its index. The fields are those of `Take`."""

    ended_by: str
    seconds: float
    mime_type: str
    complete: bool


@dataclass
class Parts:
    """The whole parts of a take: the end of each in the container, and of its line in the index.

    Parameters
    ----------
    head_end : int
        The size of the first line of the index, in bytes.

    Attributes
    ----------
    size : int
        The size of all parts together, in bytes.
    index_size : int
        The size of the index up to the line of the last part, in bytes.
    """

    head_end: InitVar[int] = 0
    _ends: array[int] = field(init=False, default_factory=lambda: array("Q", [0]))
    _lines: array[int] = field(init=False)
    _checksums: array[int] = field(init=False, default_factory=lambda: array("Q"))

    def __post_init__(self, head_end: int) -> None:
        self._lines = array("Q", [head_end])

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
        """Whether the bytes of a part are present and match its checksum."""
        part = view(file, self._ends[number], self._ends[number + 1])
        return self._checksums[number] == zlib.crc32(part.data)


@dataclass
class Record:
    """One take in a journal, with its whole parts.

    Attributes
    ----------
    path : pathlib.Path
        The container. It may be longer than `size`, by a torn last part.
    head : Head
        The id, the type, the start and the settings of the take.
    live : bool
        Whether a kernel was writing the take when it was read. Always False on Windows.
    end : End or None
        How the take ended. None if it has not: it is live, or its kernel died.
    parts : Parts
        The positions and the checksums of its parts.
    """

    path: Path
    head: Head
    live: bool = False
    end: End | None = None
    parts: Parts = field(default_factory=Parts, repr=False, kw_only=True)

    @property
    def count(self) -> int:
        """The number of whole parts, which is also the number of the next part."""
        return len(self.parts)

    @property
    def size(self) -> int:
        """The size of all whole parts together, in bytes."""
        return self.parts.size

    @property
    def complete(self) -> bool:
        """Whether the take has ended and the journal holds all of it."""
        return self.end is not None and self.end.complete

    @property
    def blob(self) -> npt.NDArray[np.uint8]:
        """The bytes of all whole parts, read-only. From 8 MiB on, a memory map of the file."""
        with io.FileIO(self.path) as file:
            return view(file, 0, self.size)

    def take(self) -> Take:
        """Return the whole parts as a `Take`.

        If the take has no end, its ``ended_by`` is ``"kernel gone"``, and its length is
        estimated from the time of the last write.

        Raises
        ------
        OSError
            The container cannot be read.
        """
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
        """Append parts that a browser still has.

        The existing parts stay unchanged, and parts after a gap are left out. If a part is
        added, the take has no end until `finish`.

        Parameters
        ----------
        parts : mapping of int to bytes
            The parts, by their numbers.

        Returns
        -------
        int
            The number of parts that were added.

        Raises
        ------
        OSError
            The disk is full, or another kernel is writing this take. The parts added
            before the error stay.
        """
        before = self.count
        with closing(self._resumed()) as writer:
            while part := parts.get(self.count):
                writer.append(part)
                self.parts.add(len(part), zlib.crc32(part), writer.lines)
                self.end = None
        return self.count - before

    def finish(self, *, ended_by: str, seconds: float, mime_type: str, complete: bool) -> None:
        """Write the end of the take.

        Parameters
        ----------
        ended_by : str
            What ended the take, as in `Take.ended_by`.
        seconds : float
            The length of the recording, without pauses.
        mime_type : str
            The type of the container.
        complete : bool
            Whether the journal holds all parts of the take.

        Raises
        ------
        OSError
            The disk is full, or another kernel is writing this take.
        """
        end = End(ended_by, seconds, mime_type, complete)
        with closing(self._resumed()) as writer:
            writer.end(**vars(end))
        self.end = end

    def damaged(self) -> list[int]:
        """Check all parts against their checksums, which reads the whole container.

        Returns
        -------
        list of int
            The numbers of the damaged parts.

        Raises
        ------
        OSError
            The container cannot be read.
        """
        with io.FileIO(self.path) as file:
            return [number for number in range(self.count) if not self.parts.fits(file, number)]

    def _resumed(self) -> Writer:
        return Writer.resume(self.path, self.count, self.size, self.parts.index_size)
