"""The browser's real MediaRecorder, driven from Python; every recording comes back as numpy."""

from __future__ import annotations

from . import errors
from .blocks import Block
from .errors import MediaRecorderError
from .events import (
    DataAvailableEvent,
    DeviceChangeEvent,
    ErrorEvent,
    Event,
    PauseEvent,
    ResumeEvent,
    SamplesEvent,
    StartEvent,
    StopEvent,
)
from .onecell import record
from .recorder import MediaRecorder
from .recovery import recover, recover_async
from .sources import Microphone, Tone
from .take import Take
from .wire.protocol import Device

__all__ = [
    "Block",
    "DataAvailableEvent",
    "Device",
    "DeviceChangeEvent",
    "ErrorEvent",
    "Event",
    "MediaRecorder",
    "MediaRecorderError",
    "Microphone",
    "PauseEvent",
    "ResumeEvent",
    "SamplesEvent",
    "StartEvent",
    "StopEvent",
    "Take",
    "Tone",
    "errors",
    "record",
    "recover",
    "recover_async",
]
