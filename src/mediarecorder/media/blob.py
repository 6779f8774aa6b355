"""Decoding, probing and remuxing of a recording that is complete or cut off."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ..errors import DecodingError
from . import containers, wav
from .pyav import frames_of, kind_of, opened, packets_of, sound_of, to_float
from .samples import SampleBuffer, Signal


@dataclass(frozen=True)
class MediaInfo:
    """The properties that a file states before it is decoded."""

    mime_type: str
    sample_rate: int
    channels: int
    seconds: float


def decode(blob: npt.NDArray[np.uint8]) -> Signal:
    """Decode the first sound track of a recording.

    Parameters
    ----------
    blob : ndarray of uint8
        A complete file, or one that is cut off: then the part before the cut is decoded.

    Returns
    -------
    samples : ndarray of float32, shape (frames, channels)
        The samples at the file's own rate. Float PCM is returned bit for bit; integers
        are scaled to [-1, 1). Frames follow each other as they were encoded. Their time
        stamps, which MediaRecorder takes from a clock, are ignored.
    sample_rate : int
        Hz.

    Raises
    ------
    DecodingError
        PyAV is not installed, or the bytes are not a recording in a known format.
    """
    kind = kind_of(blob)
    if kind == "wav":
        return wav.read(blob)
    with opened(_Bytes(blob), kind) as container:
        stream, buffer = sound_of(container), SampleBuffer()
        for frame in frames_of(container, stream):
            buffer.add(to_float(frame), frame.sample_rate)
        buffer.end("done")
        codec = stream.codec_context
        nothing = np.empty((0, codec.channels), np.float32), int(codec.sample_rate)
        return buffer.samples() or nothing


def probe(blob: npt.NDArray[np.uint8]) -> MediaInfo:
    """Return the properties that a file states, without decoding it."""
    kind = kind_of(blob)
    with opened(_Bytes(blob), kind) as container:
        codec = sound_of(container).codec_context
        names = [s.codec_context.name for s in (*container.streams.video, *container.streams.audio)]
        return MediaInfo(
            containers.describe(kind, names, pictures=bool(container.streams.video)),
            int(codec.sample_rate),
            codec.channels,
            (container.duration or 0) / 1e6,
        )


def remux(blob: npt.NDArray[np.uint8], file: BinaryIO, muxer: str) -> None:
    """Copy the encoded sound (and pictures) into a container with length and index.

    Parameters
    ----------
    blob : ndarray of uint8
        The recording.
    file : binary file
        Seekable, and open for writing.
    muxer : str
        FFmpeg's name for the new container.

    Raises
    ------
    DecodingError
        The bytes, or their codec, do not fit into the new container.
    """
    import av

    try:
        with (
            opened(_Bytes(blob), kind_of(blob)) as source,
            av.open(file, "w", format=muxer) as target,
        ):
            streams = {s.index: _copied(target, s) for s in source.streams if s.type in _KEPT}
            for packet in packets_of(source, [source.streams[index] for index in streams]):
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    except (av.error.FFmpegError, ValueError) as error:
        raise DecodingError(f"The recording does not fit into {muxer}: {error}.", "") from error


_KEPT = ("audio", "video")


def _copied(target: Any, stream: Any) -> Any:
    """Add a stream with the same codec. PyAV before 14 has no `add_stream_from_template`."""
    if hasattr(target, "add_stream_from_template"):
        return target.add_stream_from_template(stream)
    return target.add_stream(template=stream)


class _Bytes(io.RawIOBase):
    """A file over an array. `io.BytesIO` would copy it, and it may be a large memory map."""

    def __init__(self, blob: npt.NDArray[np.uint8]) -> None:
        self._rest = self._all = blob.data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def tell(self) -> int:
        return len(self._all) - len(self._rest)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: len(self._all)}[whence]
        self._rest = self._all[max(base + offset, 0) :]
        return self.tell()
