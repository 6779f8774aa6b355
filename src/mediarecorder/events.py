"""The six events of a MediaRecorder, and two more."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .errors import MediaRecorderError
    from .media.block import Block
    from .recorder import MediaRecorder  # upwards: `Event.recorder` is the DOM's `Event.target`
    from .sources import Device
    from .take import Take

EventName: TypeAlias = Literal[
    "start", "dataavailable", "pause", "resume", "stop", "error", "samples", "devicechange"
]
Target: TypeAlias = "MediaRecorder"
"""What events happen to."""


@dataclass(frozen=True)
class Event:
    """What every event has: its ``type``, and the ``recorder`` that it happened to."""

    type: ClassVar[EventName]
    recorder: MediaRecorder = field(repr=False)


@dataclass(frozen=True)
class StartEvent(Event):
    """The browser records; ``recorder.mime_type`` is now the true one.

    Attributes
    ----------
    started_at : datetime.datetime
        When the sound begins: UTC, by the clock of the page's computer.
    """

    type: ClassVar[EventName] = "start"
    started_at: datetime.datetime


@dataclass(frozen=True, eq=False)
class DataAvailableEvent(Event):
    """Bytes of the recording.

    Attributes
    ----------
    data : numpy.ndarray
        The blob's bytes: ``uint8``, read-only. A blob plays only together with all
        that came before it.
    mime_type : str
        The blob's type.
    timecode : float or None
        Milliseconds from the first blob of the take to this one; None in Firefox,
        which does not tell.
    """

    type: ClassVar[EventName] = "dataavailable"
    data: npt.NDArray[np.uint8] = field(repr=False)
    mime_type: str
    timecode: float | None


@dataclass(frozen=True)
class PauseEvent(Event):
    """The recording pauses."""

    type: ClassVar[EventName] = "pause"


@dataclass(frozen=True)
class ResumeEvent(Event):
    """The recording goes on."""

    type: ClassVar[EventName] = "resume"


@dataclass(frozen=True)
class StopEvent(Event):
    """The recording has ended and everything of it is here, as ``take``."""

    type: ClassVar[EventName] = "stop"
    take: Take


@dataclass(frozen=True)
class ErrorEvent(Event):
    """Something went wrong in the page; ``error`` says what, and ``error.hint`` what to do."""

    type: ClassVar[EventName] = "error"
    error: MediaRecorderError


@dataclass(frozen=True, eq=False)
class SamplesEvent(Event):
    """Sound has been decoded; not in the standard.

    Attributes
    ----------
    samples : Block
        What has come since the last such event, in the order of the recording: float32
        ``(frames, channels)``, with its ``time`` and ``sample_rate``. Listeners that
        fall 10 seconds behind miss some, and its ``overflow`` tells how many frames.
    """

    type: ClassVar[EventName] = "samples"
    samples: Block = field(repr=False)


@dataclass(frozen=True)
class DeviceChangeEvent(Event):
    """A page's microphones have become known, or have changed.

    The standard has it at `MediaDevices
    <https://w3c.github.io/mediacapture-main/#event-mediadevices-devicechange>`_; here it
    comes, too, when a person's permission makes the names known.

    Attributes
    ----------
    devices : tuple of Device
        Those that there are now, in that page; see `MediaRecorder.devices`.
    """

    type: ClassVar[EventName] = "devicechange"
    devices: tuple[Device, ...]
