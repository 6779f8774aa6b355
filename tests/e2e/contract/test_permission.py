"""A refusal of the browser reaches Python as the right error, and the recorder can start again."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import SETUP, make, refused, starts_again
from tests.e2e.harness import Notebook


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("NotAllowedError", "Allow the microphone"),
        ("NotFoundError", "Connect a microphone"),
        ("NotReadableError", "Close other programs"),  # the error of a busy device
        ("OverconstrainedError", "Ask for less"),
        ("SecurityError", "https://"),
        ("AbortError", "Start again"),
    ],
)
def test_a_refusal_fires_exactly_one_error_event(
    notebook: Notebook, name: str, remedy: str
) -> None:
    make(notebook)
    notebook.witness.refuse_permission(name)
    assert notebook.run("rec.start(); print(rec.state)").stdout == "recording\n"
    assert remedy in refused(notebook, name)
    notebook.witness.release_permission()
    starts_again(notebook)


def test_commands_after_a_refused_start_do_nothing(notebook: Notebook) -> None:
    make(notebook)
    notebook.witness.hold_permission()
    notebook.run("rec.start(); rec.pause(); rec.resume(); rec.request_data()")
    notebook.page.get_by_text("The browser is asking for the microphone").wait_for()
    notebook.witness.refuse_permission()
    refused(notebook, "NotAllowedError")
    notebook.witness.release_permission()
    starts_again(notebook)


def test_a_start_that_was_stopped_before_it_was_refused(notebook: Notebook) -> None:
    make(notebook)
    notebook.witness.hold_permission()
    notebook.run("rec.start(); rec.stop()")
    notebook.witness.refuse_permission()
    refused(notebook, "NotAllowedError")
    notebook.witness.release_permission()
    starts_again(notebook)


def test_a_machine_without_a_microphone(no_microphone_notebook: Notebook) -> None:
    no_microphone_notebook.run(SETUP)
    make(no_microphone_notebook)
    for source in ("Microphone()", "Microphone(device='USB')"):
        no_microphone_notebook.run(f"diary.clear(); rec.source = {source}; rec.start()")
        refused(no_microphone_notebook, "NotFoundError")


def test_a_missing_device(notebook: Notebook) -> None:
    make(notebook, "Microphone(device='no such')")
    notebook.run("rec.start()")
    message = refused(notebook, "NotFoundError")
    assert "No microphone is called no such. There are: " in message
    assert "Fake" in message
    notebook.run("rec.source = Microphone()")
    starts_again(notebook)


def test_a_sample_rate_that_no_device_has(notebook: Notebook) -> None:
    make(notebook, "Microphone(sample_rate=700_000)")
    notebook.run("rec.start()")
    assert "sampleRate" in refused(notebook, "OverconstrainedError")
    notebook.run("rec.source = Microphone()")
    starts_again(notebook)


@pytest.mark.parametrize("page", ["up", "not yet up"])
def test_a_type_that_the_browser_cannot_record(notebook: Notebook, page: str) -> None:
    arguments = "mime_type='audio/nonsense'"
    start = "rec.start()" if page == "not yet up" else ""
    notebook.run(f"rec = MediaRecorder({arguments}); diary = Diary(rec); {start}")
    message = refused(notebook, "NotSupportedError")
    assert "audio/nonsense" in message
    assert notebook.witness.requests() == []
    error = notebook.run("rec.start()", check=False).error
    assert error is not None
    assert (error.name, "audio/nonsense" in error.value) == ("NotSupportedError", True)
    assert notebook.value("rec.state, diary.types") == ["inactive", ["error"]]
