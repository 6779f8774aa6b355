"""The measurements of clips, and the findings about them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, get_args

import numpy as np
import pytest

from mediarecorder.labeling import Measures, Quality, Verdict, measure
from mediarecorder.labeling.quality import Flaw
from mediarecorder.labeling.quality.measures import FLOOR
from tests.sound import Samples, tone

RATE = 16_000


def silence(seconds: float, level: float = -70, seed: int = 0) -> Samples:
    """White noise at a level in dBFS."""
    frames = np.random.default_rng(seed).standard_normal((round(seconds * RATE), 1))
    return (frames * 10 ** (level / 20)).astype(np.float32)


def word(seconds: float = 0.6, amplitude: float = 0.3) -> Samples:
    return tone(300, seconds, RATE, amplitude)


def clip(*parts: Samples) -> Samples:
    """Concatenated parts, in a room with noise of -70 dBFS."""
    joined = np.concatenate(parts)
    return joined + silence(len(joined) / RATE, seed=1)[: len(joined)]


GOOD = clip(silence(0.4), word(), silence(0.4))


def names(verdict: Verdict) -> list[str]:
    return [finding.name for finding in verdict.findings]


# Measurements ---------------------------------------------------------------------------


def test_a_good_clip() -> None:
    verdict = Quality().judge(GOOD, RATE)
    assert verdict.findings == ()
    assert verdict.trim is None
    assert not verdict.refused
    m = verdict.measures
    assert m.duration == pytest.approx(1.4)
    assert m.start == pytest.approx(0.4, abs=0.021)
    assert m.end == pytest.approx(0.4, abs=0.021)
    assert m.sound == pytest.approx(0.6, abs=0.042)
    assert m.level == pytest.approx(20 * math.log10(0.3 / math.sqrt(2)), abs=0.2)
    assert m.noise == pytest.approx(-67, abs=1)  # twice the power of -70 dBFS
    assert m.signal_to_noise == pytest.approx(m.level - m.noise, abs=0.1)
    assert m.clipped == 0
    assert m.sample_rate == RATE


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_measures_do_not_depend_on_the_sample_rate(rate: int) -> None:
    m = measure(tone(300, 0.5, rate, 0.3), rate)
    assert m.duration == pytest.approx(0.5)
    assert m.level == pytest.approx(-13.5, abs=0.2)
    assert (m.start, m.end) == (0, 0)


def test_the_loudest_channel_counts_and_channels_do_not_cancel_out() -> None:
    opposite = np.hstack([GOOD, -GOOD, np.zeros_like(GOOD)])
    assert measure(opposite, RATE) == measure(GOOD[:, 0], RATE) == measure(GOOD, RATE)


def test_a_dc_offset_is_not_sound() -> None:
    assert measure(GOOD + np.float32(0.2), RATE).level == pytest.approx(
        measure(GOOD, RATE).level, abs=0.01
    )
    assert measure(np.full((RATE, 1), 0.2, np.float32), RATE).level == FLOOR


def test_the_click_of_a_key_is_not_sound() -> None:
    click = tone(2_000, 0.03, RATE, 0.8)
    clicked = clip(click, silence(0.9), word(), silence(0.9), click)
    m = measure(clicked, RATE)
    assert m.start == pytest.approx(0.93, abs=0.025)
    assert m.end == pytest.approx(0.93, abs=0.025)
    assert m.level == pytest.approx(measure(GOOD, RATE).level, abs=0.3)


def test_a_pause_in_the_middle_belongs_to_the_clip_but_not_to_its_level() -> None:
    m = measure(clip(word(), silence(2), word()), RATE)
    assert m.sound == pytest.approx(3.2, abs=0.05)
    assert m.level == pytest.approx(measure(GOOD, RATE).level, abs=0.2)


def test_a_steady_sound_requires_a_measured_room() -> None:
    steady = clip(word(2))
    quality = Quality()
    assert names(quality.judge(steady, RATE)) == ["noisy"]
    room = quality.judge_room(silence(1), RATE).measures.noise
    assert room == pytest.approx(-70, abs=0.5)
    assert names(quality.judge(steady, RATE, room)) == []


@pytest.mark.parametrize("frames", [0, 1, 2, 7, 319, 320, 321, 961])
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, math.nan, math.inf, -math.inf, 3e38])
def test_all_measures_are_finite(frames: int, value: float) -> None:
    samples = np.full((frames, 2), value, np.float32)
    samples[::3, 0] = -0.25
    with np.errstate(over="ignore"):
        verdict = Quality().judge(samples, RATE)
        room = Quality().judge_room(samples, RATE)
    for number in (*asdict(verdict.measures).values(), room.measures.noise):
        assert math.isfinite(number)
    assert json.loads(json.dumps(asdict(verdict), allow_nan=False))


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.zeros((3, 2, 1), np.float32), RATE),
        (np.zeros((3, 0), np.float32), RATE),
        (np.zeros(3, np.int16), RATE),
        ("noise", RATE),
        (np.zeros(3, np.float32), 0),
        (np.zeros(3, np.float32), True),
        (np.zeros(3, np.float32), 16e3),
    ],
)
def test_invalid_samples_are_refused(samples: Any, rate: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"samples must be|sample_rate must be"):
        measure(samples, rate)


# Findings -------------------------------------------------------------------------------

BAD: dict[str, tuple[Samples, float, float, str]] = {
    "too short": (clip(silence(0.3), word(0.1), silence(0.3)), 0.1, 0.03, "s"),
    "too long": (clip(silence(0.3), word(3.5), silence(0.3)), 4.1, 0.001, "s"),
    "too quiet": (clip(silence(0.3), word(0.6, 0.005), silence(0.3)), -49, 1, "dBFS"),
    "clipped": (
        clip(silence(0.3), word(0.6, 2), silence(0.3)).clip(-1, 1),
        100 * 0.5 * 2 / 3,
        1,
        "%",
    ),
    "silent start": (clip(silence(1.3), word(), silence(0.3)), 1.3, 0.03, "s"),
    "silent end": (clip(silence(0.3), word(), silence(1.3)), 1.3, 0.03, "s"),
    "noisy": (
        clip(silence(0.4, -26), word() + silence(0.6, -26), silence(0.4, -26)),
        12.5,
        1,
        "dB",
    ),
    "wrong sample rate": (GOOD, RATE, 0, "Hz"),
}


@pytest.mark.parametrize("name", get_args(Flaw))
@pytest.mark.parametrize("refuse", [(), get_args(Flaw)], ids=["marked", "refused"])
def test_each_flaw_has_its_number_and_its_sentence(name: Flaw, refuse: tuple[Flaw, ...]) -> None:
    samples, value, tolerance, unit = BAD[name]
    rate = 48_000 if name == "wrong sample rate" else RATE
    verdict = Quality(longest=4, sample_rate=rate, refuse=refuse).judge(samples, RATE)
    (finding,) = verdict.findings
    assert finding.name == name
    assert finding.value == pytest.approx(value, abs=tolerance)
    assert finding.unit == unit
    assert finding.sentence[0].isupper()
    assert finding.sentence.endswith(".")
    assert unit in finding.sentence
    assert finding.refused is verdict.refused is bool(refuse)


def test_a_limit_of_none_is_not_checked() -> None:
    nothing = Quality(
        shortest=None, longest=None, quietest=None, clipped=None, silence=None,
        signal_to_noise=None, loudest_room=None,
    )  # fmt: skip
    for samples, *_ in BAD.values():
        assert nothing.judge(samples, RATE) == Verdict(measure(samples, RATE))
    assert nothing.judge_room(word(), RATE).findings == ()


def test_a_trim_leaves_the_sound_and_a_margin() -> None:
    quality = Quality(margin=0.15)
    long = clip(silence(1.3), word(), silence(2))
    verdict = quality.judge(long, RATE)
    assert names(verdict) == ["silent start", "silent end"]
    assert verdict.trim == pytest.approx((1.15, 2.05), abs=0.025)
    assert verdict.trim is not None
    start, stop = (round(second * RATE) for second in verdict.trim)
    trimmed = quality.judge(long[start:stop], RATE)
    assert trimmed.findings == ()
    assert trimmed.measures.sound == pytest.approx(verdict.measures.sound, abs=0.021)
    only_start = quality.judge(clip(silence(1.3), word(), silence(0.05)), RATE)
    assert only_start.trim == pytest.approx((1.15, 1.95), abs=0.025)


def test_a_silent_clip_has_no_trim() -> None:
    for samples in (np.zeros((RATE, 1), np.float32), np.zeros(0, np.float32)):
        verdict = Quality().judge(samples, RATE)
        assert names(verdict) == ["too short", "too quiet", "noisy"]
        assert verdict.trim is None
        assert verdict.measures.start == verdict.measures.duration


def test_a_room() -> None:
    quality = Quality()
    cough = np.concatenate([silence(0.8), word(0.3), silence(0.8)])
    assert quality.judge_room(cough, RATE).measures.noise == pytest.approx(-70, abs=1)
    assert quality.judge_room(cough, RATE).findings == ()
    loud = quality.judge_room(silence(1, -30), RATE)
    assert names(loud) == ["loud room"]
    assert loud.findings[0].value == loud.measures.noise == pytest.approx(-30, abs=0.5)
    assert "-30 dBFS" in loud.findings[0].sentence
    assert names(quality.judge_room(np.zeros(RATE, np.float32), RATE)) == ["no sound"]
    assert not loud.refused


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"shortest": -1}, "shortest must be"),
        ({"longest": math.nan}, "longest must be"),
        ({"quietest": math.inf}, "quietest must be"),
        ({"clipped": "much"}, "clipped must be a number"),
        ({"silence": True}, "silence must be a number"),
        ({"margin": None}, "margin must be a number"),
        ({"margin": 1.0}, "must not be longer than silence"),
        ({"refuse": "clipped"}, "refuse must be a collection"),
        ({"refuse": ["loud"]}, "refuse must be a collection"),
    ],
)
def test_limits_are_validated(wrong: dict[str, Any], match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match):
        Quality(**wrong)


def test_measures_are_plain_numbers() -> None:
    assert all(type(value) in (int, float) for value in asdict(measure(GOOD, RATE)).values())
    assert isinstance(measure(GOOD, RATE), Measures)
