"""Writing the two files of a take, and the tools for reading them."""

from __future__ import annotations

import datetime
import errno
import hashlib
import io
import json
import logging
import os
import re
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..media import containers

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger("mediarecorder")

VERSION = 1
INDEX = ".parts.jsonl"
MAPPED = 8 << 20
"""Bytes from which on they are mapped and not read: each map costs a file descriptor."""

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def check_folder(journal: object) -> Path | None:
    """Give the journal's folder back, made if it was missing, if this kernel can write there."""
    if journal is None:
        return None
    if not isinstance(journal, (str, os.PathLike)) or not os.fspath(journal):
        raise TypeError(f"journal must be the path of a folder, not {journal!r:.80}.")
    folder = Path(os.fsdecode(journal)).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        raise OSError(
            f"The journal cannot be written in {str(folder)!r}: {error.strerror}. "
            "Give a folder that this kernel may write."
        ) from error
    return folder


@dataclass(frozen=True)
class Head:
    """What a take is, as the page told it at the start."""

    id: str
    mime_type: str
    started_at: datetime.datetime
    settings: Mapping[str, Any]

    @property
    def file_name(self) -> str:
        """Sorted by time; an id that is no name of a file is there by its hash."""
        name = self.id
        if not _SAFE.fullmatch(name):
            name = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
        moment = f"{self.started_at.astimezone(datetime.timezone.utc):%Y%m%dT%H%M%S.%f}"[:-3]
        return f"{moment}Z-{name}{(*containers.suffixes(self.mime_type), '.bin')[0]}"

    def line(self) -> bytes:
        return as_line(
            journal=VERSION,
            take=self.id,
            mime_type=self.mime_type,
            started_at=self.started_at.astimezone(datetime.timezone.utc).isoformat(),
            settings=dict(self.settings),
        )


def as_line(**fields: Any) -> bytes:
    """One line of an index, in ASCII."""
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


class Writer:
    """Appends to one take, and reads of it what was appended.

    A part that fails or is interrupted is not there, and can be given again.

    Attributes
    ----------
    count, size, lines : int
        How many parts there are, their bytes together, and the bytes of the index.
    alone : bool
        Whether no other kernel writes this take.
    """

    def __init__(
        self, path: Path, mode: str, count: int = 0, size: int = 0, lines: int = 0
    ) -> None:
        self.count, self.size, self.lines = count, size, lines
        with ExitStack() as opened:
            self._data = opened.enter_context(io.FileIO(path, mode))
            self._reader = opened.enter_context(io.FileIO(path))
            self._index = opened.enter_context(io.FileIO(f"{path}{INDEX}", mode))
            self._files = opened.pop_all()
        self.alone = lock(self._index.fileno(), exclusive=True)

    @classmethod
    def begin(cls, folder: Path, head: Head) -> Writer:
        """Make the two files of a new take; never write over one that is there."""
        path, line = folder / head.file_name, head.line()
        writer = cls(path, "x")
        try:
            _write(writer._index, 0, line)
        except BaseException:  # an interrupt too: it will be begun again
            writer.close()
            for name in (path, Path(f"{path}{INDEX}")):
                name.unlink(missing_ok=True)
            raise
        writer.lines = len(line)
        return writer

    @classmethod
    def resume(cls, path: Path, count: int, size: int, lines: int) -> Writer:
        """Go on with a take after so many parts, bytes, and bytes of the index."""
        writer = cls(path, "r+", count, size, lines)
        if not writer.alone:
            writer.close()
            raise OSError(errno.EBUSY, "Another kernel is still writing this take", str(path))
        return writer

    def append(self, part: bytes) -> None:
        """Write one part; raises OSError."""
        line = as_line(part=self.count, bytes=len(part), crc32=zlib.crc32(part))
        try:
            _write(self._data, self.size, part)
            _write(self._index, self.lines, line)
        except OSError:
            self._cut()
            raise
        # At once: an interrupt may come after any call.
        total = (self.count + 1, self.size + len(part), self.lines + len(line))
        self.count, self.size, self.lines = total

    def end(self, *, ended_by: str, seconds: float, mime_type: str, complete: bool) -> None:
        """Write that there are no more parts, and why; raises OSError."""
        line = as_line(end=ended_by, seconds=seconds, mime_type=mime_type, complete=complete)
        try:
            _write(self._index, self.lines, line)
        except OSError:
            self._cut()
            raise

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Bytes of what was appended: read-only, and a map if they are many."""
        return view(self._reader, start, stop)

    def close(self) -> None:
        self._files.close()

    def _cut(self) -> None:
        """Leave no torn end; where even that fails, reading drops it."""
        for file, size in ((self._data, self.size), (self._index, self.lines)):
            with suppress(OSError):
                file.truncate(size)


def _write(file: io.FileIO, position: int, data: bytes) -> None:
    """Write all of it there, over whatever an interrupted call has left."""
    file.seek(position)
    file.truncate()
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def view(file: io.FileIO, start: int, stop: int) -> npt.NDArray[np.uint8]:
    """Bytes of a file, as many of them as there are: read-only, and a map if they are many."""
    if stop - start >= MAPPED:
        with suppress(OSError, ValueError):  # no maps on this file system; or it is shorter
            return np.memmap(file, np.uint8, "r", start, (stop - start,))
    file.seek(start)
    data = memoryview(bytearray(stop - start))
    got = 0
    while got < len(data) and (more := file.readinto(data[got:])):
        got += more
    return np.frombuffer(data[:got].toreadonly(), np.uint8)


def lock(file: int, *, exclusive: bool) -> bool:
    """Whether nobody else has locked the open file; a process that dies lets go of it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        logger.debug("This file system knows no locks: %s.", error)
    return True
