"""Invalid arguments raise a clear error at the call: one line per case."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from mediarecorder import MediaRecorder, Microphone, Tone

CASES: list[tuple[Callable[..., Any], type[Exception], str]] = [
    # unknown keywords
    (lambda: MediaRecorder(mimetype="audio/webm"), TypeError, "mimetype"),  # type: ignore[call-arg]
    (lambda: MediaRecorder(Microphone(), "audio/webm"), TypeError, "positional"),  # type: ignore[call-arg]
    (lambda: Microphone(gain=3), TypeError, "gain"),  # type: ignore[call-arg]
    (lambda: Tone(pitch=440), TypeError, "pitch"),  # type: ignore[call-arg]
    # sources
    (lambda: MediaRecorder("microphone"), TypeError, "Microphone() or a Tone()"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(None), TypeError, "Microphone() or a Tone()"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(Microphone), TypeError, "Microphone() or a Tone()"),  # type: ignore[arg-type]
    (lambda: setattr(MediaRecorder(), "source", 1), TypeError, "Microphone() or a Tone()"),
    (lambda: Microphone(device=3), TypeError, "name or id"),  # type: ignore[arg-type]
    (lambda: Microphone(device=""), TypeError, "name or id"),
    (lambda: Microphone(echo_cancellation="no"), TypeError, "True or False"),  # type: ignore[arg-type]
    (lambda: Microphone(sample_rate=16000.5), TypeError, "whole number"),  # type: ignore[arg-type]
    (lambda: Microphone(sample_rate=0), ValueError, "3,000"),
    (lambda: Microphone(channels=True), TypeError, "whole number"),
    (lambda: Microphone(channels=3), ValueError, "between 1 and 2"),
    (lambda: Tone(()), ValueError, "1 to 8"),
    (lambda: Tone((1.0,) * 9), ValueError, "1 to 8"),
    (lambda: Tone("440"), TypeError, "frequency"),  # type: ignore[arg-type]
    (lambda: Tone(math.nan), ValueError, "frequency"),
    (lambda: Tone(-1), ValueError, "frequency"),
    (lambda: Tone(30_000), ValueError, "24000 Hz"),
    (lambda: Tone(level=1.5), ValueError, "level"),
    (lambda: Tone(sample_rate=0), ValueError, "sample_rate"),
    # options
    (lambda: MediaRecorder(mime_type=None), TypeError, "mime_type must be text"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(mime_type=" "), ValueError, "audio/webm;codecs=opus"),
    (lambda: MediaRecorder(mime_type="webm"), ValueError, "audio/webm;codecs=opus"),
    (lambda: MediaRecorder(mime_type="audio/"), ValueError, "audio/webm;codecs=opus"),
    (lambda: MediaRecorder(mime_type="image/png"), ValueError, "audio/webm;codecs=opus"),
    (lambda: MediaRecorder(mime_type="audio/webm;codecs="), ValueError, "audio/webm"),
    (lambda: MediaRecorder(mime_type='audio/webm;codecs="opus'), ValueError, "audio/webm"),
    (lambda: MediaRecorder(mime_type="audio/webm\n"), ValueError, "audio/webm"),
    (lambda: MediaRecorder(audio_bits_per_second="64k"), TypeError, "audio_bits_per_second"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(audio_bits_per_second=1.5), TypeError, "whole number"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(audio_bits_per_second=True), TypeError, "whole number"),
    (lambda: MediaRecorder(audio_bits_per_second=math.nan), TypeError, "whole number"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(video_bits_per_second=-1), ValueError, "video_bits_per_second"),
    (lambda: MediaRecorder(bits_per_second=10**12), ValueError, "bits_per_second"),
    (lambda: MediaRecorder(audio_bitrate_mode="fixed"), ValueError, '"constant"'),  # type: ignore[arg-type]
    (lambda: MediaRecorder(decode=1), TypeError, "decode"),  # type: ignore[arg-type]
    # limits
    (lambda: MediaRecorder(max_duration="1"), TypeError, "max_duration must be a number"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(max_duration=True), TypeError, "max_duration"),
    (lambda: MediaRecorder(max_duration=0), ValueError, "max_duration must be between"),
    (lambda: MediaRecorder(max_duration=math.nan), ValueError, "max_duration"),
    (lambda: MediaRecorder(max_duration=math.inf), ValueError, "max_duration"),
    (lambda: MediaRecorder(max_bytes=1e6), TypeError, "max_bytes must be a whole number of bytes"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(max_bytes=True), TypeError, "max_bytes"),
    (lambda: MediaRecorder(max_bytes=0), ValueError, "max_bytes must be between 1"),
    (lambda: MediaRecorder(max_bytes=2**53), ValueError, "max_bytes"),
    (lambda: MediaRecorder(stop_on_silence=3), TypeError, "(seconds, dBFS)"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(stop_on_silence="3s"), TypeError, "(seconds, dBFS)"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(stop_on_silence=(3,)), TypeError, "(30, -50)"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(stop_on_silence=(None, -50)), TypeError, "(30, -50)"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(stop_on_silence=("3", -50)), TypeError, "number of seconds"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(stop_on_silence=(0, -50)), ValueError, "stop_on_silence"),
    (lambda: MediaRecorder(stop_on_silence=(3, None)), TypeError, "level"),  # type: ignore[arg-type]
    (lambda: MediaRecorder(stop_on_silence=(3, False)), TypeError, "level"),
    (lambda: MediaRecorder(stop_on_silence=(3, 50)), ValueError, "between -120 and 0 dBFS"),
    (lambda: MediaRecorder(stop_on_silence=(3, -math.inf)), ValueError, "dBFS"),
    (lambda: MediaRecorder(stop_on_silence=(3, math.nan)), ValueError, "dBFS"),
    # timeslices
    (lambda: MediaRecorder().start("1"), TypeError, "milliseconds"),  # type: ignore[arg-type]
    (lambda: MediaRecorder().start(True), TypeError, "milliseconds"),
    (lambda: MediaRecorder().start(math.nan), ValueError, "milliseconds"),
    (lambda: MediaRecorder().start(math.inf), ValueError, "milliseconds"),
    (lambda: MediaRecorder().start(-1), ValueError, "milliseconds"),
    (lambda: MediaRecorder().start(2**31), ValueError, "milliseconds"),
    # events
    (lambda: MediaRecorder().on("stopped", print), ValueError, "dataavailable"),  # type: ignore[call-overload]
    (lambda: MediaRecorder().on("stopped"), ValueError, "dataavailable"),  # type: ignore[call-overload]
    (lambda: MediaRecorder().on(None, print), ValueError, "dataavailable"),  # type: ignore[call-overload]
    (lambda: MediaRecorder().on("stop", "print"), TypeError, "callable"),  # type: ignore[call-overload]
    (lambda: MediaRecorder().on("stop")(3), TypeError, "callable"),  # type: ignore[type-var]
    (lambda: MediaRecorder().off("stopped", print), ValueError, "dataavailable"),  # type: ignore[arg-type]
    (lambda: MediaRecorder().off("stop", None), TypeError, "callable"),  # type: ignore[arg-type]
    # types
    (lambda: MediaRecorder().is_type_supported(1), TypeError, "mime_type must be text"),  # type: ignore[arg-type]
    (lambda: MediaRecorder().is_type_supported("webm"), ValueError, "audio/webm"),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input(call: Callable[..., Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert message in str(raised.value)


@pytest.mark.parametrize("timeslice", [0, 0.5, 99])
def test_a_small_timeslice_becomes_100_ms_with_a_warning(timeslice: float) -> None:
    with pytest.warns(UserWarning, match="100 ms is used") as caught:
        MediaRecorder().start(timeslice)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("name", ["audio_bits_per_second", "bits_per_second"])
def test_a_bit_rate_of_zero_is_accepted_with_a_warning(name: str) -> None:
    """As in the standard (web-platform-tests, mediacapture-record/MediaRecorder-bitrate)."""
    with pytest.warns(UserWarning, match=f"{name}=0") as caught:
        MediaRecorder(**{name: 0})  # type: ignore[arg-type]
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "mime_type",
    [
        "",
        "audio/webm",
        "AUDIO/WebM; codecs=Opus",
        'video/webm;codecs="vp8, opus"',
        "audio/mp4;codecs=mp4a.40.2",
        "audio/x-matroska;codecs=pcm",
    ],
)
def test_valid_types_are_accepted(mime_type: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert MediaRecorder(mime_type=mime_type).mime_type == mime_type


def test_bad_input_leaves_the_recorder_unchanged() -> None:
    rec = MediaRecorder()
    with pytest.raises(ValueError, match="milliseconds"):
        rec.start(-1)
    assert rec.state == "inactive"
    rec.start()
    assert rec.state == "recording"
