"""No page, or no answer to the permission prompt: a call fails within seconds, with a remedy."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.e2e.harness import KernelError, Notebook
from tests.e2e.waiting.conftest import OLDEST_AND_NEWEST, in_places
from tests.e2e.waiting.tools import SETUP, raised, recording, shows, silent

WITHIN = 12.0
"""Seconds until a call fails without a page."""
CODE = """
import time
from mediarecorder import MediaRecorder, errors
began = time.monotonic()
try:
    MediaRecorder().record(1)
except errors.NoBrowserError as error:
    print(f"{time.monotonic() - began:.1f}|{error}|{error.hint}")
"""
IMPATIENT = """
from mediarecorder.capture import waits
waits.ANSWER_SECONDS = 2
"""
ASKING = "The browser is asking for the microphone"


def check(output: str) -> None:
    seconds, message, hint = output.strip().split("|")
    assert float(seconds) < WITHIN
    assert message.startswith("No page shows this recorder.")
    assert hint == "Open the notebook in a browser, display the recorder and try again."


def test_a_script() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    check(done.stdout)


@pytest.mark.parametrize(
    "call",
    [
        "MediaRecorder().record(1)",
        pytest.param("await MediaRecorder().record_async(1)", marks=pytest.mark.soak),
    ],
)
def test_a_notebook_that_is_executed_without_a_page(tmp_path: Path, call: str) -> None:
    code = IMPATIENT + CODE.replace("MediaRecorder().record(1)", call)
    cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_name="python3", timeout=60, resources=resources).execute()
    (output,) = notebook.cells[0].outputs
    check(output.text)


def test_a_page_that_is_already_closed(fresh_notebook: Notebook) -> None:
    fresh_notebook.run(f"{SETUP}\n{IMPATIENT}\nrec = MediaRecorder(); rec")
    fresh_notebook.page.get_by_text("Ready").wait_for()
    fresh_notebook.page.close()
    began = time.monotonic()
    with pytest.raises(KernelError, match="shows this recorder") as error:
        fresh_notebook.value("rec.record(1)", timeout=30)
    assert error.value.name == "NoBrowserError"
    assert time.monotonic() - began < WITHIN
    assert fresh_notebook.value("rec.state") == "inactive"


@in_places(OLDEST_AND_NEWEST)
@pytest.mark.parametrize("call", ["rec.record", "await rec.record_async"])
def test_an_unanswered_permission_prompt(notebook: Notebook, call: str) -> None:
    notebook.run(f"{SETUP}\nrec = listen(MediaRecorder())")
    notebook.witness.hold_permission()
    cell = notebook.begin(
        f"""
began = time.monotonic()
try:
    {call}(1, timeout=1.5)
finally:
    took = time.monotonic() - began
"""
    )
    shows(cell, ASKING)
    name, message = raised(cell)
    assert (name, message) == ("TimeoutError", "Nobody has allowed the microphone within 1.5 s.")
    assert 1.5 <= notebook.value("took") < 3
    assert ASKING not in cell.outputs().stdout
    assert notebook.value("rec.state") == "inactive"

    notebook.witness.release_permission()
    notebook.page.wait_for_function("witness.report().requests.at(-1).outcome !== 'waiting'")
    notebook.run("take = rec.record(0.3)")
    assert notebook.value("len(take.samples), rec.state") == [14_400, "inactive"]
    silent(notebook)


def test_a_permission_prompt_that_is_answered_late(notebook: Notebook) -> None:
    notebook.run(f"{SETUP}\nrec = listen(MediaRecorder())")
    notebook.witness.hold_permission()
    cell = notebook.begin("take = rec.record(0.3, progress=False)")
    shows(cell, ASKING)
    notebook.witness.release_permission()
    assert cell.result().text.strip() == ""
    assert notebook.value("len(take.samples)") == 14_400
    assert notebook.value("log") == ["start", "dataavailable", "stop"]


@pytest.mark.parametrize("call", ["rec.record()", "await rec.record_async(1)"])
def test_a_permission_prompt_that_is_refused(notebook: Notebook, call: str) -> None:
    notebook.run(f"{SETUP}\nrec = listen(MediaRecorder())")
    notebook.witness.refuse_permission()
    assert raised(notebook.begin(call))[0] == "NotAllowedError"
    assert raised(notebook.begin("rec.wait()"))[0] == "NotAllowedError"
    assert notebook.value("log, rec.state, rec.take") == [["error"], "inactive", None]
    notebook.witness.release_permission()
    cell = notebook.begin("rec.record()")
    recording(notebook)
    notebook.page.locator("[data-mediarecorder=badge] .badge").click()
    cell.result()
    silent(notebook)
