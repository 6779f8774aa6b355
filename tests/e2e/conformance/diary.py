"""Runs in the kernel: logs the events of recorders, as their listeners see them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from mediarecorder import DataAvailableEvent, ErrorEvent, Event, MediaRecorder, StopEvent

made: list[MediaRecorder] = []
"""All recorders that have a log."""


def watch(rec: MediaRecorder) -> list[dict[str, Any]]:
    """Return a log of `rec`: a list that gets one dict per event."""
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
    """Return the attributes of an event's type, as JSON data."""
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
    """Return the bits per second of audio and of video."""
    return [rec.audio_bits_per_second, rec.video_bits_per_second]


def raised(call: Callable[[], object]) -> str | None:
    """Return the name of the exception that a call raises."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return None


def warned(call: Callable[[], object]) -> list[str]:
    """Return all warnings of a call, including repeated ones."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [f"{warning.category.__name__}: {warning.message}" for warning in caught]
