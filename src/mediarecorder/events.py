"""The six events of the standard's MediaRecorder, and two more."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .errors import MediaRecorderError
    from .media.block import Block
    from .recorder import MediaRecorder  # upward: `Event.recorder` is the DOM's `Event.target`
    from .sources import Device
    from .take import Take

EventName: TypeAlias = Literal[
    "start", "dataavailable", "pause", "resume", "stop", "error", "samples", "devicechange"
]
Target: TypeAlias = "MediaRecorder"
"""The type of `Event.recorder`."""


@dataclass(frozen=True)
class Event:
    """The base class of all events.

    Attributes
    ----------
    type : str
        The name of the event, as for `MediaRecorder.on`.
    recorder : MediaRecorder
        The recorder that fired the event; the DOM's ``target``.
    """

    type: ClassVar[EventName]
    recorder: MediaRecorder = field(repr=False)


@dataclass(frozen=True)
class StartEvent(Event):
    """The browser has started to record. ``recorder.mime_type`` is now the actual type.

    Attributes
    ----------
    started_at : datetime.datetime
        The start of the sound in UTC, by the clock of the page's computer.
    """

    type: ClassVar[EventName] = "start"
    started_at: datetime.datetime


@dataclass(frozen=True, eq=False)
class DataAvailableEvent(Event):
    """Encoded data of the recording.

    It fires after each `timeslice`, after `MediaRecorder.request_data`, and before ``stop``.

    Attributes
    ----------
    data : numpy.ndarray
        The bytes of the blob: ``uint8``, read-only. A blob is playable only together with all
        earlier blobs of its take.
    mime_type : str
        The type of the blob.
    timecode : float or None
        Milliseconds between the first blob of the take and this one. None in Firefox, which
        does not provide it.
    """

    type: ClassVar[EventName] = "dataavailable"
    data: npt.NDArray[np.uint8] = field(repr=False)
    mime_type: str
    timecode: float | None


@dataclass(frozen=True)
class PauseEvent(Event):
    """The recording has paused."""

    type: ClassVar[EventName] = "pause"


@dataclass(frozen=True)
class ResumeEvent(Event):
    """The recording has resumed."""

    type: ClassVar[EventName] = "resume"


@dataclass(frozen=True)
class StopEvent(Event):
    """The recording has ended, and all its data has arrived. It is the last event of a take.

    Attributes
    ----------
    take : Take
        The recording.
    """

    type: ClassVar[EventName] = "stop"
    take: Take


@dataclass(frozen=True)
class ErrorEvent(Event):
    """A failure in the page, or of the journal.

    Attributes
    ----------
    error : MediaRecorderError
        What happened; ``error.hint`` says what to do.
    """

    type: ClassVar[EventName] = "error"
    error: MediaRecorderError


@dataclass(frozen=True, eq=False)
class SamplesEvent(Event):
    """Samples decoded during the recording. Not in the standard.

    Attributes
    ----------
    samples : Block
        The samples since the last such event, in the order of the recording: float32 of shape
        ``(frames, channels)``, with ``time`` and ``sample_rate``. If the listeners fall more
        than 10 seconds behind, the oldest samples are dropped; ``overflow`` is the number of
        frames dropped before this block.
    """

    type: ClassVar[EventName] = "samples"
    samples: Block = field(repr=False)


@dataclass(frozen=True)
class DeviceChangeEvent(Event):
    """The microphones of a page have become known, or have changed.

    It corresponds to the standard's `devicechange
    <https://w3c.github.io/mediacapture-main/#event-mediadevices-devicechange>`_ event of
    MediaDevices, and also fires when a granted permission reveals the devices.

    Attributes
    ----------
    devices : tuple of Device
        The current microphones of that page; see `MediaRecorder.devices`.
    """

    type: ClassVar[EventName] = "devicechange"
    devices: tuple[Device, ...]
