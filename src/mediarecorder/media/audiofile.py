"""Saving a take in the format that the suffix of a file names, and loading one."""

from __future__ import annotations

import contextlib
import datetime
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from .. import media
from ..errors import DecodingError, NotSupportedError
from . import containers, wav

logger = logging.getLogger("mediarecorder")


class Recording(Protocol):
    """A recording that can be saved and played. `Take` implements this protocol."""

    id: str
    mime_type: str
    started_at: datetime.datetime
    complete: bool
    ended_by: str

    @property
    def blob(self) -> npt.NDArray[np.uint8]: ...
    @property
    def samples(self) -> npt.NDArray[np.float32]: ...
    @property
    def sample_rate(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def duration(self) -> float: ...
    @property
    def is_span(self) -> bool: ...


def save(recording: Recording, path: str | os.PathLike[str], subtype: str | None = None) -> Path:
    """Write a file completely or not at all; see `Take.save`."""
    path = Path(path)
    with replacing(path) as file:
        write(recording, file, path.suffix.lower(), subtype)
    return path


def write(recording: Recording, file: BinaryIO, suffix: str, subtype: str | None = None) -> None:
    """Write a recording in the format of a suffix; raise `NotSupportedError` if it does not fit."""
    own = containers.suffixes(recording.mime_type)
    if suffix == ".wav":
        wav.write(file, recording.samples, recording.sample_rate, subtype or "FLOAT")
    elif suffix == ".flac":
        _write_flac(recording, file, subtype or "PCM_24")
    elif suffix not in own:
        raise NotSupportedError(
            f"{suffix or 'A name without suffix'!r:.40} does not fit the recording, "
            f"{recording.mime_type or 'of unknown type'!r:.80}.",
            f"These would: {', '.join(dict.fromkeys((*own, '.wav', '.flac')))}.",
        )
    elif recording.is_span:
        raise NotSupportedError(
            f"A span cannot be cut out of {suffix} without encoding it again.",
            "Save it as .wav or .flac, or save the whole take.",
        )
    elif subtype is not None:
        raise ValueError(f"subtype is for .wav and .flac; {suffix} is saved as it was encoded.")
    else:
        _write_container(recording, file, suffix)


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a file, and return the arguments for a `Take`; see `Take.load`."""
    path = Path(path)
    blob = np.fromfile(path, np.uint8)
    kind = containers.sniff(blob)
    if kind is None:
        raise DecodingError(
            f"{path.name!r:.80} is not a recording in a known format.",
            f"Take.load reads {containers.KNOWN}, whatever its name.",
        )
    changed = path.stat().st_mtime
    take: dict[str, Any] = {
        "blob": blob,
        "id": uuid.uuid4().hex,
        "started_at": datetime.datetime.fromtimestamp(changed, datetime.timezone.utc),
        "settings": {},
    }
    if kind == "wav":
        samples, sample_rate = wav.read(blob)
        return take | {"mime_type": "audio/wav", "samples": samples, "sample_rate": sample_rate}
    if containers.ends_in_its_header(blob, kind):
        return take | {"mime_type": f"audio/{kind}"}
    info = media.probe(blob)
    take |= {"mime_type": info.mime_type, "sample_rate": info.sample_rate}
    if info.seconds:
        return take | {"seconds": info.seconds}
    samples, _ = media.decode(blob)  # a file written by a browser does not state its length
    return take | {"samples": samples}


def _write_container(recording: Recording, file: BinaryIO, suffix: str) -> None:
    container = containers.named(recording.mime_type)
    if container is not None and container.remuxed and media.available():
        try:
            return media.remux(recording.blob, file, _muxer(recording, suffix))
        except DecodingError as error:
            logger.warning("Saved as it came, without length and index: %s", error)
            file.seek(0)
            file.truncate()
    file.write(recording.blob.data)
    return None


def _muxer(recording: Recording, suffix: str) -> str:
    if suffix == ".webm" and "pcm" not in recording.mime_type.lower():
        return "webm"  # FFmpeg allows no PCM in WebM; Chromium writes it all the same
    return {".mp4": "mp4", ".m4a": "mp4", ".ogg": "ogg", ".oga": "ogg"}.get(suffix, "matroska")


def _write_flac(recording: Recording, file: BinaryIO, subtype: str) -> None:
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: libsndfile is missing
        raise NotSupportedError(
            "Saving as FLAC needs soundfile, which cannot be imported.",
            'Install it with pip install "mediarecorder[dataset]", or save as .wav.',
        ) from error
    if not soundfile.check_format("FLAC", subtype):
        known = ", ".join(soundfile.available_subtypes("FLAC"))
        raise ValueError(f"A FLAC file is written as {known}, not {subtype!r:.40}.")
    soundfile.write(file, recording.samples, recording.sample_rate, subtype=subtype, format="FLAC")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces `path` once it is complete."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {str(path.parent)!r} to save into.")
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with unfinished.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
