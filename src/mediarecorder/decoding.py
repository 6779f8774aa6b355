"""From a recording's bytes to samples, in the kernel: PyAV, imported when it is used."""

from __future__ import annotations

import importlib.util
import io
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from . import containers, wav
from .errors import DecodingError

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

logger = logging.getLogger("mediarecorder")

Samples = npt.NDArray[np.float32]
PageDecoder = Callable[[npt.NDArray[np.uint8], str], "tuple[Samples, int] | None"]

page_decoder: PageDecoder | None = None
"""Asks a page that shows a recorder; set by `mediarecorder.recorder`, which knows the pages."""


@dataclass(frozen=True)
class Facts:
    """What a file says of itself before it is decoded."""

    mime_type: str
    sample_rate: int
    channels: int
    seconds: float


def available() -> bool:
    """Tell whether the kernel has a decoder of its own."""
    return importlib.util.find_spec("av") is not None


def decode(blob: npt.NDArray[np.uint8]) -> tuple[Samples, int]:
    """Decode the first sound track of a recording.

    Parameters
    ----------
    blob : ndarray of uint8
        A whole file, or one that breaks off: then what came before is decoded.

    Returns
    -------
    samples : ndarray of float32, shape (frames, channels)
        At the file's own rate. Float PCM comes out bit for bit; integers are scaled
        to [-1, 1). Frames follow each other as they were encoded: the time stamps,
        which MediaRecorder takes from a clock, move nothing.
    sample_rate : int
        Hz.

    Raises
    ------
    DecodingError
        PyAV is not installed, or these bytes are no recording.
    """
    kind = _kind(blob)
    if kind == "wav":
        return wav.read(blob)
    with _opened(blob, kind) as container:
        stream = _sound(container)
        blocks = [_to_float(frame) for frame in _frames(container, stream)]
        return _joined(blocks, stream.codec_context.channels), int(stream.codec_context.sample_rate)


def probe(blob: npt.NDArray[np.uint8]) -> Facts:
    """Read what a file says of itself, without decoding it."""
    kind = _kind(blob)
    with _opened(blob, kind) as container:
        codec = _sound(container).codec_context
        names = [s.codec_context.name for s in (*container.streams.video, *container.streams.audio)]
        return Facts(
            containers.describe(kind, names, pictures=bool(container.streams.video)),
            int(codec.sample_rate),
            codec.channels,
            (container.duration or 0) / 1e6,
        )


def remux(blob: npt.NDArray[np.uint8], file: BinaryIO, muxer: str) -> None:
    """Write the same encoded sound (and pictures) into a container with length and index.

    Parameters
    ----------
    blob : ndarray of uint8
        The recording.
    file : binary file
        Open for writing, and able to seek.
    muxer : str
        FFmpeg's name of the container to write.

    Raises
    ------
    DecodingError
        The bytes, or their codec, do not fit into that container.
    """
    import av

    try:
        with (
            _opened(blob, _kind(blob)) as source,
            av.open(file, "w", format=muxer) as target,
        ):
            streams = {s.index: _copied(target, s) for s in source.streams if s.type in _KEPT}
            for packet in _packets(source, [source.streams[index] for index in streams]):
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    except (av.error.FFmpegError, ValueError) as error:
        raise DecodingError(f"The recording does not fit into {muxer}: {error}.", "") from error


_KEPT = ("audio", "video")


def _copied(target: Any, stream: Any) -> Any:
    """Add a stream of the same codec; PyAV before 14 spells it differently."""
    if hasattr(target, "add_stream_from_template"):
        return target.add_stream_from_template(stream)
    return target.add_stream(template=stream)


def _kind(blob: npt.NDArray[np.uint8]) -> str:
    kind = containers.sniff(blob)
    if kind is None:
        raise DecodingError(
            "These bytes are no recording that is known here.", f"It reads {containers.KNOWN}."
        )
    return kind


def _opened(blob: npt.NDArray[np.uint8], kind: str) -> InputContainer:
    try:
        import av
    except ImportError as error:
        raise DecodingError(f"Nothing here decodes {kind} without PyAV.") from error
    demuxer = containers.named(f"audio/{kind}")
    assert demuxer is not None
    try:
        return av.open(_Bytes(blob), "r", format=demuxer.demuxer)
    except av.error.FFmpegError as error:
        raise DecodingError(
            f"The bytes begin like {kind}, but cannot be read: {error.strerror}.",
            "They may be damaged; take.blob has them as they came.",
        ) from error


class _Bytes(io.RawIOBase):
    """A file of bytes without a copy of them: they may be a long map (`io.BytesIO` makes one)."""

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


def _sound(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise DecodingError("The recording has no sound track.", "")
    return container.streams.audio[0]


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decode packet by packet; a damaged one costs itself, not the rest."""
    import av

    damaged = 0
    for packet in _packets(container, stream):
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            damaged += 1
    yield from stream.codec_context.decode(None)  # what the decoder still holds
    if damaged:
        logger.warning("%d packets of the recording are damaged and were left out.", damaged)


def _packets(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Read to the end, or to where an interrupted recording breaks off."""
    import av

    try:
        for packet in container.demux(stream):
            if packet.dts is not None or packet.size:  # the last one of each stream is empty
                yield packet
    except av.error.FFmpegError as error:
        logger.warning("The recording breaks off: %s.", error.strerror)


def _to_float(frame: AudioFrame) -> Samples:
    channels = len(frame.layout.channels)
    values = frame.to_ndarray()
    frames = values.T if frame.format.is_planar else values.reshape(-1, channels)
    if frames.dtype.kind == "f":
        return frames.astype(np.float32, copy=False)
    if frames.dtype == np.uint8:
        return frames.astype(np.float32) / np.float32(128) - np.float32(1)
    return frames.astype(np.float32) * np.float32(2.0 ** (1 - 8 * frames.dtype.itemsize))


def _joined(blocks: list[Samples], channels: int) -> Samples:
    if any(block.shape[1] != channels for block in blocks):
        raise DecodingError("The number of channels changes within the recording.", "")
    samples = np.empty((sum(map(len, blocks)), channels), np.float32)
    start = 0
    for block in blocks:
        samples[start : start + len(block)] = block
        start += len(block)
    return samples
