"""The sources that a browser can open, as frozen descriptions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

FASTEST_RATE = 768_000
"""The highest sample rate of any known sound card, in Hz."""


@dataclass(frozen=True)
class Microphone:
    """A microphone. By default its sound is **raw**, without the browser's processing.

    Browsers' defaults are made for telephony: echo cancellation, noise suppression and
    automatic gain control. Within three seconds, they remove nine tenths of the level of a
    steady tone. Recorded data needs the unprocessed signal, so all three are off here. Use
    `Microphone.speech` for a voice in a noisy room.

    `Take.settings` contains the settings that the browser actually used.

    Parameters
    ----------
    device : str, optional
        The name of the device, a part of the name that no other device shares, or the id. If
        None, the browser's default microphone. If the device does not exist, the start of the
        recording fails with `NotFoundError`; there is no fallback to another device.
    echo_cancellation, noise_suppression, auto_gain_control : bool
        The browser's processing. (Chromium switches all three off together with echo
        cancellation.)
    sample_rate : int, optional
        The exact sample rate in Hz. If the device does not support it, the start fails with
        `OverconstrainedError`. If None, the device's own rate. (MediaRecorder's Opus is always
        48 kHz.)
    channels : int, optional
        The exact number of channels, 1 or 2. If None, the device's own number.

    Raises
    ------
    TypeError, ValueError
        A parameter is invalid or out of range.

    Notes
    -----
    Media Capture and Streams, `getUserMedia
    <https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia>`_ and its
    constrainable properties.
    """

    device: str | None = None
    echo_cancellation: bool = False
    noise_suppression: bool = False
    auto_gain_control: bool = False
    sample_rate: int | None = None
    channels: int | None = None

    def __post_init__(self) -> None:
        if self.device is not None and (not isinstance(self.device, str) or not self.device):
            raise TypeError(f"device must be a device's name or id, not {self.device!r}.")
        for name in ("echo_cancellation", "noise_suppression", "auto_gain_control"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be True or False, not {getattr(self, name)!r}.")
        if self.sample_rate is not None:
            _whole("sample_rate", self.sample_rate, 3_000, FASTEST_RATE, "Hz")
        if self.channels is not None:
            _whole("channels", self.channels, 1, 2, "channels")

    @classmethod
    def speech(cls, device: str | None = None) -> Microphone:
        """Return a microphone with echo cancellation, noise suppression and gain control."""
        return cls(device, True, True, True)

    def describe(self) -> dict[str, Any]:
        """Return the fields for a message to the page, with the constraints of `getUserMedia`."""
        constraints: dict[str, Any] = {
            "echoCancellation": self.echo_cancellation,
            "noiseSuppression": self.noise_suppression,
            "autoGainControl": self.auto_gain_control,
        }
        if self.sample_rate is not None:
            constraints["sampleRate"] = {"exact": self.sample_rate}
        if self.channels is not None:
            constraints["channelCount"] = {"exact": self.channels}
        return {"kind": "microphone", "device": self.device, "constraints": constraints}


@dataclass(frozen=True)
class Tone:
    """Steady sine tones generated in the page, for demos and tests without a microphone.

    Parameters
    ----------
    frequency : float or sequence of float
        The frequency in Hz. A sequence of 1 to 8 frequencies makes one channel of each.
    level : float
        The amplitude, from 0 to 1.
    sample_rate : int
        The sample rate in Hz, from 8,000 to 96,000.

    Raises
    ------
    TypeError, ValueError
        A parameter is invalid or out of range.

    Notes
    -----
    The source is a Web Audio oscillator. Browsers keep it silent until the user has clicked or
    typed in the page; until then, a recording fails with `NotAllowedError`.
    """

    frequency: float | Sequence[float] = 440.0
    level: float = 0.25
    sample_rate: int = 48_000

    def __post_init__(self) -> None:
        frequencies = self.frequencies
        if not 1 <= len(frequencies) <= 8:
            raise ValueError("A Tone has 1 to 8 frequencies, one for each channel.")
        _whole("sample_rate", self.sample_rate, 8_000, 96_000, "Hz")
        for frequency in frequencies:
            _real("frequency", frequency, 0, self.sample_rate / 2, "Hz")
        _real("level", self.level, 0, 1, "")
        object.__setattr__(self, "frequency", frequencies)  # a tuple is hashable

    @property
    def frequencies(self) -> tuple[float, ...]:
        """The frequency of each channel, in Hz."""
        one_or_more = self.frequency
        return tuple(one_or_more) if isinstance(one_or_more, Sequence) else (one_or_more,)

    def describe(self) -> dict[str, Any]:
        """Return the fields for a message to the page."""
        return {
            "kind": "tone",
            "frequencies": [float(frequency) for frequency in self.frequencies],
            "level": float(self.level),
            "sample_rate": int(self.sample_rate),
        }


Source: TypeAlias = Microphone | Tone


@dataclass(frozen=True)
class Device:
    """A microphone, as the browser reports it. Its id is valid for one site in one browser.

    Attributes
    ----------
    id, name : str
        The id and the name. Either can be the ``device`` of a `Microphone`.
    """

    id: str
    name: str


def _whole(name: str, value: object, low: int, high: int, unit: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {value!r}.")
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:,} and {high:,} {unit}, not {value!r}.")


def _real(name: str, value: object, low: float, high: float, unit: str) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r}.")
    if not math.isfinite(value) or not low <= value <= high:
        between = f"between {low:g} and {high:g} {unit}".rstrip()
        raise ValueError(f"{name} must be {between}, not {value!r}.")
