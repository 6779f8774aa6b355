"""Quality checks of clips, with findings in sentences for the speaker."""

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
    """A flaw of a clip, or a problem of a room.

    Attributes
    ----------
    name : str
        The flaw: one of ``"too short"``, ``"too long"``, ``"too quiet"``, ``"clipped"``,
        ``"silent start"``, ``"silent end"``, ``"noisy"`` and ``"wrong sample rate"``; of a
        room ``"loud room"`` or ``"no sound"``.
    value, limit : float
        The measured value and its limit.
    unit : str
        The unit of both: ``"s"``, ``"dBFS"``, ``"dB"``, ``"%"`` or ``"Hz"``.
    sentence : str
        The problem and its remedy, for the speaker.
    refused : bool
        Whether the clip is refused for this flaw, or only marked.
    """

    name: Flaw | Room
    value: float
    limit: float
    unit: str
    sentence: str
    refused: bool = False


@dataclass(frozen=True)
class Verdict:
    """The result of `Quality.judge` or `Quality.judge_room`.

    Attributes
    ----------
    measures : Measures
        All measurements.
    findings : tuple of Finding
        The flaws; empty for a good clip.
    trim : (float, float) or None
        A proposal to cut off silence: start and stop in seconds, for ``take[start:stop]``.
    """

    measures: Measures
    findings: tuple[Finding, ...] = ()
    trim: tuple[float, float] | None = None

    @property
    def refused(self) -> bool:
        """Whether the clip is refused."""
        return any(finding.refused for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The quality requirements for clips. A limit of None is not checked.

    Parameters
    ----------
    shortest : float or None
        The minimum duration of the sound in seconds, without the silence around it.
    longest : float or None
        The maximum duration of the whole clip, in seconds.
    quietest : float or None
        The minimum level of the sound in dBFS, without its pauses.
    clipped : float or None
        The maximum percentage of samples at full scale.
    silence : float or None
        The maximum silence at the start and at the end, in seconds each. For more than that,
        a verdict proposes a trim.
    margin : float
        The silence that a trim leaves on each side, in seconds. At most `silence`.
    signal_to_noise : float or None
        The minimum signal-to-noise ratio, in dB.
    sample_rate : int or None
        The required sample rate, in Hz.
    loudest_room : float or None
        The maximum noise of the room in dBFS, as `judge_room` measures it.
    refuse : collection of str
        The flaws for which a clip is refused. Other flaws only mark it.
        ``refuse=()`` refuses nothing.

    Raises
    ------
    TypeError, ValueError
        A limit is not a finite number, `margin` exceeds `silence`, or a flaw is unknown.

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
        """Measure a clip with `measure`, and check it against the limits.

        Parameters
        ----------
        samples : array_like of float, shape (frames,) or (frames, channels)
            The samples, in [-1, 1].
        sample_rate : int
            The sample rate, in Hz.
        noise : float, optional
            The noise of the room in dBFS, from ``judge_room(…).measures.noise``. The default
            is an estimate from the quietest tenth of the clip. By that estimate a sound
            without pauses, such as a steady tone, is noisy.

        Returns
        -------
        Verdict
            The measurements, the flaws, and a trim if there is too much silence.

        Raises
        ------
        TypeError, ValueError
            The samples or the sample rate are invalid.
        """
        measures = measure(samples, sample_rate, noise=noise)
        return Verdict(measures, tuple(self._findings(measures)), self._trim(measures))

    def judge_room(self, samples: npt.ArrayLike, sample_rate: int) -> Verdict:
        """Measure the noise of a silent room, from a second or two.

        Parameters
        ----------
        samples : array_like of float, shape (frames,) or (frames, channels)
            The samples, in [-1, 1].
        sample_rate : int
            The sample rate, in Hz.

        Returns
        -------
        Verdict
            ``measures.noise`` is the noise to pass to `judge`. There is a finding if the
            room is loud or the microphone is silent. Neither is a reason for refusal.
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
            words = "The microphone delivers no sound at all. Check that it is switched on."
            yield Finding("no sound", noise, FLOOR, "dBFS", words)
        elif self.loudest_room is not None and noise > self.loudest_room:
            words = (
                f"The room is loud: {noise:.0f} dBFS; {self.loudest_room:g} or less is good. "
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
        "There is only {value:.2f} s of sound, and {limit:g} s is needed. "
        "Start recording before you speak, and stop afterwards.",
    ),
    "too long": (
        "duration", "longest", operator.gt, "s",
        "It lasts {value:.1f} s, and the maximum is {limit:g} s. Stop as soon as you have spoken.",
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
        "Tell the person who runs this collection.",
    ),
}  # fmt: skip
"""By flaw: the names of its measure and its limit, the comparison, the unit, the sentence."""


def _check_limit(name: str, value: object) -> None:
    if value is None and name != "margin":
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r:.40}.")
    in_decibels = name in ("quietest", "loudest_room", "signal_to_noise")
    if not math.isfinite(value) or (value < 0 and not in_decibels):
        raise ValueError(
            f"{name} must be a finite number (at least 0 unless in decibels), not {value!r:.40}."
        )
