"""Reading what a journal holds; nothing in its files is trusted."""

from __future__ import annotations

import datetime
import io
import json
import logging
import os
import zlib
from array import array
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ..take import Take
from .writer import INDEX, VERSION, Head, Writer, lock, view

logger = logging.getLogger("mediarecorder")

KERNEL_GONE = "kernel gone"
LONGEST_LINE = 1 << 24
LONGEST_PART = 1 << 24
LONGEST_TEXT = 4096
LONGEST_SECONDS = 1e9


@dataclass(frozen=True)
class End:
    """The last line of a take: as `Take` has it."""

    ended_by: str
    seconds: float
    mime_type: str
    complete: bool


@dataclass
class Record:
    """One take in a journal, as far as its files hold whole parts.

    Attributes
    ----------
    path : pathlib.Path
        The container. It may be longer, by a last part that is torn.
    head : Head
        What the take is.
    end : End or None
        How it ended; None if it did not, since its kernel has gone.
    live : bool
        Whether a kernel is writing it now. (Not told on Windows.)
    """

    path: Path
    head: Head
    live: bool = False
    end: End | None = None
    _sizes: array[int] = field(default_factory=lambda: array("Q", [0]), repr=False)
    _lines: array[int] = field(default_factory=lambda: array("Q"), repr=False)
    _sums: array[int] = field(default_factory=lambda: array("Q"), repr=False)

    @property
    def count(self) -> int:
        """How many whole parts there are: the number of the next one."""
        return len(self._sums)

    @property
    def size(self) -> int:
        """Their bytes together."""
        return self._sizes[-1]

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
                self._add(len(part), zlib.crc32(part), writer.lines)
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
            return [number for number in range(self.count) if not self._fits(file, number)]

    def _resumed(self) -> Writer:
        return Writer.resume(self.path, self.count, self.size, self._lines[-1])

    def _add(self, length: int, checksum: int, line_end: int) -> None:
        self._sizes.append(self.size + length)
        self._sums.append(checksum)
        self._lines.append(line_end)
        self.end = None

    def _drop_last(self) -> None:
        for column in (self._sizes, self._sums, self._lines):
            column.pop()
        self.end = self.end and replace(self.end, complete=False)

    def _fits(self, file: io.FileIO, number: int) -> bool:
        part = view(file, self._sizes[number], self._sizes[number + 1])
        return self._sums[number] == zlib.crc32(part.data)


def load(folder: str | os.PathLike[str]) -> list[Record]:
    """Read all takes of a journal, in the order in which they began; what is none is logged."""
    records = []
    for path in sorted(Path(folder).glob(f"*{INDEX}")):
        try:
            records.append(read(path))
        except (OSError, ValueError) as error:
            logger.warning("%r is not read as the index of a take: %s", str(path), error)
    return records


def unfinished(folder: str | os.PathLike[str]) -> list[Record]:
    """Read the takes that lack something and that no kernel is writing."""
    return [record for record in load(folder) if not record.complete and not record.live]


def read(path: str | os.PathLike[str]) -> Record:
    """Read one take, by the path of its container or of its index.

    Parts count from the first on for as long as their lines are whole; at the end those
    are dropped whose bytes are not all there, or do not fit their checksum.

    Raises
    ------
    OSError
        A file cannot be read.
    ValueError
        This is no index of a take.
    """
    data = Path(os.fspath(path).removesuffix(INDEX))
    index = Path(f"{data}{INDEX}")
    if not (data.is_file() and index.is_file()):
        raise FileNotFoundError(f"There are no two files of a take at {str(data)!r}.")
    with index.open("rb") as file, io.FileIO(data) as container:
        lines = _lines(file)
        record = Record(
            data, _head(next(lines, None)), live=not lock(file.fileno(), exclusive=False)
        )
        record._lines.append(file.tell())
        for line in lines:
            if not _take_in(record, line, file.tell()):
                logger.warning("The index %r breaks off after part %d.", str(index), record.count)
                break
        size = container.seek(0, os.SEEK_END)
        while record.count and not (
            record.size <= size and record._fits(container, record.count - 1)
        ):
            record._drop_last()
    return record


def _lines(file: BinaryIO) -> Iterator[Any]:
    """Whole lines, parsed; None for one that is no JSON."""
    while (line := file.readline(LONGEST_LINE)).endswith(b"\n"):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            yield None


def _head(line: object) -> Head:
    match line:
        case {
            "journal": version,
            "take": str(take),
            "mime_type": str(mime_type),
            "started_at": str(moment),
            "settings": dict(settings),
        } if version == VERSION and max(len(take), len(mime_type)) <= LONGEST_TEXT:
            started_at = datetime.datetime.fromisoformat(moment)
            if started_at.tzinfo == datetime.timezone.utc and all(
                map(_is_scalar, settings.values())
            ):
                return Head(take, mime_type, started_at, settings)
    raise ValueError("it does not begin with the head of a take, as this version writes it.")


def _take_in(record: Record, line: object, line_end: int) -> bool:
    """Whether the line is that of the next part, or of an end."""
    match line:
        case {"part": record.count, "bytes": int(length), "crc32": int(checksum)} if (
            0 < length <= LONGEST_PART and 0 <= checksum < 1 << 32
        ):
            record._add(length, checksum, line_end)
            return True
        case {
            "end": str(ended_by),
            "seconds": float(seconds) | int(seconds),
            "mime_type": str(mime_type),
            "complete": bool(complete),
        } if abs(seconds) < LONGEST_SECONDS and max(len(ended_by), len(mime_type)) <= LONGEST_TEXT:
            record.end = End(ended_by, float(seconds), mime_type, complete)
            return True
    return False


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float))
