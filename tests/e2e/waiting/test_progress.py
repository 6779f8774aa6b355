"""The progress line under a waiting cell, and the cell's outputs afterwards."""

from __future__ import annotations

import re

import pytest

from tests.e2e.harness import Cell, Notebook
from tests.e2e.waiting.conftest import EVERY_KERNEL, OLDEST_AND_NEWEST, Place, in_places
from tests.e2e.waiting.tools import SETUP, recording, shows, silent


@pytest.fixture(autouse=True)
def _set_up(notebook: Notebook) -> None:
    notebook.run(f"{SETUP}\nrec = listen(MediaRecorder())")


def stop(notebook: Notebook) -> None:
    notebook.page.locator("[data-mediarecorder=badge] .badge").click()


def line(cell: Cell) -> str:
    return cell.outputs().stdout.strip()


def elapsed_of_three(cell: Cell, after: float | None = None) -> float:
    """Wait until the line shows other elapsed seconds than `after`, of 3 s; return them."""
    seconds = cell.notebook.page.wait_for_function(
        """([id, after]) => {
          const lines = driver.outputs(id).outputs.map(({ text }) => [text ?? ""].flat().join(""));
          const [, seconds] = lines.join("").trim().match(/^Recording: (\\d\\.\\d) of 3 s$/) ?? [];
          return seconds && Number(seconds) !== after && seconds;
        }""",
        arg=[cell.id, after],
    )
    return float(seconds.json_value())


@in_places(OLDEST_AND_NEWEST)
@pytest.mark.parametrize("call", ["rec.record", "await rec.record_async"])
def test_elapsed_of_total_while_it_records_and_nothing_afterwards(
    notebook: Notebook, call: str
) -> None:
    cell = notebook.begin(f"display('kept'); take = {call}(3)")
    first = elapsed_of_three(cell)
    assert first < elapsed_of_three(cell, after=first) <= 3
    result = cell.result()
    assert (result.text.strip(), result.stderr) == ("'kept'", "")
    (saved,) = [c for c in notebook.save()["cells"] if c["id"] == cell.id]
    texts = ["".join(output.get("text", "")) for output in saved["outputs"]]
    assert "".join(texts).strip() == ""


def test_without_a_total_it_shows_the_elapsed_time(notebook: Notebook) -> None:
    cell = notebook.begin("take = rec.record()")
    shows(cell, "Recording: ")
    assert re.fullmatch(r"Recording: \d\.\d s", line(cell))
    stop(notebook)
    assert cell.result().text.strip() == ""


def test_it_can_be_turned_off(notebook: Notebook) -> None:
    assert notebook.run("take = rec.record(0.5, progress=False)").outputs == ()


@in_places([Place(kernel, "lab", on) for kernel in EVERY_KERNEL for on in (True, False)])
def test_output_and_errors_of_listeners_appear_under_the_waiting_cell(
    notebook: Notebook,
) -> None:
    cell = notebook.begin(
        """
@rec.on("start")
def report(event):
    print("The recording has started.")

@rec.on("stop")
def fail(event):
    raise ValueError("on purpose")

take = rec.record()
print("after")
"""
    )
    recording(notebook)
    shows(cell, "Recording: ")
    stop(notebook)
    result = cell.result()
    assert "A listener raised ValueError: on purpose" in result.stderr
    lines = [text.strip() for text in result.stdout.splitlines()]
    assert [text for text in lines if text] == ["The recording has started.", "after"]
    assert notebook.value("take.complete, log") == [True, ["start", "dataavailable", "stop"]]
    silent(notebook)
