"""A page that is reloaded or closed while a cell blocks: the wait ends, and no data is lost."""

from __future__ import annotations

import time

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.waiting.conftest import EVERY_KERNEL, Place, in_places
from tests.e2e.waiting.tools import SETUP, recording

WITHIN = 14.0
"""Seconds. The last message of a page usually arrives within 0.25 s, but a browser may lose it when
it closes quickly; then the page's lease of 10 s expires."""

CELL = """
caught = ended = None
try:
    {call}
except Exception as error:
    caught, ended = error, time.time()
"""
ENOUGH = 5_000
"""Bytes that have certainly arrived when the page has recorded three times this number."""
EVENTS = ["start", "error", "dataavailable", "stop"]


def check_interrupted(notebook: Notebook, gone: float) -> None:
    """Check that the wait ended in time with the right error, and that the take is kept."""
    notebook.until("ended", timeout=20)
    assert notebook.value("ended") - gone < WITHIN
    assert notebook.value("type(caught).__name__, caught.hint") == [
        "AbortError",
        "The data received so far is in rec.take. When the notebook is open in that browser "
        "again, mediarecorder.recover() brings the rest.",
    ]
    assert notebook.value("log") == EVENTS
    assert notebook.value("rec.take.complete, rec.take.ended_by, rec.state") == [
        False,
        "page gone",
        "inactive",
    ]
    assert notebook.value("len(rec.take.blob)") >= ENOUGH
    assert notebook.value("len(rec.take.samples) / 48_000") > 0.2
    assert notebook.value("float(np.abs(rec.take.samples).max())") > 0.2


@in_places([Place()], soak=[Place(kernel) for kernel in EVERY_KERNEL])
def test_a_page_that_is_reloaded(fresh_notebook: Notebook) -> None:
    notebook = fresh_notebook
    notebook.run(SETUP)
    notebook.run("rec = listen(MediaRecorder()); rec")
    notebook.page.get_by_text("Ready").wait_for()
    notebook.save()
    notebook.begin(CELL.format(call="rec.record()"))
    recording(notebook, bytes_=3 * ENOUGH)
    gone = time.time()
    notebook.reload()
    check_interrupted(notebook, gone)

    notebook.page.get_by_text("Ready").wait_for()
    notebook.run("take = rec.record(0.3)")
    assert notebook.value("len(take.samples), take.complete") == [14_400, True]
    assert notebook.value("log[4:]") == ["start", "dataavailable", "stop"]
    assert notebook.witness.live_tracks() == 0


@in_places([Place()], soak=[Place("6")])
@pytest.mark.parametrize(
    "call", ["rec.record()", pytest.param("await rec.record_async()", marks=pytest.mark.soak)]
)
def test_a_page_that_is_closed(fresh_notebook: Notebook, call: str) -> None:
    notebook = fresh_notebook
    notebook.run(SETUP)
    notebook.begin(CELL.format(call=f"rec = listen(MediaRecorder()); {call}"))
    recording(notebook, bytes_=3 * ENOUGH)
    gone = time.time()
    notebook.page.close()
    check_interrupted(notebook, gone)

    with notebook.second_tab() as other:
        other.run("again = MediaRecorder().record(0.3)")
        other.run("rec.record(0.3)")
    assert notebook.value("len(again.samples)") == 14_400
    assert notebook.value("rec.take.complete")


def test_a_wait_for_a_page_that_was_closed(fresh_notebook: Notebook) -> None:
    notebook = fresh_notebook
    notebook.run(SETUP)
    notebook.run("rec = listen(MediaRecorder()); rec.start()")
    recording(notebook)
    notebook.begin(CELL.format(call="rec.wait()"))
    gone = time.time()
    notebook.page.close()
    check_interrupted(notebook, gone)


def test_a_page_that_is_closed_while_the_permission_is_pending(fresh_notebook: Notebook) -> None:
    notebook = fresh_notebook
    notebook.run(SETUP)
    notebook.witness.hold_permission()
    notebook.begin(CELL.format(call="rec = listen(MediaRecorder()); rec.record(1)"))
    notebook.page.wait_for_function("witness.report().requests.length === 1")
    gone = time.time()
    notebook.page.close()
    notebook.until("ended", timeout=20)
    assert notebook.value("ended") - gone < WITHIN
    assert notebook.value("type(caught).__name__, log, rec.state") == [
        "AbortError",
        ["error"],
        "inactive",
    ]


def test_a_page_that_stops_responding(fresh_notebook: Notebook) -> None:
    """As when a laptop is closed: no last message arrives, so the kernel waits for the lease."""
    notebook = fresh_notebook
    notebook.run(SETUP)
    notebook.run("rec = listen(MediaRecorder()); rec")
    notebook.page.get_by_text("Ready").wait_for()
    notebook.begin(CELL.format(call="rec.record()"))
    recording(notebook, bytes_=3 * ENOUGH)
    gone = time.time()
    debugger = notebook.page.context.new_cdp_session(notebook.page)
    debugger.send("Debugger.enable")
    debugger.send("Debugger.pause")
    try:
        notebook.until("ended", timeout=30)
    finally:
        debugger.send("Debugger.resume")
        debugger.detach()
    assert 8 < notebook.value("ended") - gone < 14
    assert notebook.value("log") == EVENTS
    notebook.page.wait_for_function("witness.liveTracks() === 0")
    notebook.page.get_by_text("Ready").wait_for()
    notebook.run("take = rec.record(0.3)")
    assert notebook.value("take.complete")
