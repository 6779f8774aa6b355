"""The file formats of recordings, detected by content and named by suffix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Container:
    """One file format.

    Attributes
    ----------
    demuxer : str
        FFmpeg's name for the format. FFmpeg must not guess the format, because some
        formats (playlists) open other files and addresses.
    suffixes : tuple of str
        The suffixes of such a file, the usual one first.
    sound_only : tuple of str
        The suffixes that promise a file without pictures.
    remuxed : bool
        Whether browsers write the format without length and index, which `save` adds.
    """

    demuxer: str
    suffixes: tuple[str, ...]
    sound_only: tuple[str, ...] = ()
    remuxed: bool = False


_CONTAINERS = {
    "webm": Container("matroska", (".webm", ".mka", ".mkv"), (".mka",), remuxed=True),
    "x-matroska": Container("matroska", (".mka", ".mkv"), (".mka",), remuxed=True),
    "mp4": Container("mov", (".mp4", ".m4a"), (".m4a",), remuxed=True),
    "ogg": Container("ogg", (".ogg", ".oga"), (".oga",), remuxed=True),
    "mpeg": Container("mp3", (".mp3",)),
    "flac": Container("flac", (".flac",)),
    "wav": Container("wav", (".wav",)),
}
_ALIASES = {"matroska": "x-matroska", "x-wav": "wav", "wave": "wav"}

_LONGEST_HEADER = 65_536
"""Bytes. Browsers' headers have less than 1,000, but other programs put an index first."""

KNOWN = "WAV, WebM, Matroska, MP4, Ogg, FLAC or MP3"


def named(mime_type: str) -> Container | None:
    """Return the container of a MIME type such as ``audio/webm;codecs=opus``, if known."""
    subtype = mime_type.partition(";")[0].strip().lower().partition("/")[2]
    return _CONTAINERS.get(_ALIASES.get(subtype, subtype))


def suffixes(mime_type: str) -> tuple[str, ...]:
    """Return the suffixes for files of a MIME type, the usual one first."""
    container = named(mime_type)
    if container is None:
        return ()
    if mime_type.strip().lower().startswith("audio/"):
        return container.suffixes
    return tuple(s for s in container.suffixes if s not in container.sound_only)


def sniff(blob: npt.NDArray[np.uint8]) -> str | None:
    """Return the format of a file, by its first bytes: a MIME subtype; None if unknown."""
    head = blob[:64].tobytes()
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head else "x-matroska"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "mpeg"
    return {b"OggS": "ogg", b"fLaC": "flac"}.get(head[:4])


def ends_in_its_header(blob: npt.NDArray[np.uint8], kind: str) -> bool:
    """Return whether the bytes end before any sound, as those of the shortest takes do."""
    if blob.size > _LONGEST_HEADER:
        return False
    data = blob.tobytes()
    if kind in ("webm", "x-matroska"):
        cluster = data.find(b"\x1fC\xb6\x75")
        return cluster < 0 or len(data) - cluster < 20  # too short for its header and a block
    if kind == "mp4":
        return b"mdat" not in data
    if kind == "ogg":
        return data.count(b"OggS") < 3  # the first two pages are OpusHead and OpusTags
    return False


def describe(kind: str, codecs: Sequence[str], *, pictures: bool) -> str:
    """Return the MIME type of a file, given FFmpeg's names of its codecs."""
    mime_type = f"{'video' if pictures else 'audio'}/{kind}"
    if kind in ("wav", "flac", "mpeg"):
        return mime_type
    return f"{mime_type};codecs={','.join(_codec(name) for name in codecs)}"


def _codec(name: str) -> str:
    if name.startswith("pcm_"):
        return "pcm"
    return {"aac": "mp4a.40.2", "h264": "avc1", "hevc": "hvc1", "av1": "av01"}.get(name, name)
