"""Commands arrive in the order of the calls, even if some of them wait; so do the events."""

from __future__ import annotations

import numpy as np
import pytest

from tests.e2e.contract.tools import finished, make, record, recorded, stop
from tests.e2e.harness import Notebook

NEW = "rec = MediaRecorder(); diary = Diary(rec)\n"
FOUR = """
states = []
for name in ("start", "pause", "resume", "stop"):
    getattr(rec, name)()
    states.append(rec.state)
print(*states)
"""
FOUR_STATES = "recording paused recording inactive\n"
FOUR_EVENTS = ["start", "pause", "resume", "dataavailable", "stop"]


@pytest.mark.parametrize("page", ["up", "not yet up"])
def test_four_calls_in_one_cell(notebook: Notebook, page: str) -> None:
    if page == "up":
        make(notebook)
    assert notebook.run((NEW if page != "up" else "") + FOUR).stdout == FOUR_STATES
    finished(notebook)
    assert notebook.value("diary.types") == FOUR_EVENTS
    assert notebook.value("diary.states") == ["inactive"] * 5
    assert notebook.witness.calls() == ["start", "pause", "resume", "stop"]
    assert notebook.witness.live_tracks() == 0
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()


def test_four_calls_while_the_permission_is_pending(notebook: Notebook) -> None:
    make(notebook)
    notebook.witness.hold_permission()
    assert notebook.run("rec.start(); print(rec.state)").stdout == "recording\n"
    notebook.page.get_by_text("The browser is asking for the microphone").wait_for()
    for call, state in [("pause", "paused"), ("resume", "recording"), ("stop", "inactive")]:
        assert notebook.run(f"rec.{call}(); print(rec.state)").stdout == f"{state}\n"
    assert notebook.value("rec.state, diary.types") == ["inactive", []]
    assert notebook.witness.takes() == []
    notebook.witness.release_permission()
    finished(notebook)
    assert notebook.value("diary.types") == FOUR_EVENTS
    assert notebook.witness.calls() == ["start", "pause", "resume", "stop"]
    assert notebook.witness.live_tracks() == 0


def test_start_comes_before_pause_and_resume(notebook: Notebook) -> None:
    """Chromium fires `start` last if the calls follow each other at once."""
    notebook.run(NEW + "rec.start(); rec.pause(); rec.resume()")
    recorded(notebook, 1_000)
    assert notebook.witness.events()[:3] == ["pause", "resume", "start"]
    stop(notebook)
    assert notebook.value("diary.types") == FOUR_EVENTS


def test_the_state_follows_the_last_command_and_never_falls_back(notebook: Notebook) -> None:
    make(notebook)
    notebook.run("seen = []; rec.observe(lambda change: seen.append(change.new), 'state')")
    notebook.run(FOUR)
    finished(notebook)
    assert notebook.value("seen") == ["recording", "paused", "recording", "inactive"]


def test_a_start_after_a_stop_waits_for_the_end_of_the_old_take(notebook: Notebook) -> None:
    record(notebook)
    cell = "rec.stop(); print(rec.state); rec.start(); print(rec.state)"
    assert notebook.run(cell).stdout == "inactive\nrecording\n"
    recorded(notebook, 5_000, take=1)
    assert notebook.value("rec.state, diary.types") == [
        "recording",
        ["start", "dataavailable", "stop", "start"],
    ]
    notebook.run("rec.stop()")
    finished(notebook, 2)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"] * 2
    assert notebook.value("[sha(e.take.blob) for e in diary.only('stop')]") == [
        notebook.witness.hash(0),
        notebook.witness.hash(1),
    ]


def test_calls_that_change_nothing_fire_no_event(notebook: Notebook) -> None:
    record(notebook)
    notebook.run("rec.resume(); rec.pause(); rec.pause(); rec.resume(); rec.resume()")
    stop(notebook)
    assert notebook.value("diary.types") == FOUR_EVENTS


def test_a_start_while_recording_is_refused_and_changes_nothing(notebook: Notebook) -> None:
    record(notebook)
    error = notebook.run("rec.start()", check=False).error
    assert error is not None
    assert error.name == "InvalidStateError"
    assert "start() cannot be called while the recorder is recording" in error.value
    size = notebook.witness.takes()[0]["size"]
    recorded(notebook, size + 5_000)
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()


def test_request_data_delivers_the_data_so_far(notebook: Notebook) -> None:
    record(notebook)
    notebook.run("rec.request_data()")
    notebook.until("'dataavailable' in diary.types")
    assert notebook.value("rec.state, len(diary.only('dataavailable'))") == ["recording", 1]
    recorded(notebook, notebook.witness.takes()[0]["size"] + 5_000)
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "dataavailable", "stop"]
    first, last = notebook.value("[len(e.data) for e in diary.only('dataavailable')]")
    assert first > 1_000
    assert last > 5_000
    assert hash_of_events(notebook) == notebook.witness.hash()


def test_a_timeslice_fires_one_event_per_slice(notebook: Notebook) -> None:
    make(notebook)
    notebook.run("rec.start(600)")
    notebook.until("len(diary.only('dataavailable')) >= 3")
    stop(notebook)
    sizes, times = notebook.value(
        "[len(e.data) for e in diary.only('dataavailable')], "
        "[e.timecode for e in diary.only('dataavailable')]"
    )
    assert all(size > 0 for size in sizes[:3])
    assert times[0] == 0
    assert np.diff(times)[:2] == pytest.approx(600, abs=200)
    assert times == sorted(times)
    assert (
        hash_of_events(notebook) == notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    )
    assert notebook.value("all(e.mime_type == rec.take.mime_type for e in diary.events[1:-1])")


def hash_of_events(notebook: Notebook) -> str:
    """Return the hash of the data of all events, concatenated."""
    joined = "np.concatenate([e.data for e in diary.only('dataavailable')])"
    digest: str = notebook.value(f"sha({joined})")
    return digest
