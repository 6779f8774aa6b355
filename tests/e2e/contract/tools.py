"""Tools for the contract tests: code that runs in the kernel, and access to the messages."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from playwright.sync_api import Page

from tests.e2e.harness import Notebook

SETUP = '''
import hashlib
import sys
import time

import numpy as np
from mediarecorder import MediaRecorder, Microphone, Take, Tone, errors, media

class Diary:
    """The events of a recorder in order, each with the state that its listener saw."""

    def __init__(self, recorder):
        self.clear()
        for name in ("start", "dataavailable", "pause", "resume", "stop", "error"):
            recorder.on(name, self.note)

    def note(self, event):
        self.events.append(event)
        self.states.append(event.recorder.state)

    def clear(self):
        self.events, self.states = [], []

    @property
    def types(self):
        return [event.type for event in self.events]

    def only(self, name):
        return [event for event in self.events if event.type == name]

    @property
    def error(self):
        (event,) = self.only("error")
        return event.error

def sha(array):
    return hashlib.sha256(array).hexdigest()
'''


def make(notebook: Notebook, arguments: str = "") -> None:
    """Make and show `rec`, with its `diary`, and wait until its page is ready."""
    notebook.run(f"rec = MediaRecorder({arguments}); diary = Diary(rec); rec")
    notebook.page.get_by_text("Ready").last.wait_for()
    notebook.until("rec.audio_bits_per_second")


def record(notebook: Notebook, arguments: str = "", bytes_: int = 5_000) -> None:
    """Make `rec` and its `diary`, start, and wait until the page has recorded `bytes_` bytes."""
    before = len(notebook.witness.takes())
    notebook.run(f"rec = MediaRecorder({arguments}); diary = Diary(rec); rec.start()")
    recorded(notebook, bytes_, take=before)


def recorded(notebook: Notebook, bytes_: int, take: int = -1) -> None:
    """Wait until MediaRecorder has delivered `bytes_` bytes of a take."""
    notebook.page.wait_for_function(
        "([take, bytes]) => witness.report().takes.at(take)?.size >= bytes", arg=[take, bytes_]
    )


def stop(notebook: Notebook) -> None:
    """Stop `rec`, and wait for the end of its take."""
    notebook.run("rec.stop()")
    finished(notebook)


def finished(notebook: Notebook, takes: int = 1) -> None:
    """Wait until this number of takes has ended."""
    notebook.until(f"len(diary.only('stop')) == {takes}", timeout=20)


def refused(notebook: Notebook, name: str) -> str:
    """Check that exactly one error event of this class fired; return its message and hint."""
    notebook.until("diary.types and not rec._controller.link.pending")
    assert notebook.value("diary.types, diary.states, rec.state") == [
        ["error"],
        ["inactive"],
        "inactive",
    ]
    assert notebook.value("type(diary.error).__name__, diary.error.name") == [name, name]
    assert notebook.value(f"isinstance(diary.error, errors.{name})")
    message, hint = notebook.value("diary.error.message, diary.error.hint")
    assert message.endswith(".")
    assert len(message) > 10
    assert len(hint) > 10
    assert notebook.value("rec.take") is None
    assert notebook.witness.live_tracks() == 0
    return f"{message} {hint}"


def starts_again(notebook: Notebook) -> None:
    """Check that the same recorder can record again."""
    notebook.run("diary.clear(); rec.start()")
    recorded(notebook, 3_000)
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"]
    assert notebook.value("sha(rec.take.blob)") == sha256(notebook.witness.bytes()).hexdigest()


@dataclass(frozen=True)
class Message:
    """One comm message. `direction` is "out" to the kernel, "in" to the page."""

    direction: str
    kind: str
    op: str | None
    name: str | None
    seq: int | None
    upto: int | None
    bytes: int
    part: int
    live: int
    lost: bool


class Tap:
    """The Python interface of tap.js."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def messages(self, direction: str | None = None, kind: str | None = None) -> list[Message]:
        """Return the messages since the last reset, in order."""
        seen: list[dict[str, Any]] = self._page.evaluate("tap.messages()")
        found = [Message(**message) for message in seen]
        return [m for m in found if direction in (None, m.direction) and kind in (None, m.kind)]

    def lose(self, one_in: int) -> None:
        """Lose one in `one_in` following messages of each kind, in both directions; 0: none."""
        self._page.evaluate("oneIn => tap.lose(oneIn)", one_in)

    def repeat(self) -> None:
        """Deliver all following custom messages twice, in both directions."""
        self._page.evaluate("tap.repeat(); 0")

    def reset(self) -> None:
        self._page.evaluate("tap.reset()")
