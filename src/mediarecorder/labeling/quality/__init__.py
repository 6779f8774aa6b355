"""Whether a clip is good enough, told in words that a speaker understands."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

import numpy.typing as npt

from .measures import FLOOR, Measures, measure, room_noise

Flaw: TypeAlias = Literal[
    "too short",
    "too long",
    "too quiet",
    "clipped",
    "silent start",
    "silent end",
    "noisy",
    "wrong sample rate",
]
Room: TypeAlias = Literal["loud room", "no sound"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a clip.

    Attributes
    ----------
    name : str
        What it is: one of `Flaw`, or of `Room`.
    value, limit : float
        What was measured, and what was asked for.
    unit : str
        Of both: ``"s"``, ``"dBFS"``, ``"dB"``, ``"%"``, ``"Hz"``.
    sentence : str
        What happened and what to do now, for the speaker.
    refused : bool
        Whether the clip may not be kept for this; else it is only marked.
    """

    name: Flaw | Room
    value: float
    limit: float
    unit: str
    sentence: str
    refused: bool = False


@dataclass(frozen=True)
class Verdict:
    """What `Quality.judge` says of a clip.

    Attributes
    ----------
    measures : Measures
        All that was measured, whether it is good or not.
    findings : tuple of Finding
        What is wrong; empty for a good clip.
    trim : (float, float) or None
        From and to in seconds, as in ``take[start:stop]``, where a part of the silence
        could be cut off.
    """

    measures: Measures
    findings: tuple[Finding, ...] = ()
    trim: tuple[float, float] | None = None

    @property
    def refused(self) -> bool:
        """Whether the clip may not be kept."""
        return any(finding.refused for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What a clip must be like; a limit that is None is not looked at.

    Parameters
    ----------
    shortest : float or None
        Seconds of sound, the silence around it left out.
    longest : float or None
        Seconds of the whole clip.
    quietest : float or None
        dBFS: the level of the sound, its pauses left out.
    clipped : float or None
        Per cent of the samples that may be at full scale.
    silence : float or None
        Seconds of silence that may stand at the start, and at the end. Where there is
        more, a trim is offered.
    margin : float
        Seconds of silence that a trim leaves on each side.
    signal_to_noise : float or None
        dB of the sound above the room's noise.
    sample_rate : int or None
        Hz, exactly.
    loudest_room : float or None
        dBFS of the room's noise, as `judge_room` measures it.
    refuse : collection of str
        The flaws for which a clip is refused; for others it is only marked.
        ``refuse=()`` refuses nothing.

    Examples
    --------
    >>> quality = Quality(longest=5, refuse=["too short", "too long"])
    >>> room = quality.judge_room(silence.samples, silence.sample_rate)
    >>> verdict = quality.judge(take.samples, take.sample_rate, room.measures.noise)
    >>> for finding in verdict.findings:
    ...     print(finding.sentence)
    """

    shortest: float | None = 0.2
    longest: float | None = 20.0
    quietest: float | None = -40.0
    clipped: float | None = 0.1
    silence: float | None = 0.7
    margin: float = 0.2
    signal_to_noise: float | None = 15.0
    sample_rate: int | None = None
    loudest_room: float | None = -45.0
    refuse: Collection[Flaw] = (
        "too short", "too long", "too quiet", "clipped", "wrong sample rate",
    )  # fmt: skip

    def __post_init__(self) -> None:
        for limit in fields(self):
            if limit.name != "refuse":
                _check_limit(limit.name, getattr(self, limit.name))
        if self.silence is not None and self.margin > self.silence:
            raise ValueError(
                f"margin, {self.margin:g} s, must not be longer than silence, {self.silence:g} s."
            )
        if isinstance(self.refuse, str) or not set(self.refuse) <= set(get_args(Flaw)):
            raise ValueError(
                f"refuse must be a collection of {', '.join(map(repr, get_args(Flaw)))}, "
                f"not {self.refuse!r:.80}."
            )
        object.__setattr__(self, "refuse", frozenset(self.refuse))

    def judge(
        self, samples: npt.ArrayLike, sample_rate: int, noise: float | None = None
    ) -> Verdict:
        """Measure a clip, as `measure` does, and say what is wrong with it.

        Parameters
        ----------
        samples : array_like of float, shape (frames,) or (frames, channels)
            In [-1, 1].
        sample_rate : int
            Hz.
        noise : float, optional
            The room's, in dBFS, as ``judge_room(…).measures.noise`` has it. Without it
            the quietest tenth of the clip stands for it: a sound without pauses, a
            steady tone say, then seems noisy.
        """
        measures = measure(samples, sample_rate, noise=noise)
        return Verdict(measures, tuple(self._findings(measures)), self._trim(measures))

    def judge_room(self, samples: npt.ArrayLike, sample_rate: int) -> Verdict:
        """Measure the noise of a room in which nobody speaks: a second or two of warming up.

        Returns
        -------
        Verdict
            ``measures.noise`` is for `judge`. Nothing is refused; it is said where the
            room is loud, or the microphone gives nothing at all.
        """
        noise = room_noise(samples, sample_rate)
        measures = measure(samples, sample_rate, noise=noise)
        return Verdict(measures, tuple(self._findings_in_room(noise)))

    def _findings(self, measures: Measures) -> Iterator[Finding]:
        for name, (value_of, limit_of, is_bad, unit, sentence) in _FLAWS.items():
            value, limit = getattr(measures, value_of), getattr(self, limit_of)
            about_silence = name in ("silent start", "silent end")
            if limit is None or not is_bad(value, limit) or (about_silence and not measures.sound):
                continue
            words = sentence.format(value=value, limit=limit)
            yield Finding(name, value, limit, unit, words, name in self.refuse)

    def _findings_in_room(self, noise: float) -> Iterator[Finding]:
        if noise <= FLOOR:
            words = "Not a sound comes from the microphone. See whether it is switched on."
            yield Finding("no sound", noise, FLOOR, "dBFS", words)
        elif self.loudest_room is not None and noise > self.loudest_room:
            words = (
                f"The room is loud: {noise:.0f} dBFS, and {self.loudest_room:g} would be good. "
                "Close the window, or look for a quieter place."
            )
            yield Finding("loud room", noise, self.loudest_room, "dBFS", words)

    def _trim(self, m: Measures) -> tuple[float, float] | None:
        if self.silence is None or not m.sound or max(m.start, m.end) <= self.silence:
            return None
        return max(0.0, m.start - self.margin), min(m.duration, m.duration - m.end + self.margin)


_FLAWS: dict[Flaw, tuple[str, str, Callable[[float, float], bool], str, str]] = {
    "too short": (
        "sound", "shortest", operator.lt, "s",
        "There are only {value:.2f} s of sound, and {limit:g} s are needed. "
        "Begin to record before you speak, and stop after it.",
    ),
    "too long": (
        "duration", "longest", operator.gt, "s",
        "It lasts {value:.1f} s, and {limit:g} s are the most. Stop as soon as you have spoken.",
    ),
    "too quiet": (
        "level", "quietest", operator.lt, "dBFS",
        "It is too quiet: {value:.0f} dBFS, and {limit:g} are needed. "
        "Come nearer to the microphone, or speak up.",
    ),
    "clipped": (
        "clipped", "clipped", operator.gt, "%",
        "It is too loud for the microphone: {value:.2g} % of it is cut off. "
        "Move away a little, or turn the microphone down.",
    ),
    "silent start": (
        "start", "silence", operator.gt, "s",
        "It begins with {value:.1f} s of silence, which can be cut off.",
    ),
    "silent end": (
        "end", "silence", operator.gt, "s",
        "It ends with {value:.1f} s of silence, which can be cut off.",
    ),
    "noisy": (
        "signal_to_noise", "signal_to_noise", operator.lt, "dB",
        "It is only {value:.0f} dB louder than the noise around it, and {limit:g} are needed. "
        "Close the window, or come nearer to the microphone.",
    ),
    "wrong sample rate": (
        "sample_rate", "sample_rate", operator.ne, "Hz",
        "It was recorded at {value} Hz, and {limit} Hz are needed. "
        "Tell the one who runs this collection.",
    ),
}  # fmt: skip
"""Of each flaw: what is measured, its limit, when it is bad, the unit, the words for it."""


def _check_limit(name: str, value: object) -> None:
    if value is None and name != "margin":
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r:.40}.")
    in_decibels = name in ("quietest", "loudest_room", "signal_to_noise")
    if not math.isfinite(value) or (value < 0 and not in_decibels):
        raise ValueError(f"{name} must be a finite number from 0 on, not {value!r:.40}.")
