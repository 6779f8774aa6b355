"""`rec.stop()` releases the microphone, and delivers the last bytes and the take, in this order."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import Tap, finished, make, record, recorded, stop
from tests.e2e.harness import Notebook

ONE_TAKE = ["start", "dataavailable", "stop"]


def test_stop(notebook: Notebook, tap: Tap) -> None:
    record(notebook)
    assert notebook.value("rec.state, rec.take") == ["recording", None]
    assert notebook.witness.live_tracks() == 1
    assert notebook.run("rec.stop(); print(rec.state)").stdout == "inactive\n"
    finished(notebook)

    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.value("diary.states") == ["recording", "inactive", "inactive"]
    assert notebook.witness.calls() == ["start", "stop"]
    (stopped,) = tap.messages("out", "stopped")
    assert stopped.live == 0, "The microphone was still open when the page sent `stopped`."

    notebook.run("data, take = diary.events[1].data, diary.events[2].take")
    assert notebook.value("str(data.dtype), data.ndim, data.flags.writeable") == ["uint8", 1, False]
    assert notebook.value("sha(data)") == notebook.witness.hash()
    assert notebook.value("sha(take.blob), len(data)") == [
        notebook.witness.hash(),
        notebook.witness.takes()[0]["size"],
    ]
    assert notebook.value("take is rec.take and rec.value is take.samples")
    assert notebook.value("take.complete, take.ended_by") == [True, "stop"]


def test_no_event_of_a_take_follows_its_stop(notebook: Notebook) -> None:
    record(notebook)
    stop(notebook)
    notebook.run("rec.start()")
    recorded(notebook, 5_000, take=1)
    notebook.run("rec.stop()")
    finished(notebook, 2)
    assert notebook.value("diary.types") == ONE_TAKE * 2
    first, second = notebook.value("[sha(event.take.blob) for event in diary.only('stop')]")
    assert [first, second] == [notebook.witness.hash(0), notebook.witness.hash(1)]
    assert notebook.value("len({event.take.id for event in diary.only('stop')})") == 2


@pytest.mark.parametrize("after", ["a recording", "nothing"])
def test_an_inactive_recorder_refuses_and_sends_nothing(
    notebook: Notebook, tap: Tap, after: str
) -> None:
    make(notebook)
    if after == "a recording":
        notebook.run("rec.start()")
        recorded(notebook, 1_000)
        stop(notebook)
    events = notebook.value("diary.types")
    notebook.run("pass")  # at its end, all earlier messages have arrived
    tap.reset()
    for call in ("stop", "pause", "resume", "request_data"):
        error = notebook.run(f"rec.{call}()", check=False).error
        assert error is not None
        assert error.name == "InvalidStateError"
        assert f"{call}() cannot be called while the recorder is inactive" in error.value
    assert [m.kind for m in tap.messages("in") if m.kind in ("command", "update")] == []
    assert notebook.value("rec.state, diary.types") == ["inactive", events]


def test_stop_while_paused(notebook: Notebook) -> None:
    record(notebook)
    notebook.run("rec.pause()")
    notebook.until("'pause' in diary.types")
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "pause", "dataavailable", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    assert notebook.witness.live_tracks() == 0


def test_a_second_stop_is_refused_while_the_bytes_are_in_flight(notebook: Notebook) -> None:
    record(notebook)
    cell = notebook.run("rec.stop(); rec.stop()", check=False)
    assert cell.error is not None
    assert cell.error.name == "InvalidStateError"
    finished(notebook)
    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.witness.calls() == ["start", "stop"]


def test_close_keeps_the_take_and_releases_the_microphone(notebook: Notebook) -> None:
    record(notebook)
    notebook.run("rec")
    notebook.page.locator(".recorder").wait_for()
    notebook.run("rec.close()")
    finished(notebook)
    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    assert notebook.witness.live_tracks() == 0
    notebook.until("rec.comm is None")
    notebook.page.locator(".recorder").wait_for(state="detached")
    error = notebook.run("rec.start()", check=False).error
    assert error is not None
    assert (error.name, "closed" in error.value) == ("InvalidStateError", True)


def test_close_while_nothing_is_recorded(notebook: Notebook) -> None:
    make(notebook)
    assert notebook.run("rec.close(); rec.close(); rec.comm is None").result == "True"
    assert notebook.value("diary.types") == []
    assert notebook.witness.requests() == []
