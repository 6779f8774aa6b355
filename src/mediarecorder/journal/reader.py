"""Reading a journal. The content of its files is not trusted."""

from __future__ import annotations

import datetime
import io
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from .record import End, Parts, Record
from .writer import INDEX, VERSION, Head, lock

logger = logging.getLogger("mediarecorder")

LONGEST_LINE = 1 << 24
LONGEST_PART = 1 << 24
LONGEST_TEXT = 4096
LONGEST_SECONDS = 1e9


def load(folder: str | os.PathLike[str]) -> list[Record]:
    """Read all takes of a journal.

    A file that is not the index of a take is skipped, and a warning is logged.

    Parameters
    ----------
    folder : str or path
        The journal's folder.

    Returns
    -------
    list of Record
        The takes, sorted by their start.
    """
    records = []
    for path in sorted(Path(folder).glob(f"*{INDEX}")):
        try:
            records.append(read(path))
        except (OSError, ValueError) as error:
            logger.warning("%r cannot be read as the index of a take: %s", str(path), error)
    return records


def unfinished(folder: str | os.PathLike[str]) -> list[Record]:
    """Read the incomplete takes of a journal that no kernel is writing.

    Parameters
    ----------
    folder : str or path
        The journal's folder.

    Returns
    -------
    list of Record
        The takes, sorted by their start.
    """
    return [record for record in load(folder) if not record.complete and not record.live]


def read(path: str | os.PathLike[str]) -> Record:
    """Read one take of a journal.

    The parts are read up to the first damaged line of the index. Then the last parts are
    dropped until the last one is whole: its bytes are present and match its checksum.
    `Record.damaged` checks the other parts.

    Parameters
    ----------
    path : str or path
        The container of the take, or its index.

    Returns
    -------
    Record
        The take.

    Raises
    ------
    OSError
        A file is missing or cannot be read.
    ValueError
        The file is not the index of a take.
    """
    data = Path(os.fspath(path).removesuffix(INDEX))
    index = Path(f"{data}{INDEX}")
    if not (data.is_file() and index.is_file()):
        raise FileNotFoundError(f"A take has two files, but {str(data)!r} or its index is missing.")
    with index.open("rb") as file, io.FileIO(data) as container:
        lines = _lines(file)
        head, is_live = _head(next(lines, None)), not lock(file.fileno(), exclusive=False)
        record = Record(data, head, live=is_live, parts=Parts(file.tell()))
        for line in lines:
            if not _take_in(record, line, file.tell()):
                logger.warning("The index %r breaks off after part %d.", str(index), record.count)
                break
        size = container.seek(0, os.SEEK_END)
        while record.count and not (
            record.size <= size and record.parts.fits(container, record.count - 1)
        ):
            record.parts.drop_last()
            record.end = record.end and replace(record.end, complete=False)
    return record


def _lines(file: BinaryIO) -> Iterator[Any]:
    """Yield all whole lines, parsed; None for a line that is not JSON."""
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
    raise ValueError("it does not begin with the head of a take in the format of this version.")


def _take_in(record: Record, line: object, line_end: int) -> bool:
    """Add a line to the record; return whether it was that of the next part, or of an end."""
    match line:
        case {"part": record.count, "bytes": int(length), "crc32": int(checksum)} if (
            0 < length <= LONGEST_PART and 0 <= checksum < 1 << 32
        ):
            record.parts.add(length, checksum, line_end)
            record.end = None
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
