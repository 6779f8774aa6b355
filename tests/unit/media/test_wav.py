"""WAV files, compared with the standard library and libsndfile."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mediarecorder.errors import DecodingError, NotSupportedError
from mediarecorder.media import wav
from tests.sound import tone

STEREO = tone([440, 660], 0.05, 16_000)


def written(samples: NDArray[np.float32], subtype: str = "FLOAT") -> bytes:
    file = io.BytesIO()
    wav.write(file, samples, 16_000, subtype)
    return file.getvalue()


def read(data: bytes) -> tuple[NDArray[np.float32], int]:
    return wav.read(np.frombuffer(data, np.uint8))


def test_float_samples_are_unchanged() -> None:
    samples = np.array([[0, -0.0], [1e-38, 1.5], [-3, 1 / 3]], np.float32)
    back, rate = read(written(samples))
    assert back.tobytes() == samples.tobytes()
    assert rate == 16_000


def test_the_standard_library_reads_16_bits() -> None:
    with wave.open(io.BytesIO(written(STEREO, "PCM_16"))) as file:
        assert file.getparams()[:4] == (2, 2, 16_000, len(STEREO))
        whole = np.frombuffer(file.readframes(len(STEREO)), "<i2").reshape(-1, 2)
    np.testing.assert_allclose(whole / 32768, STEREO, atol=0.5 / 32768)


def test_16_bit_samples_are_unchanged() -> None:
    whole = np.arange(-32768, 32768, dtype=np.int16).reshape(-1, 2)
    back, _ = read(written((whole / np.float32(32768)).astype(np.float32), "PCM_16"))
    np.testing.assert_array_equal(back * 32768, whole)


def test_samples_outside_of_16_bits_are_clipped() -> None:
    samples = np.array([[1.0], [7.0], [-7.0], [np.inf], [np.nan]], np.float32)
    back, _ = read(written(samples, "PCM_16"))
    assert (back[:, 0] * 32768).tolist() == [32767, 32767, -32768, 32767, 0]


@pytest.mark.parametrize("subtype", ["FLOAT", "PCM_16"])
def test_libsndfile_agrees(subtype: str) -> None:
    soundfile = pytest.importorskip("soundfile")
    data = written(STEREO, subtype)
    assert soundfile.info(io.BytesIO(data)).subtype == subtype
    theirs, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    np.testing.assert_array_equal(theirs, read(data)[0])
    assert rate == 16_000


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("format", ["WAV", "WAVEX"])
def test_files_of_libsndfile_are_read(subtype: str, format: str) -> None:  # noqa: A002
    soundfile = pytest.importorskip("soundfile")
    file = io.BytesIO()
    soundfile.write(file, STEREO, 16_000, subtype=subtype, format=format)
    file.seek(0)
    theirs, _ = soundfile.read(file, dtype="float32")
    ours, rate = read(file.getvalue())
    assert rate == 16_000
    np.testing.assert_array_equal(ours, theirs)


def test_no_frames() -> None:
    back, _ = read(written(np.zeros((0, 2), np.float32)))
    assert back.shape == (0, 2)


def test_over_4_gib_is_refused_before_a_byte_is_written() -> None:
    hours = np.broadcast_to(np.float32(0), (2**30, 1))  # without memory
    file = io.BytesIO()
    with pytest.raises(NotSupportedError, match=r"4 GiB.*flac"):
        wav.write(file, hours, 48_000)
    assert not file.getvalue()


@pytest.mark.parametrize("subtype", ["PCM_24", "", "float", 16])
def test_other_subtypes_are_refused(subtype: Any) -> None:
    with pytest.raises(ValueError, match='"FLOAT" or "PCM_16"'):
        written(STEREO, subtype)


def test_a_truncated_file_is_read_up_to_its_end() -> None:
    data = written(STEREO)
    back, _ = read(data[: len(data) - 8 * 100 - 3])
    np.testing.assert_array_equal(back, STEREO[:-101])


def test_unknown_chunks_are_skipped() -> None:
    data = written(STEREO)
    riff, rest = data[:12], data[12:]
    back, _ = read(riff + b"LIST\x03\x00\x00\x00abc\x00" + rest)
    np.testing.assert_array_equal(back, STEREO)


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\x00\x00\x00\x00WAVE",
        written(STEREO)[:30],
        written(STEREO)[:20] + b"\x11\x00" + written(STEREO)[22:],  # ADPCM
        written(STEREO)[:22] + b"\x00\x00" + written(STEREO)[24:],  # no channels
        b"RIFF\x00\x00\x00\x00WAVEfmt \x02\x00\x00\x00\x01\x00data\x04\x00\x00\x00abcd",
    ],
)
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(DecodingError, match="WAV file"):
        read(data)
