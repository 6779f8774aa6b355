"""The notebook's stop button during a wait: the cell ends, and the recording is kept."""

from __future__ import annotations

import time

import pytest

from tests.e2e.harness import Cell, Notebook
from tests.e2e.waiting.conftest import OLDEST_AND_NEWEST, in_places
from tests.e2e.waiting.tools import SETUP, raised, recording, silent

pytestmark = in_places(OLDEST_AND_NEWEST)

WITHIN = 1.0
"""Seconds from the interrupt to the end of the cell."""
NAMES = {"KeyboardInterrupt", "CancelledError"}
"""ipykernel cancels the task of an async cell, and IPython shows either exception."""


@pytest.fixture(autouse=True)
def _set_up(notebook: Notebook) -> None:
    notebook.run(f"{SETUP}\nrec = listen(MediaRecorder())")


def begin(notebook: Notebook, call: str) -> Cell:
    """Run a cell that records the end time of its call."""
    return notebook.begin(f"try:\n    {call}\nfinally:\n    ended = time.time()")


def interrupt(cell: Cell) -> str:
    """Press the stop button, and return the name of the exception that the cell raises in time."""
    cell.notebook.interrupt()
    interrupted = time.time()
    name, _ = raised(cell)
    assert cell.notebook.value("ended") - interrupted < WITHIN
    return name


def check_usable(notebook: Notebook) -> None:
    notebook.run("again = rec.record(0.3)")
    assert notebook.value("len(again.samples), again.complete, rec.state") == [
        14_400,
        True,
        "inactive",
    ]
    silent(notebook)


@pytest.mark.parametrize(
    "call",
    [
        "rec.record()",
        "rec.record(60)",
        "rec.start(); rec.wait()",
        "await rec.record_async()",
        "rec.start(); await rec.wait_async()",
        "mediarecorder.record()",
    ],
)
def test_while_it_records(notebook: Notebook, call: str) -> None:
    cell = begin(notebook, call)
    recording(notebook)
    assert interrupt(cell) in NAMES
    silent(notebook)
    if "mediarecorder" not in call:
        assert notebook.value("rec.state") == "inactive"
        notebook.until("'stop' in log")
        assert notebook.value("log, rec.take.complete, rec.take.ended_by") == [
            ["start", "dataavailable", "stop"],
            True,
            "stop",
        ]
        assert notebook.value("len(rec.take.samples)") > 0
        assert notebook.run("rec.wait() is rec.take").result == "True"
    check_usable(notebook)


@pytest.mark.parametrize("call", ["rec.record(1)", "await rec.record_async(1)"])
def test_while_the_permission_is_pending(notebook: Notebook, call: str) -> None:
    notebook.witness.hold_permission()
    cell = begin(notebook, call)
    notebook.page.wait_for_function("witness.report().requests.length === 1")
    assert interrupt(cell) in NAMES
    assert notebook.value("rec.state") == "inactive"
    notebook.witness.release_permission()
    check_usable(notebook)


def test_while_the_samples_are_in_flight(notebook: Notebook) -> None:
    notebook.page.evaluate(
        """() => {
          const { arrayBuffer } = Blob.prototype;
          window.original = arrayBuffer;
          Blob.prototype.arrayBuffer = async function () {
            if (window.held) await window.held;
            return arrayBuffer.call(this);
          };
          window.held = new Promise((resolve) => (window.release = resolve));
        }"""
    )
    cell = begin(notebook, "rec.record(0.3)")
    notebook.page.wait_for_function("witness.report().takes.at(-1)?.events.at(-1)?.type === 'stop'")
    assert interrupt(cell) in NAMES
    notebook.page.evaluate(
        """() => {
          Blob.prototype.arrayBuffer = window.original;
          window.held = null;
          window.release();
        }"""
    )
    notebook.until("'stop' in log")
    assert notebook.value("log, rec.take.complete") == [["start", "dataavailable", "stop"], True]
    check_usable(notebook)


def test_while_a_listener_runs(notebook: Notebook) -> None:
    notebook.run(
        """
reached = threading.Event()

def block(event):
    reached.set()
    time.sleep(60)

rec.on("dataavailable", block)
"""
    )
    cell = begin(notebook, "rec.record(0.3)")
    notebook.page.wait_for_function("witness.report().takes.at(-1)?.events.at(-1)?.type === 'stop'")
    notebook.page.wait_for_timeout(300)
    assert interrupt(cell) == "KeyboardInterrupt"
    notebook.until("'stop' in log")
    notebook.run("rec.off('dataavailable', block)")
    assert notebook.value("log, rec.take.complete") == [["start", "dataavailable", "stop"], True]
    check_usable(notebook)
