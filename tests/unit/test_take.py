"""A take: its contents, decoding, conversion to an array, and spans."""

from __future__ import annotations

import datetime
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mediarecorder import media
from mediarecorder.errors import DecodingError
from mediarecorder.take import Take
from tests.recordings import blob_of, take_of, take_of_samples

RAMP = np.arange(20, dtype=np.float32).reshape(10, 2)


@pytest.fixture
def no_av(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)


def ramp(sample_rate: int = 10, **other: Any) -> Take:
    return take_of_samples(RAMP.copy(), sample_rate, **other)


# --- contents -----------------------------------------------------------------------------


def test_the_blob_shares_the_bytes_and_is_read_only() -> None:
    blob = blob_of("opus.webm")
    take = take_of(blob)
    assert np.shares_memory(take.blob, blob)
    with pytest.raises(ValueError, match="read-only"):
        take.blob[0] = 0
    assert blob.flags.writeable  # the caller's own array is unchanged


@pytest.mark.parametrize(
    "blob", [np.zeros(4, np.int8), np.zeros((2, 2), np.uint8), np.zeros(4, np.float32)]
)
def test_an_invalid_blob_is_refused(blob: NDArray[Any]) -> None:
    with pytest.raises(TypeError, match="uint8"):
        take_of(blob)


@pytest.mark.parametrize("samples", [np.zeros((4, 1)), np.zeros(4, np.float32)])
def test_invalid_samples_are_refused(samples: NDArray[Any]) -> None:
    with pytest.raises(TypeError, match="float32"):
        take_of_samples(samples)


def test_started_at_is_converted_to_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    take = take_of(started_at=datetime.datetime(2026, 11, 24, 20, tzinfo=zone))
    assert take.started_at.isoformat() == "2026-11-24T18:00:00+00:00"
    with pytest.raises(ValueError, match="time zone"):
        take_of(started_at=datetime.datetime(2026, 11, 24, 20))


def test_settings_are_read_only() -> None:
    take = take_of(settings={"deviceId": "abc"})
    assert take.settings == {"deviceId": "abc"}
    with pytest.raises(TypeError):
        take.settings["deviceId"] = "x"  # type: ignore[index]


def test_takes_are_equal_by_identity() -> None:
    one, other = ramp(), ramp()
    assert one == one
    assert one != other
    assert len({one, other}) == 2


# --- samples ------------------------------------------------------------------------------


def test_samples_from_the_page_are_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "decode", lambda blob: pytest.fail("decoded"))
    take = ramp()
    np.testing.assert_array_equal(take.samples, RAMP)
    assert (take.sample_rate, take.channels, take.duration) == (10, 2, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        take.samples[0, 0] = 1


def test_mono_is_the_mean_of_the_channels() -> None:
    np.testing.assert_array_equal(ramp().mono, RAMP.mean(axis=1))
    assert ramp().mono.dtype == np.float32
    single = take_of_samples(RAMP[:, :1])
    np.testing.assert_array_equal(single.mono, RAMP[:, 0])
    assert not single.mono.flags.writeable


def test_many_threads_decode_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    together, second = threading.Barrier(8), threading.Event()

    def decode(blob: NDArray[np.uint8]) -> tuple[NDArray[np.float32], int]:
        calls.append(blob)
        if len(calls) > 1:
            second.set()
        second.wait(0.2)  # enough time for another thread to enter
        return RAMP.copy(), 16_000

    def look() -> None:
        together.wait(10)
        seen.append(take.samples)

    monkeypatch.setattr(media, "decode", decode)
    take = take_of("pcm.webm")
    seen: list[NDArray[np.float32]] = []
    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(calls) == 1
    assert len(seen) == 8
    assert all(samples is seen[0] for samples in seen)
    assert take.sample_rate == 16_000


def test_a_failure_to_decode_is_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    take = take_of()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "av", None)
        with pytest.raises(DecodingError, match=r"mediarecorder\[av\]"):
            take.samples  # noqa: B018
    monkeypatch.setattr(media, "decode", lambda blob: (RAMP.copy(), 48_000))
    assert len(take.samples) == 10


@pytest.mark.usefixtures("no_av")
@pytest.mark.parametrize(
    "blob", [np.zeros(0, np.uint8), blob_of("header-only.webm"), blob_of("opus.webm")[:161]]
)
@pytest.mark.parametrize(("settings", "channels"), [({}, 1), ({"channelCount": 2}, 2)])
def test_a_take_without_sound_has_empty_samples(
    blob: NDArray[np.uint8], settings: dict[str, int], channels: int
) -> None:
    take = take_of(blob, settings=settings, seconds=0.05)
    assert take.samples.shape == (0, channels)
    assert take.samples.dtype == np.float32
    assert take.mono.shape == (0,)
    assert take.duration == 0
    assert take[0:1].samples.shape == (0, channels)


def test_an_mp4_header_alone_has_no_samples() -> None:
    blob = blob_of("opus.mp4")[:641]  # Chromium's first blob
    assert take_of(blob, mime_type="audio/mp4;codecs=opus").samples.shape == (0, 1)


def test_sound_after_a_long_header_is_decoded() -> None:
    pytest.importorskip("av")
    blob = blob_of("opus.mp4")
    after_ftyp = int.from_bytes(blob[:4].tobytes(), "big")
    padding = np.frombuffer((100_000).to_bytes(4, "big") + b"free" + bytes(99_992), np.uint8)
    padded = np.concatenate([blob[:after_ftyp], padding, blob[after_ftyp:]])
    cut = padded[: after_ftyp + 100_000 + 5_000]  # its first frame follows the padding
    assert 0 < len(take_of(cut, mime_type="audio/mp4;codecs=opus").samples) < 45_120


@pytest.mark.usefixtures("no_av")
@pytest.mark.parametrize(
    ("mime_type", "settings", "rate"),
    [
        ("audio/webm;codecs=opus", {"sampleRate": 44_100}, 48_000),
        ("audio/ogg; codecs=OPUS", {}, 48_000),
        ("audio/webm;codecs=pcm", {"sampleRate": 44_100}, 44_100),
        ("audio/mp4;codecs=mp4a.40.2", {"sampleRate": 44_100.0}, 44_100),
    ],
)
def test_the_rate_is_known_without_decoding(
    mime_type: str, settings: dict[str, float], rate: int
) -> None:
    take = take_of(mime_type=mime_type, settings=settings)
    assert take.sample_rate == rate
    assert type(take.sample_rate) is int


def test_an_unknown_rate_is_decoded() -> None:
    pytest.importorskip("av")
    assert take_of("pcm.webm").sample_rate == 16_000
    assert take_of("pcm.webm").channels == 2


@pytest.mark.usefixtures("no_av")
@pytest.mark.parametrize("value", ["48000", None, -1, 0, float("inf"), float("nan")])
def test_an_invalid_setting_is_ignored(value: object) -> None:
    take = take_of(np.zeros(0, np.uint8), mime_type="audio/webm", settings={"sampleRate": value})
    assert take.sample_rate == 48_000


def test_the_duration_is_reported_by_the_page_until_the_samples_are_decoded() -> None:
    pytest.importorskip("av")
    take = take_of(seconds=1.03, settings={"channelCount": 2})
    assert take.duration == 1.03
    assert take.channels == 2
    assert len(take.samples) == 48_960
    assert take.duration == 1.02


# --- conversion to an array ---------------------------------------------------------------


def test_asarray_shares_the_samples() -> None:
    take = ramp()
    assert np.shares_memory(np.asarray(take), take.samples)
    assert np.asarray(take).dtype == np.float32


def test_array_copies() -> None:
    take = ramp()
    copy = np.array(take)
    assert not np.shares_memory(copy, take.samples)
    copy[0, 0] = 7
    assert take.samples[0, 0] == 0


def test_another_type_is_a_copy() -> None:
    take = ramp()
    assert np.asarray(take, np.float64).dtype == np.float64
    assert take.__array__(np.float32, copy=False).dtype == np.float32
    with pytest.raises(ValueError, match="copied"):
        take.__array__(np.float64, copy=False)


def test_numpy_functions_accept_a_take() -> None:
    assert np.mean(ramp()) == RAMP.mean()


# --- spans --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "frames"),
    [
        (slice(0.2, 0.5), slice(2, 5)),
        (slice(None, 0.5), slice(0, 5)),
        (slice(0.5, None), slice(5, 10)),
        (slice(-0.3, None), slice(7, 10)),
        (slice(None, -0.3), slice(0, 7)),
        (slice(0, 1), slice(0, 10)),
        (slice(-5, 99), slice(0, 10)),
        (slice(float("-inf"), float("inf")), slice(0, 10)),
        (slice(0.5, 0.2), slice(0, 0)),
        (slice(0.24, 0.26), slice(2, 3)),
        (slice(np.float32(0.5), np.int64(1)), slice(5, 10)),
    ],
)
def test_a_span_is_cut_in_seconds(span: slice, frames: slice) -> None:
    np.testing.assert_array_equal(ramp()[span].samples, RAMP[frames])


def test_a_span_shares_the_arrays_and_fields_of_its_take() -> None:
    take = ramp(complete=False, ended_by="page gone", settings={"channelCount": 2})
    part = take[0.2:0.5]
    assert np.shares_memory(part.blob, take.blob)
    assert np.shares_memory(part.samples, take.samples)
    assert part.duration == pytest.approx(0.3)
    assert (part.id, part.mime_type, part.started_at) == (take.id, take.mime_type, take.started_at)
    assert (part.complete, part.ended_by, part.settings) == (False, "page gone", take.settings)
    np.testing.assert_array_equal(part[0.1:].samples, RAMP[3:5])


def test_a_full_slice_is_not_a_span() -> None:
    assert not ramp()[:].is_span
    assert ramp()[:0.5].is_span
    assert ramp()[:0.5][:].is_span


@pytest.mark.parametrize("key", [0, -1, 1.5, "a", (slice(0, 1), 0), None, slice(0, 1, 2)])
def test_invalid_keys_are_refused(key: Any) -> None:
    with pytest.raises(TypeError, match=r"take\[0\.5:2\.0\]"):
        ramp()[key]


@pytest.mark.parametrize("end", ["1", True, 1j, [1]])
def test_bounds_that_are_not_seconds_are_refused(end: Any) -> None:
    with pytest.raises(TypeError, match="seconds"):
        ramp()[:end]


def test_a_bound_of_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        ramp()[float("nan") :]


def test_a_take_is_not_a_sequence() -> None:
    with pytest.raises(TypeError):
        list(ramp())  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        len(ramp())  # type: ignore[arg-type]
    assert take_of_samples(np.zeros((0, 1), np.float32))  # an empty take is true


def test_the_message_thread_may_request_samples_while_a_page_decodes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when a page requests a take's waveform while a cell waits for its samples."""
    take, cell = take_of(), threading.current_thread()

    def decode(*_: object) -> tuple[NDArray[np.float32], int]:
        if threading.current_thread() is cell:
            with ThreadPoolExecutor() as messages:
                assert messages.submit(lambda: take.samples).result(timeout=5) is not None
        return RAMP, 10

    monkeypatch.setattr(media, "available", lambda: False)
    monkeypatch.setattr(media, "_fallbacks", [decode])
    np.testing.assert_array_equal(take.samples, RAMP)


# --- representation -----------------------------------------------------------------------


@pytest.mark.usefixtures("no_av")
def test_the_repr_contains_the_known_facts() -> None:
    assert repr(take_of(seconds=1.03)) == "<Take 1.03 s, audio/webm;codecs=opus, 12,845 bytes>"
    assert repr(ramp()) == (
        "<Take 1.00 s, 2 channels at 10 Hz, audio/webm;codecs=opus, 12,845 bytes>"
    )
    assert repr(ramp(complete=False, ended_by="page gone")[:0.5]) == (
        "<Take 0.50 s, 2 channels at 10 Hz, audio/webm;codecs=opus, a span, interrupted: page gone>"
    )
