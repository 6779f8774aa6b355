"""What the browser refuses reaches Python as the right error, and the recorder can start again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.contract.tools import SETUP, make, recorded, stop
from tests.e2e.harness import Notebook

NO_DEVICES = """
Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true }); 0
"""
NOT_SECURE_NO_MORE = "delete navigator.mediaDevices; 0"


@pytest.mark.parametrize(
    "name",
    [
        "NotAllowedError",
        "NotFoundError",
        "NotReadableError",
        "OverconstrainedError",
        "SecurityError",
        "AbortError",
    ],
)
def test_a_refusal_is_an_error_event_and_nothing_else(notebook: Notebook, name: str) -> None:
    make(notebook)
    notebook.witness.refuse_permission(name)
    assert notebook.run("rec.start(); print(rec.state)").stdout == "recording\n"
    refused(notebook, name)
    notebook.witness.release_permission()
    starts_again(notebook)


def test_commands_behind_a_refused_start_do_nothing(notebook: Notebook) -> None:
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


def test_a_person_who_refuses_and_then_allows(refused_notebook: Notebook) -> None:
    refused_notebook.run(SETUP)
    make(refused_notebook)
    refused_notebook.run("rec.start()")
    refused(refused_notebook, "NotAllowedError")
    refused_notebook.page.context.grant_permissions(["microphone"])
    starts_again(refused_notebook)


def test_a_machine_without_a_microphone(deaf_notebook: Notebook) -> None:
    deaf_notebook.run(SETUP)
    make(deaf_notebook)
    for source in ("Microphone()", "Microphone(device='USB')"):
        deaf_notebook.run(f"diary.clear(); rec.source = {source}; rec.start()")
        refused(deaf_notebook, "NotFoundError")


def test_a_device_that_is_not_there(notebook: Notebook) -> None:
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


def test_a_page_that_is_not_secure(notebook: Notebook) -> None:
    make(notebook)
    with without_devices(notebook):
        notebook.run("rec.start()")
        message = refused(notebook, "SecurityError")
    assert "https://" in message
    starts_again(notebook)


@pytest.mark.parametrize("page", ["up", "not yet up"])
def test_a_type_that_the_browser_cannot_record(notebook: Notebook, page: str) -> None:
    arguments = "mime_type='audio/nonsense'"
    start = "rec.start()" if page == "not yet up" else ""
    notebook.run(f"rec = MediaRecorder({arguments}); diary = Diary(rec); {start}")
    message = refused(notebook, "NotSupportedError")
    assert "audio/nonsense" in message
    assert notebook.witness.asked() == []
    error = notebook.run("rec.start()", check=False).error
    assert error is not None
    assert (error.name, "audio/nonsense" in error.value) == ("NotSupportedError", True)
    assert notebook.value("rec.state, diary.types") == ["inactive", ["error"]]


def refused(notebook: Notebook, name: str) -> str:
    """One error event of this class came, and nothing else; what it says."""
    notebook.until("diary.types and not rec._link.owing")
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
    """The same recorder records, as if nothing had been."""
    notebook.run("diary.clear(); rec.start()")
    recorded(notebook, 3_000)
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()


@contextmanager
def without_devices(notebook: Notebook) -> Iterator[None]:
    notebook.page.evaluate(NO_DEVICES)
    try:
        yield
    finally:
        notebook.page.evaluate(NOT_SECURE_NO_MORE)
