"""The browser's real MediaRecorder, driven from Python. Recordings arrive as numpy arrays.

The public API is this module and `errors`, `journal`, `labeling` and `testing`. All other
subpackages are private.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._lazy import lazily

if TYPE_CHECKING:
    from . import errors
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
    from .media.block import Block
    from .recorder import MediaRecorder, record
    from .recovery import recover, recover_async
    from .sources import Device, Microphone, Tone
    from .take import Take

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

_HOMES = {
    "Block": "media.block",
    "DataAvailableEvent": "events",
    "Device": "sources",
    "DeviceChangeEvent": "events",
    "ErrorEvent": "events",
    "Event": "events",
    "MediaRecorder": "recorder",
    "MediaRecorderError": "errors",
    "Microphone": "sources",
    "PauseEvent": "events",
    "ResumeEvent": "events",
    "SamplesEvent": "events",
    "StartEvent": "events",
    "StopEvent": "events",
    "Take": "take",
    "Tone": "sources",
    "errors": "",
    "record": "recorder",
    "recover": "recovery",
    "recover_async": "recovery",
}
"""The module of each public name. It is imported when the name is first used."""

if not TYPE_CHECKING:  # a type checker uses the imports above
    __getattr__, __dir__ = lazily(globals(), _HOMES)
