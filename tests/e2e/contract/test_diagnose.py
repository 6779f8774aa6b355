"""rec.diagnose() in a real notebook: its facts are true, and it disturbs no recording."""

from __future__ import annotations

import json

import pytest

from tests.e2e.contract.tools import make, recorded
from tests.e2e.harness import Notebook

JUDGE = """
diagnosis = rec.diagnose()
print(*(finding["problem"] for finding in diagnosis["findings"]))
"""


def test_in_the_cell_that_makes_the_recorder(notebook: Notebook) -> None:
    notebook.run(f"rec = MediaRecorder()\n{JUDGE}")
    assert notebook.value("diagnosis['findings']") == []
    page = notebook.value("diagnosis['page']")
    assert page["host"].startswith("JupyterLab 4.")
    assert page["user_agent"] == notebook.page.evaluate("navigator.userAgent")
    assert (page["secure"], page["embedded"], page["allowed"]) == (True, False, True)
    assert page["permission"] == "granted"
    assert page["microphones"] > 0
    assert "audio/webm;codecs=opus" in page["types"]
    assert "Fake" not in json.dumps(page)
    kernel = notebook.value("diagnosis['kernel']")
    assert (kernel["host"], kernel["waits_by"]) == ("IPythonKernel", "the shell's stream")
    assert notebook.witness.requests() == []
    assert notebook.value("'Fake' in str(rec.diagnose(devices=True))")


@pytest.mark.parametrize("cell", ["rec.diagnose()", "await asyncio.sleep(0); rec.diagnose()"])
def test_it_displays_itself(notebook: Notebook, cell: str) -> None:
    make(notebook)
    notebook.run("import asyncio")
    (shown,) = notebook.run(cell).outputs
    assert "user_agent" in shown["data"]["text/plain"]
    summary = notebook.page.get_by_text("All that is known")
    assert not notebook.page.get_by_text("user_agent").is_visible()
    summary.click()
    notebook.page.get_by_text("user_agent").wait_for()


def test_it_does_not_disturb_a_recording(notebook: Notebook) -> None:
    make(notebook)
    notebook.run("rec.start()")
    recorded(notebook, 3_000)
    notebook.run(JUDGE)
    assert notebook.value("diagnosis['recorder']['state']") == "recording"
    assert notebook.value("diagnosis['findings']") == []
    notebook.run("take = (rec.stop(), rec.wait())[1]")
    assert notebook.value("sha(take.blob)") == notebook.witness.hash()
    assert len(notebook.witness.requests()) == 1


def test_a_machine_without_a_microphone(notebook: Notebook) -> None:
    make(notebook)
    notebook.page.evaluate("navigator.mediaDevices.enumerateDevices = () => Promise.resolve([]); 0")
    assert notebook.run(JUDGE).stdout == "The browser knows of no microphone.\n"
    notebook.page.evaluate("delete navigator.mediaDevices.enumerateDevices; 0")
    assert notebook.run(JUDGE).stdout == "\n"


def test_two_tabs(notebook: Notebook) -> None:
    make(notebook)
    assert notebook.run(JUDGE).stdout == "\n"
    notebook.save()
    with notebook.second_tab() as other:
        notebook.until("len(rec._controller.link.pages) == 2")
        assert other.run(JUDGE).stdout.startswith("Several pages show this recorder")
