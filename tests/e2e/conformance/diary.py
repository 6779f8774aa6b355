"""Runs in the kernel: writes down what a recorder tells, as its listeners see it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from mediarecorder import DataAvailableEvent, ErrorEvent, Event, MediaRecorder, StopEvent

made: list[MediaRecorder] = []
"""All recorders that were watched."""


def watch(rec: MediaRecorder) -> list[dict[str, Any]]:
    """A list that grows by one dict for each event of `rec`."""
    log: list[dict[str, Any]] = []
    made.append(rec)

    def note(event: Event) -> None:
        entry = {"type": event.type, "state": rec.state, "rec.mime_type": rec.mime_type}
        log.append(entry | details(event))

    rec.on("start", note)
    rec.on("dataavailable", note)
    rec.on("pause", note)
    rec.on("resume", note)
    rec.on("stop", note)
    rec.on("error", note)
    return log


def details(event: Event) -> dict[str, Any]:
    """What an event of its type has, as JSON can carry it."""
    if isinstance(event, DataAvailableEvent):
        return {
            "size": event.data.size,
            "mime_type": event.mime_type,
            "timecode": event.timecode,
        }
    if isinstance(event, StopEvent):
        take = event.take
        return {
            "size": take.blob.size,
            "mime_type": take.mime_type,
            "take": take.id,
            "ended_by": take.ended_by,
        }
    if isinstance(event, ErrorEvent):
        return {"error": event.error.name, "message": event.error.message}
    return {}


def rates(rec: MediaRecorder) -> list[int]:
    """Bits per second, of sound and of pictures."""
    return [rec.audio_bits_per_second, rec.video_bits_per_second]


def raised(call: Callable[[], object]) -> str | None:
    """The name of what a call raises."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return None


def warned(call: Callable[[], object]) -> list[str]:
    """The warnings of a call, each time that it is made."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [f"{warning.category.__name__}: {warning.message}" for warning in caught]
