"""What the browser is asked to open: small frozen descriptions, the same in every page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

FASTEST_RATE = 768_000
"""Hz; the highest that a sound card is known to take."""


@dataclass(frozen=True)
class Microphone:
    """A microphone, **raw** unless you ask for more.

    A browser's own default is made for telephony: it cancels echo, suppresses
    noise and controls the gain, and within three seconds a steady tone loses nine
    tenths of its level. People who record data want none of this, so it is off
    here. Use `Microphone.speech` for a voice in a noisy room.

    What the browser really did stands in `Take.settings`.

    Parameters
    ----------
    device : str, optional
        The name of the device, a part of it that no other name has, or its id.
        Without it, the browser's default microphone. A device that is not there is
        a `NotFoundError` when the recording starts, never another device.
    echo_cancellation, noise_suppression, auto_gain_control : bool
        The browser's processing. (Chromium switches all three off together with
        echo cancellation.)
    sample_rate : int, optional
        Hz, exactly: a device that cannot do it is an `OverconstrainedError`. Without
        it, the device's own rate. (MediaRecorder's Opus is always 48 kHz.)
    channels : int, optional
        1 or 2, exactly. Without it, the device's own.

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
        """A microphone with echo cancellation, noise suppression and gain control on."""
        return cls(device, True, True, True)

    def describe(self) -> dict[str, Any]:
        """The message to the page: what to ask `getUserMedia` for."""
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
    """Steady sine tones, made in the page: a source for demos and tests without a microphone.

    Parameters
    ----------
    frequency : float or sequence of float
        Hz; several frequencies make as many channels.
    level : float
        The amplitude, between 0 and 1.
    sample_rate : int
        Hz.

    Notes
    -----
    A Web Audio oscillator: browsers keep it silent in a page that nobody has clicked
    or typed in, and then the recording ends with a `NotAllowedError`.
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
        object.__setattr__(self, "frequency", frequencies)  # hashable, whatever it was

    @property
    def frequencies(self) -> tuple[float, ...]:
        """The frequency of each channel, in Hz."""
        one_or_more = self.frequency
        return tuple(one_or_more) if isinstance(one_or_more, Sequence) else (one_or_more,)

    def describe(self) -> dict[str, Any]:
        """The message to the page."""
        return {
            "kind": "tone",
            "frequencies": [float(frequency) for frequency in self.frequencies],
            "level": float(self.level),
            "sample_rate": int(self.sample_rate),
        }


Source: TypeAlias = Microphone | Tone


@dataclass(frozen=True)
class Device:
    """A microphone, as its browser names it; ids hold for one site in one browser.

    Attributes
    ----------
    id, name : str
        Either may be the ``device`` of a `Microphone`.
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
