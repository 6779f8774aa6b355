"""Logs the events of an app's recorders, one JSON line each, for the test that controls it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mediarecorder import MediaRecorder
from mediarecorder.events import DataAvailableEvent, ErrorEvent, Event, StopEvent

_DIARY = Path("diary.jsonl").absolute()  # the app runs in its own directory
_lock = threading.Lock()


def write(recorder: str, what: str, **more: Any) -> None:
    line = json.dumps({"recorder": recorder, "what": what, **more})
    with _lock, _DIARY.open("a") as file:
        file.write(line + "\n")


def keep(recorder: MediaRecorder, name: str) -> MediaRecorder:
    """Log each event of this recorder."""

    def note(event: Event) -> None:
        write(name, event.type, **_more(event))

    for kind in ("start", "dataavailable", "stop", "error"):
        recorder.on(kind, note)
    return recorder


def react(name: str, samples: Any) -> None:
    """Log the app's own reaction to a take; without samples there is none."""
    if samples is not None:
        write(name, "reaction", frames=len(samples))


def _more(event: Event) -> Mapping[str, Any]:
    match event:
        case DataAvailableEvent():
            return {"bytes": len(event.data)}
        case ErrorEvent():
            return {"error": event.error.name, "hint": event.error.hint}
        case StopEvent(take=take):
            return {
                "shape": take.samples.shape,
                "sample_rate": take.sample_rate,
                "spectrum": [_peak(channel, take.sample_rate) for channel in take.samples.T],
                "complete": take.complete,
            }
        case _:
            return {}


def _peak(channel: Any, sample_rate: int) -> float:
    """Return the strongest frequency in Hz, without the first quarter of the take."""
    wave = channel[len(channel) // 4 :]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.argmax(spectrum) * sample_rate / len(wave))
