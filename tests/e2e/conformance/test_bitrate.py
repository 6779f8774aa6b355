"""web-platform-tests mediacapture-record/MediaRecorder-bitrate.https.html, with one microphone."""

from __future__ import annotations

import pytest

from tests.e2e.conformance.bench import Bench

AUDIO, VIDEO = 100_000, 1_000_000
LOW, HIGH = 500_000, 2_000_000
CLOSE = 100_000
DEFAULTS = [128_000, 2_500_000]
"""The defaults of Chromium and Firefox; the standard leaves them to the browser."""


def rates(bench: Bench) -> list[int]:
    found: list[int] = bench.value("rates(rec)")
    return found


def test_defaults(bench: Bench) -> None:
    bench.make()
    assert rates(bench) == DEFAULTS


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("audio_bits_per_second=0", [0, DEFAULTS[1]]),
        ("video_bits_per_second=0", [DEFAULTS[0], 0]),
        (f"audio_bits_per_second={AUDIO}", [AUDIO, DEFAULTS[1]]),
        (f"video_bits_per_second={VIDEO}", [DEFAULTS[0], VIDEO]),
    ],
)
def test_one_rate_leaves_the_other_unchanged(
    bench: Bench, options: str, expected: list[int]
) -> None:
    bench.make(options)
    assert rates(bench) == expected


BOTH = f"audio_bits_per_second={AUDIO}, video_bits_per_second={VIDEO}"
ZEROS = "audio_bits_per_second=0, video_bits_per_second=0"


@pytest.mark.parametrize(
    ("options", "total"),
    [
        ("bits_per_second=0", 0),
        (f"bits_per_second=0, {BOTH}", 0),
        (f"bits_per_second={HIGH}, {ZEROS}", HIGH),
        (f"bits_per_second={HIGH}", HIGH),
    ],
)
def test_the_total_overrides_the_parts(bench: Bench, options: str, total: int) -> None:
    bench.make(options)
    assert 0 not in rates(bench)
    assert sum(rates(bench)) == pytest.approx(total, abs=CLOSE)


@pytest.mark.parametrize(
    "name", ["audio_bits_per_second", "video_bits_per_second", "bits_per_second"]
)
def test_zero_bits_are_accepted_with_a_warning(bench: Bench, name: str) -> None:
    (warning,) = bench.call(f"warned(lambda: watch(MediaRecorder({name}=0)))")
    assert warning.startswith(f"UserWarning: {name}=0 asks for no bits at all")


@pytest.mark.parametrize("options", ["", f"audio_bits_per_second={AUDIO}"])
def test_start_does_not_change_the_audio_rate(bench: Bench, options: str) -> None:
    bench.make(options)
    audio = rates(bench)[0]
    bench.run("rec.start()")
    bench.until("start")
    assert rates(bench)[0] == audio
    assert bench.witness.report()["recorders"][-1]["audioBitsPerSecond"] == audio


def test_the_total_goes_to_audio_alone_during_a_recording(bench: Bench) -> None:
    """Once inactive, the recorder reports its earlier rates again. (Chromium's own does not.)"""
    bench.make(f"bits_per_second={LOW}")
    before = rates(bench)
    bench.run("rec.start()")
    bench.until("start")
    audio, video = rates(bench)
    assert audio == pytest.approx(LOW, abs=CLOSE)
    assert video == 0
    assert audio != before[0]
    assert before[1] != 0
    bench.run("rec.stop()")
    bench.until("stop")
    assert rates(bench) == before


@pytest.mark.parametrize("mode", ["variable", "constant"])
def test_audio_bitrate_mode(bench: Bench, mode: str) -> None:
    bench.make(f"audio_bitrate_mode={mode!r}")
    bench.run("rec.start()")
    bench.until("start")
    assert bench.value("rec.audio_bitrate_mode") == mode
    assert bench.notebook.page.evaluate("witness.native().audioBitrateMode") == mode
