"""WAV files, written and read with numpy only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import DecodingError, NotSupportedError

Subtype: TypeAlias = Literal["FLOAT", "PCM_16"]

MOST_BYTES = 2**32 - 1
"""The maximum size of a WAV file, which counts its bytes in 32 bits."""

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BLOCK = 1 << 18  # frames converted at a time


def write(
    file: BinaryIO,
    samples: npt.NDArray[np.float32],
    sample_rate: int,
    subtype: str = "FLOAT",
) -> None:
    """Write a WAV file.

    Parameters
    ----------
    file : binary file
        Open for writing. It need not be seekable.
    samples : ndarray of float32, shape (frames, channels)
        The samples. ``"FLOAT"`` keeps them bit for bit; ``"PCM_16"`` rounds them to
        1/32768 and clips them to [-1, 1).
    sample_rate : int
        Hz.
    subtype : {"FLOAT", "PCM_16"}
        The format of the samples, by soundfile's names.

    Raises
    ------
    ValueError
        The subtype is unknown.
    NotSupportedError
        The samples do not fit into a WAV file.
    """
    if subtype not in ("FLOAT", "PCM_16"):
        raise ValueError(f'A WAV file is written as "FLOAT" or "PCM_16", not {subtype!r:.40}.')
    size = 4 if subtype == "FLOAT" else 2
    frames, channels = samples.shape
    data_size = frames * channels * size
    if data_size > MOST_BYTES - 64:
        raise NotSupportedError(
            f"{data_size:,} bytes of samples do not fit into a WAV file, which ends at 4 GiB.",
            "Save it as .flac, or span by span: take[0:3600].save(...).",
        )
    file.write(_header(subtype, channels, sample_rate, size, frames))
    for start in range(0, frames, _BLOCK):
        block = samples[start : start + _BLOCK]
        file.write(
            (block.astype("<f4") if subtype == "FLOAT" else to_pcm16(block).astype("<i2")).tobytes()
        )


def to_pcm16(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    """Round to 16 bits. Samples read from 16-bit files are converted exactly."""
    finite: npt.NDArray[np.float32] = np.nan_to_num(samples, posinf=1, neginf=-1).clip(-1, 1)
    whole: npt.NDArray[np.float32] = np.rint(finite * np.float32(32768)).clip(-32768, 32767)
    return whole.astype(np.int16)


def _header(subtype: str, channels: int, sample_rate: int, size: int, frames: int) -> bytes:
    frame_size = channels * size
    layout = (channels, sample_rate, sample_rate * frame_size, frame_size, 8 * size)
    if subtype == "FLOAT":
        # Formats other than PCM need an extension with its size, and a count of the frames.
        chunks = struct.pack("<4sIHHIIHHH", b"fmt ", 18, _FLOAT, *layout, 0)
        chunks += struct.pack("<4sII", b"fact", 4, frames)
    else:
        chunks = struct.pack("<4sIHHIIHH", b"fmt ", 16, _PCM, *layout)
    data_size = frames * frame_size
    riff_size = 4 + len(chunks) + 8 + data_size
    return (
        struct.pack("<4sI4s", b"RIFF", riff_size, b"WAVE")
        + chunks
        + struct.pack("<4sI", b"data", data_size)
    )


def read(data: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], int]:
    """Return the samples of a WAV file, float32 of shape ``(frames, channels)``, and its rate.

    Integers are scaled to [-1, 1). A truncated file yields the frames before the cut.
    """
    layout: tuple[int, int, int, int] | None = None
    for name, body in _chunks(data):
        if name == b"fmt ":
            layout = _layout(body.tobytes())
        elif name == b"data" and layout is not None:
            code, channels, sample_rate, bits = layout
            frame_size = channels * bits // 8
            whole = body[: len(body) // frame_size * frame_size]
            return _to_float(whole, code, bits).reshape(-1, channels), sample_rate
    raise DecodingError("The WAV file holds no samples.", "It may be cut off or damaged.")


def _chunks(data: npt.NDArray[np.uint8]) -> Iterator[tuple[bytes, npt.NDArray[np.uint8]]]:
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack("<4sI", data[position : position + 8].tobytes())
        body = data[position + 8 : position + 8 + size]
        yield name, body
        position += 8 + size + size % 2


def _layout(fmt: bytes) -> tuple[int, int, int, int]:
    """Unpack a format chunk: format code, channels, sample rate, bits per sample."""
    if len(fmt) < 16:
        raise DecodingError("The WAV file's header is damaged.", "Export it again.")
    code, channels, sample_rate, _, _, bits = struct.unpack("<HHIIHH", fmt[:16])
    if code == _EXTENSIBLE and len(fmt) >= 26:
        code = struct.unpack("<H", fmt[24:26])[0]
    if not channels or not sample_rate or (code, bits) not in _READ:
        raise DecodingError(
            f"The WAV file holds {bits}-bit samples of format {code} in {channels} channels, "
            "which cannot be read here.",
            "Export it as PCM or float.",
        )
    return code, channels, sample_rate, bits


_READ = {(_PCM, 8), (_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32), (_FLOAT, 64)}


def _to_float(data: npt.NDArray[np.uint8], code: int, bits: int) -> npt.NDArray[np.float32]:
    if code == _FLOAT:
        return data.view(f"<f{bits // 8}").astype(np.float32)
    if bits == 8:
        return data.astype(np.float32) / np.float32(128) - np.float32(1)
    if bits == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = data.reshape(-1, 3)
        data, bits = wide.reshape(-1), 32
    return data.view(f"<i{bits // 8}").astype(np.float32) * np.float32(2.0 ** (1 - bits))
