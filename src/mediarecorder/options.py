"""The options of a recorder. They are validated in the call that sets them."""

from __future__ import annotations

import math
import numbers
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from .sources import FASTEST_RATE, Source
from .wire.protocol import BitrateMode

SHORTEST_TIMESLICE = 100.0
"""Milliseconds. (bug: a tiny timeslice gives a flood of tiny blobs)"""

LONGEST_TIMESLICE = 2**31 - 1
LONGEST_SECONDS = 1_000_000
HIGHEST_BIT_RATE = 2**31 - 1
MOST_BYTES = 2**53 - 1
LOWEST_LEVEL = -120.0
"""dBFS."""

_MIME_TYPE = re.compile(
    r"(?:audio|video)/[a-z0-9][a-z0-9.+-]*(?:;\s*codecs\s*=\s*(?:\"[^\"\\]+\"|[^\s\";]+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RecorderOptions:
    """The standard's `MediaRecorderOptions`, in Python's spelling."""

    mime_type: str = ""
    audio_bits_per_second: int | None = None
    video_bits_per_second: int | None = None
    bits_per_second: int | None = None
    audio_bitrate_mode: BitrateMode = "variable"

    def __post_init__(self) -> None:
        check_mime_type(self.mime_type)
        for name in ("audio_bits_per_second", "video_bits_per_second", "bits_per_second"):
            _check_bit_rate(name, getattr(self, name))
        if self.audio_bitrate_mode not in get_args(BitrateMode):
            raise ValueError(
                'audio_bitrate_mode must be "constant" or "variable", '
                f"not {self.audio_bitrate_mode!r}."
            )

    def describe(self) -> dict[str, Any]:
        """Return the fields that are set, for a message to the page, in the W3C's spelling."""
        members = {
            "mimeType": self.mime_type or None,
            "audioBitsPerSecond": self.audio_bits_per_second,
            "videoBitsPerSecond": self.video_bits_per_second,
            "bitsPerSecond": self.bits_per_second,
            "audioBitrateMode": self.audio_bitrate_mode,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True)
class Limits:
    """The limits at which a page ends a take by itself."""

    max_duration: float | None = None
    max_bytes: int | None = None
    stop_on_silence: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        check_seconds("max_duration", self.max_duration)
        _check_whole("max_bytes", self.max_bytes, 1, MOST_BYTES, "bytes")
        if self.stop_on_silence is not None:
            _check_silence(self.stop_on_silence)

    def describe(self) -> dict[str, Any]:
        """Return the fields for a message to the page."""
        duration, size, silence = self.max_duration, self.max_bytes, self.stop_on_silence
        return {
            "max_duration": None if duration is None else float(duration),
            "max_bytes": size,
            "stop_on_silence": None if silence is None else [float(part) for part in silence],
        }


@dataclass
class Settings:
    """The settings of one recorder: what the browser does, and how takes are kept.

    Attributes
    ----------
    source : Source
        The source to open at the next start.
    options : RecorderOptions
        The options of the page's MediaRecorder.
    limits : Limits
        The limits at which a take ends by itself.
    decode : bool
        Whether takes are decoded during the recording.
    journal : Path or None
        The folder to which takes are written during the recording.
    """

    source: Source
    options: RecorderOptions
    limits: Limits
    decode: bool
    journal: Path | None


def check_source(source: object) -> Source:
    """Return `source` if it is a valid source."""
    kinds = get_args(Source)
    if not isinstance(source, kinds):
        names = " or ".join(f"a {kind.__name__}()" for kind in kinds)
        raise TypeError(f"source must be {names}, not {source!r:.80}.")
    return cast("Source", source)


def check_mime_type(mime_type: object) -> str:
    """Return `mime_type` if it is valid or empty (the browser chooses)."""
    if not isinstance(mime_type, str):
        raise TypeError(f"mime_type must be text, not {mime_type!r:.80}.")
    if mime_type and not _MIME_TYPE.fullmatch(mime_type):
        raise ValueError(
            'mime_type must look like "audio/webm" or "audio/webm;codecs=opus", '
            f"or be empty to let the browser choose; not {mime_type!r:.80}."
        )
    return mime_type


def normalized(mime_type: str) -> str:
    """Return `mime_type` as pages spell it in their tables of supported types."""
    return re.sub(r"[\s\"]", "", mime_type).lower()


def check_timeslice(timeslice: object) -> float | None:
    """Return a valid timeslice in milliseconds. Small values are raised, with a warning."""
    if timeslice is None:
        return None
    if isinstance(timeslice, bool) or not isinstance(timeslice, numbers.Real):
        raise TypeError(f"timeslice must be a number of milliseconds, not {timeslice!r:.80}.")
    milliseconds = float(timeslice)
    if not math.isfinite(milliseconds) or not 0 <= milliseconds <= LONGEST_TIMESLICE:
        raise ValueError(
            f"timeslice must be between 0 and {LONGEST_TIMESLICE:,} milliseconds, "
            f"not {timeslice!r}."
        )
    if milliseconds < SHORTEST_TIMESLICE:
        warnings.warn(
            f"A timeslice of {milliseconds:g} ms is shorter than browsers support; "
            f"{SHORTEST_TIMESLICE:g} ms is used.",
            stacklevel=3,
        )
    return max(milliseconds, SHORTEST_TIMESLICE)


def check_seconds(name: str, seconds: object) -> float | None:
    """Return `seconds` if it is a valid duration or None."""
    return None if seconds is None else check_length(name, seconds)


def check_length(name: str, seconds: object) -> float:
    """Return `seconds` if it is a valid duration."""
    if isinstance(seconds, bool) or not isinstance(seconds, numbers.Real):
        raise TypeError(f"{name} must be a number of seconds, not {seconds!r:.80}.")
    length = float(seconds)
    if not 0 < length <= LONGEST_SECONDS:
        raise ValueError(f"{name} must be between 0 and {LONGEST_SECONDS:,}, not {seconds!r}.")
    return length


def check_sample_rate(sample_rate: object) -> int | None:
    """Return `sample_rate` if it is a valid rate in Hz or None."""
    _check_whole("sample_rate", sample_rate, 1, FASTEST_RATE, "Hz")
    return sample_rate  # type: ignore[return-value]


def _check_silence(silence: object) -> None:
    """Check a duration in seconds and a level in dBFS."""
    if not isinstance(silence, (tuple, list)) or len(silence) != 2 or silence[0] is None:
        raise TypeError(
            f"stop_on_silence must be (seconds, dBFS), for instance (30, -50), not {silence!r:.80}."
        )
    seconds, level = silence
    check_seconds("The length of stop_on_silence", seconds)
    if isinstance(level, bool) or not isinstance(level, numbers.Real):
        raise TypeError(f"The level of stop_on_silence must be a number, not {level!r:.80}.")
    if not LOWEST_LEVEL <= float(level) <= 0:
        raise ValueError(
            f"The level of stop_on_silence must be between {LOWEST_LEVEL:g} and 0 dBFS "
            f"(0 is full scale, a quiet room about -60), not {level!r:.80}."
        )


def _check_bit_rate(name: str, value: object) -> None:
    _check_whole(name, value, 0, HIGHEST_BIT_RATE, "bits per second")
    if value == 0:
        warnings.warn(
            f"{name}=0 asks for no bits at all; the browser uses its lowest rate.", stacklevel=5
        )


def _check_whole(name: str, value: object, low: int, high: int, unit: str) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number of {unit}, not {value!r:.80}.")
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:,} and {high:,} {unit}, not {value!r:.80}.")
