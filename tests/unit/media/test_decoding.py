"""Decoding with PyAV: recordings of real browsers, to samples."""

from __future__ import annotations

import io
import logging
import os
import sys
import tracemalloc

import numpy as np
import pytest

from mediarecorder import media
from mediarecorder.errors import DecodingError
from mediarecorder.media import containers
from mediarecorder.media.blob import _Bytes
from tests.recordings import MIME_TYPES, blob_of
from tests.sound import strongest_frequency, tone

av = pytest.importorskip("av")


def test_pcm_is_decoded_bit_for_bit() -> None:
    samples, rate = media.decode(blob_of("pcm.webm"))
    assert (samples.shape, rate) == ((5440, 2), 16_000)
    assert samples.dtype == np.float32
    steps = samples[:, 0] * 32768
    first = int(steps[0])
    np.testing.assert_array_equal(steps, np.arange(first, first + 5440) % 16_000)
    np.testing.assert_array_equal(samples[:, 1], -samples[:, 0])


@pytest.mark.parametrize(
    ("name", "frames", "frequencies"),
    [
        ("opus.webm", 17 * 2880, [440, 880]),  # all 60 ms frames, including the last one
        ("opus.mp4", 17 * 2880 - 3840, [440, 880]),  # without the pre-skip in its header
        ("opus.ogg", 47_926, [1000]),
    ],
)
def test_opus_has_the_expected_length_and_spectrum(
    name: str, frames: int, frequencies: list[float]
) -> None:
    samples, rate = media.decode(blob_of(name))
    assert (samples.shape, rate) == ((frames, len(frequencies)), 48_000)
    assert samples.dtype == np.float32
    for channel, frequency in zip(samples.T, frequencies, strict=True):
        assert strongest_frequency(channel, rate) == pytest.approx(frequency, abs=0.1)


@pytest.mark.parametrize("name", ["opus.webm", "pcm.webm"])
def test_a_truncated_recording_is_decoded_up_to_its_end(name: str) -> None:
    whole, _ = media.decode(blob_of(name))
    part, _ = media.decode(blob_of(name)[: blob_of(name).size // 2])
    assert 0.3 < len(part) / len(whole) < 0.6
    np.testing.assert_array_equal(part, whole[: len(part)])


@pytest.mark.parametrize("name", MIME_TYPES)
def test_a_recording_truncated_anywhere_is_decoded_or_refused(name: str) -> None:
    blob = blob_of(name)
    for size in [*range(0, 300, 7), *range(300, blob.size, 1999)]:
        try:
            samples, rate = media.decode(blob[:size])
        except DecodingError as error:
            assert str(error).endswith(".")  # noqa: PT017
        else:
            assert samples.ndim == 2
            assert rate > 0


def test_a_damaged_packet_loses_only_its_own_samples(caplog: pytest.LogCaptureFixture) -> None:
    blob = blob_of("opus.webm")
    blob[6000:6100] = 255
    with caplog.at_level(logging.WARNING, "mediarecorder"):
        samples, _ = media.decode(blob)
    assert len(samples) >= 15 * 2880


def test_a_recording_without_a_sound_track() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
        container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(DecodingError, match="no sound track"):
        media.decode(np.frombuffer(file.getvalue(), np.uint8))


@pytest.mark.parametrize(
    ("codec", "format", "layout"), [("flac", "s16", "stereo"), ("flac", "s32", "mono")]
)
def test_integer_samples_are_scaled(codec: str, format: str, layout: str) -> None:  # noqa: A002
    whole = np.rint(tone([440, 660] if layout == "stereo" else 440, 0.2, 8_000) * 32768)
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream(codec, rate=8_000, layout=layout, format=format)
        wide = whole.astype(np.int16) if format == "s16" else whole.astype(np.int32) << 16
        frame = av.AudioFrame.from_ndarray(wide.reshape(1, -1), format=format, layout=layout)
        frame.sample_rate = 8_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    samples, rate = media.decode(np.frombuffer(file.getvalue(), np.uint8))
    assert rate == 8_000
    np.testing.assert_array_equal(samples * 32768, whole)


@pytest.mark.parametrize("name", MIME_TYPES)
def test_without_av_the_error_names_the_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert media.available()
    monkeypatch.setitem(sys.modules, "av", None)
    assert not media.available()
    with pytest.raises(DecodingError, match=r'pip install "mediarecorder\[av\]"'):
        media.decode(blob_of(name))


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"#EXTM3U\nhttp://localhost/x.ts", b"ffconcat version 1.0\nfile x.wav"]
)
def test_unknown_formats_never_reach_ffmpeg(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "open", lambda *args, **kwargs: pytest.fail("opened"))
    with pytest.raises(DecodingError, match="not a recording"):
        media.decode(np.frombuffer(data, np.uint8))


@pytest.mark.parametrize(
    ("name", "mime_type", "rate", "channels"),
    [
        ("opus.webm", "audio/webm;codecs=opus", 48_000, 2),
        ("pcm.webm", "audio/x-matroska;codecs=pcm", 16_000, 2),
        ("opus.mp4", "audio/mp4;codecs=opus", 48_000, 2),
        ("opus.ogg", "audio/ogg;codecs=opus", 48_000, 1),
    ],
)
def test_probe(name: str, mime_type: str, rate: int, channels: int) -> None:
    facts = media.probe(blob_of(name))
    assert (facts.mime_type, facts.sample_rate, facts.channels) == (mime_type, rate, channels)


@pytest.mark.parametrize(
    ("name", "muxer"),
    [
        ("opus.webm", "webm"),
        ("opus.webm", "matroska"),
        ("pcm.webm", "matroska"),
        ("opus.mp4", "mp4"),
        ("opus.ogg", "ogg"),
    ],
)
def test_remuxing_keeps_the_samples_and_adds_the_duration(name: str, muxer: str) -> None:
    file = io.BytesIO()
    media.remux(blob_of(name), file, muxer)
    remuxed = np.frombuffer(file.getvalue(), np.uint8)
    samples, rate = media.decode(blob_of(name))
    again, again_rate = media.decode(remuxed)
    np.testing.assert_array_equal(again, samples)
    assert again_rate == rate
    # The durations of MP4 and Ogg include some of the frames that decoders skip at the start.
    assert media.probe(remuxed).seconds == pytest.approx(len(samples) / rate, abs=0.045)
    if muxer in ("webm", "matroska"):
        assert b"\x1cS\xbbk" in file.getvalue()  # the index: Cues


def test_remuxing_into_an_unsuitable_container_is_refused() -> None:
    with pytest.raises(DecodingError, match="does not fit into webm"):
        media.remux(blob_of("pcm.webm"), io.BytesIO(), "webm")


def test_probing_a_long_recording_does_not_copy_it() -> None:
    """Its bytes may be a memory map that is larger than the memory."""
    blob = np.concatenate([blob_of("pcm.webm"), np.zeros(64 << 20, np.uint8)])
    tracemalloc.start()
    try:
        assert media.probe(blob).sample_rate == 16_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("whence", [os.SEEK_SET, os.SEEK_CUR, os.SEEK_END])
@pytest.mark.parametrize("offset", [-2, 0, 3, 11])
def test_bytes_are_read_like_a_file(whence: int, offset: int) -> None:
    data = bytes(range(10))
    ours, real = _Bytes(np.frombuffer(data, np.uint8)), io.BytesIO(data)
    assert ours.read(4) == real.read(4)
    target = max({os.SEEK_SET: 0, os.SEEK_CUR: 4, os.SEEK_END: 10}[whence] + offset, 0)
    assert ours.seek(offset, whence) == real.seek(min(target, len(data)))
    assert ours.tell() == real.tell()
    assert ours.read(4) == real.read(4)
    assert ours.read() == real.read()


# --- without a decoder --------------------------------------------------------------------


@pytest.mark.parametrize("name", MIME_TYPES)
def test_a_header_without_sound_is_recognized(name: str) -> None:
    blob = blob_of(name)
    kind = containers.sniff(blob)
    assert kind is not None
    assert containers.ends_in_its_header(blob, kind) == (name == "header-only.webm")
