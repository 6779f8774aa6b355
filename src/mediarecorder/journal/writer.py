"""Writing the two files of a take, and the functions shared with reading."""

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
"""The number of bytes from which on a file is mapped. Each map costs a file descriptor."""

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def check_folder(journal: object) -> Path | None:
    """Create the journal's folder if it is missing, and check that it is writable.

    Parameters
    ----------
    journal : str or path, or None
        The folder. ``~`` stands for the home folder of the user.

    Returns
    -------
    pathlib.Path or None
        The absolute path of the folder; None without a journal.

    Raises
    ------
    TypeError
        `journal` is not a path.
    OSError
        The folder cannot be created or written to.
    """
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
            f"The journal cannot be written to {str(folder)!r}: {error.strerror}. "
            "Give a folder that this kernel can write to."
        ) from error
    return folder


@dataclass(frozen=True)
class Head:
    """The head of a take: the properties that the page reported at its start.

    Attributes
    ----------
    id : str
        The id of the take.
    mime_type : str
        The type of the container.
    started_at : datetime.datetime
        The start of the take, with a time zone.
    settings : mapping of str to scalars
        The settings of the audio track (``MediaStreamTrack.getSettings()``).
    """

    id: str
    mime_type: str
    started_at: datetime.datetime
    settings: Mapping[str, Any]

    @property
    def file_name(self) -> str:
        """The container's name: the start in UTC, then the id, or its hash if it is unsafe."""
        name = self.id
        if not _SAFE.fullmatch(name):
            name = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
        moment = f"{self.started_at.astimezone(datetime.timezone.utc):%Y%m%dT%H%M%S.%f}"[:-3]
        return f"{moment}Z-{name}{(*containers.suffixes(self.mime_type), '.bin')[0]}"

    def line(self) -> bytes:
        """Return the first line of the index."""
        return as_line(
            journal=VERSION,
            take=self.id,
            mime_type=self.mime_type,
            started_at=self.started_at.astimezone(datetime.timezone.utc).isoformat(),
            settings=dict(self.settings),
        )


def as_line(**fields: Any) -> bytes:
    """Return one line of an index, in ASCII."""
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


class Writer:
    """Appends parts to one take, and reads them again.

    An `append` that fails or is interrupted has no effect, and can be repeated.

    Attributes
    ----------
    count : int
        The number of parts.
    size : int
        The size of all parts together, in bytes.
    lines : int
        The size of the index, in bytes.
    alone : bool
        Whether no other kernel is writing this take.
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
        """Create the two files of a new take.

        Parameters
        ----------
        folder : pathlib.Path
            The journal's folder.
        head : Head
            The head of the take.

        Raises
        ------
        OSError
            The files cannot be written, or exist already (``FileExistsError``).
        """
        path, line = folder / head.file_name, head.line()
        writer = cls(path, "x")
        try:
            _write(writer._index, 0, line)
        except BaseException:  # an interrupt, too: the caller will try again
            writer.close()
            for name in (path, Path(f"{path}{INDEX}")):
                name.unlink(missing_ok=True)
            raise
        writer.lines = len(line)
        return writer

    @classmethod
    def resume(cls, path: Path, count: int, size: int, lines: int) -> Writer:
        """Open the files of an existing take, to append parts.

        Parameters
        ----------
        path : pathlib.Path
            The container.
        count, size, lines : int
            The number of whole parts, their size and the size of their index, in bytes.
            Bytes beyond these sizes are overwritten.

        Raises
        ------
        OSError
            The files cannot be opened, or another kernel is writing this take.
        """
        writer = cls(path, "r+", count, size, lines)
        if not writer.alone:
            writer.close()
            raise OSError(errno.EBUSY, "Another kernel is still writing this take", str(path))
        return writer

    def append(self, part: bytes) -> None:
        """Write one part; raise OSError on failure."""
        line = as_line(part=self.count, bytes=len(part), crc32=zlib.crc32(part))
        try:
            _write(self._data, self.size, part)
            _write(self._index, self.lines, line)
        except OSError:
            self._truncate()
            raise
        # In one assignment, since an interrupt may follow any call.
        total = (self.count + 1, self.size + len(part), self.lines + len(line))
        self.count, self.size, self.lines = total

    def end(self, *, ended_by: str, seconds: float, mime_type: str, complete: bool) -> None:
        """Write the end of the take; raise OSError on failure. See `Record.finish`."""
        line = as_line(end=ended_by, seconds=seconds, mime_type=mime_type, complete=complete)
        try:
            _write(self._index, self.lines, line)
        except OSError:
            self._truncate()
            raise

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Return the bytes of the container from `start` to `stop`, read-only."""
        return view(self._reader, start, stop)

    def close(self) -> None:
        """Close the files, which releases the lock of the take."""
        self._files.close()

    def _truncate(self) -> None:
        """Remove a torn end of the files. If that fails, reading drops it."""
        for file, size in ((self._data, self.size), (self._index, self.lines)):
            with suppress(OSError):
                file.truncate(size)


def _write(file: io.FileIO, position: int, data: bytes) -> None:
    """Write all bytes at a position, over the rest of an interrupted call."""
    file.seek(position)
    file.truncate()
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def view(file: io.FileIO, start: int, stop: int) -> npt.NDArray[np.uint8]:
    """Return the existing bytes of a range, read-only; a map of the file if they are many."""
    if stop - start >= MAPPED:
        with suppress(OSError, ValueError):  # the file system has no maps, or the file is shorter
            return np.memmap(file, np.uint8, "r", start, (stop - start,))
    file.seek(start)
    data = memoryview(bytearray(stop - start))
    got = 0
    while got < len(data) and (more := file.readinto(data[got:])):
        got += more
    return np.frombuffer(data[:got].toreadonly(), np.uint8)


def lock(file: int, *, exclusive: bool) -> bool:
    """Lock an open file; return False if it is locked. A lock ends with its process."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        logger.debug("This file system does not support locks: %s.", error)
    return True
