"""Listeners and observers: their calls and arguments, and that none of them harms a recording."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import finished, make, record, recorded, stop
from tests.e2e.harness import Notebook


def test_on_off_and_the_decorator(notebook: Notebook) -> None:
    make(notebook)
    notebook.run("""
calls = []
@rec.on("start")
def first(event):
    calls.append("first")
def second(event):
    calls.append("second")
def third(event):
    calls.append("third")
rec.on("start", second)
rec.on("start", third)
rec.on("start", second)
rec.off("start", third)
rec.off("stop", third)
print(first.__name__)
""")
    notebook.run("rec.start()")
    recorded(notebook, 1_000)
    stop(notebook)
    assert notebook.value("calls") == ["first", "second"]


def test_events_know_their_recorder_and_cannot_be_changed(notebook: Notebook) -> None:
    record(notebook)
    stop(notebook)
    assert notebook.value("all(event.recorder is rec for event in diary.events)")
    error = notebook.run("diary.events[1].data = None", check=False).error
    assert error is not None
    assert error.name == "FrozenInstanceError"
    error = notebook.run("diary.events[1].data[0] = 1", check=False).error
    assert error is not None
    assert "read-only" in error.value


def test_a_listener_that_raises_is_reported_and_stops_nothing(notebook: Notebook) -> None:
    notebook.run("""
import logging
class ListHandler(logging.Handler):
    def emit(self, record):
        records.append(self.format(record))
records = []
handler = ListHandler()
logging.getLogger("mediarecorder").addHandler(handler)
""")
    make(notebook)
    notebook.run("""
def fail(event):
    raise ValueError(f"failed at {event.type}")
rec = MediaRecorder()
for name in ("start", "dataavailable", "pause", "stop"):
    rec.on(name, fail)
diary = Diary(rec)
rec.observe(fail_observer := (lambda change: 1 / 0), "state")
rec
""")
    notebook.run("rec.start(); rec.pause(); rec.resume()")
    recorded(notebook, 5_000)
    notebook.until("'start' in diary.types")
    alert = notebook.page.get_by_role("alert").last
    alert.get_by_text("A listener of 'pause' raised ValueError: failed at pause").wait_for()
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "pause", "resume", "dataavailable", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    for name in ("start", "dataavailable", "pause", "stop"):
        assert notebook.value(f"any('ValueError: failed at {name}' in text for text in records)")
    assert notebook.value("any('ZeroDivisionError' in text for text in records)")
    notebook.run("logging.getLogger('mediarecorder').removeHandler(handler)")


@pytest.mark.parametrize("at", ["start", "dataavailable", "stop"])
def test_a_listener_that_closes_the_recorder(notebook: Notebook, at: str) -> None:
    make(notebook)
    notebook.run(f"rec.on({at!r}, lambda event: rec.close()); rec.start()")
    if at != "start":
        recorded(notebook, 5_000)
        notebook.run("rec.stop()")
    finished(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    assert notebook.witness.live_tracks() == 0
    notebook.until("rec.comm is None")


def test_a_listener_that_starts_the_next_take(notebook: Notebook) -> None:
    make(notebook)
    notebook.run("""
rec.on("start", lambda event: rec.stop())
rec.on("stop", lambda event: len(diary.only("stop")) < 3 and rec.start())
rec.start()
""")
    finished(notebook, 3)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"] * 3
    assert notebook.value("[sha(e.take.blob) for e in diary.only('stop')]") == [
        notebook.witness.hash(take) for take in range(3)
    ]
    assert notebook.witness.live_tracks() == 0


def test_take_and_value_can_be_observed(notebook: Notebook) -> None:
    make(notebook)
    assert notebook.value("rec.take is None and rec.value is None")
    notebook.run("""
seen = []
for name in ("state", "take", "value"):
    rec.observe(lambda change: seen.append(change.name), name)
rec.on("stop", lambda event: seen.append("stop"))
rec.start()
""")
    recorded(notebook, 5_000)
    stop(notebook)
    assert notebook.value("seen") == ["state", "state", "take", "value", "stop"]
    assert notebook.value("rec.take is diary.events[-1].take")
    assert notebook.value("rec.value is rec.take.samples and np.asarray(rec.take) is rec.value")
    assert notebook.value("str(rec.value.dtype), rec.value.ndim, len(rec.value) > 4_000") == [
        "float32",
        2,
        True,
    ]
    error = notebook.run("rec.state = 'recording'", check=False).error
    assert error is not None
    assert error.name == "TraitError"
