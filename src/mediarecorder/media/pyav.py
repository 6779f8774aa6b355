"""Reading with PyAV, imported on first use; shared by `blob` and `streaming`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..errors import DecodingError
from . import containers
from .samples import Samples

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

logger = logging.getLogger("mediarecorder")


def kind_of(blob: npt.NDArray[np.uint8]) -> str:
    kind = containers.sniff(blob)
    if kind is None:
        raise DecodingError(
            "These bytes are not a recording in a known format.",
            f"They must be {containers.KNOWN}.",
        )
    return kind


def opened(file: Any, kind: str) -> InputContainer:
    try:
        import av
    except ImportError as error:
        raise DecodingError(
            f"Decoding {kind} in the kernel needs PyAV, which is not installed."
        ) from error
    demuxer = containers.named(f"audio/{kind}")
    assert demuxer is not None
    try:
        container: InputContainer = av.open(file, "r", format=demuxer.demuxer)
    except av.error.FFmpegError as error:
        raise DecodingError(
            f"The bytes begin like {kind}, but cannot be read: {error.strerror}.",
            "They may be damaged; take.blob has them as they came.",
        ) from error
    else:
        return container


def sound_of(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise DecodingError("The recording has no sound track.", "")
    return container.streams.audio[0]


def frames_of(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decode packet by packet, leaving out damaged packets."""
    import av

    damaged = 0
    for packet in packets_of(container, stream):
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            damaged += 1
    yield from stream.codec_context.decode(None)  # the frames that the decoder still holds
    if damaged:
        logger.warning("%d packets of the recording are damaged and were left out.", damaged)


def packets_of(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Read to the end, or to the point where an interrupted recording is cut off."""
    import av

    try:
        for packet in container.demux(stream):
            if packet.dts is not None or packet.size:  # the last one of each stream is empty
                yield packet
    except av.error.FFmpegError as error:
        logger.warning("The recording breaks off: %s.", error.strerror)


def to_float(frame: AudioFrame) -> Samples:
    channels = len(frame.layout.channels)
    values = frame.to_ndarray()
    frames = values.T if frame.format.is_planar else values.reshape(-1, channels)
    if frames.dtype.kind == "f":
        return frames.astype(np.float32, copy=False)
    if frames.dtype == np.uint8:
        return frames.astype(np.float32) / np.float32(128) - np.float32(1)
    return frames.astype(np.float32) * np.float32(2.0 ** (1 - 8 * frames.dtype.itemsize))
