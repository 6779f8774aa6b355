"""Several pages show one recorder and one of them records; none opens a microphone by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.contract.tools import SETUP, finished, make, recorded, stop
from tests.e2e.harness import Lab, Notebook, open_notebook

ONE_TAKE = ["start", "dataavailable", "stop"]


@pytest.fixture
def first(notebook: Notebook) -> Notebook:
    """A saved notebook with a recorder."""
    make(notebook)
    notebook.save()
    return notebook


@pytest.fixture
def second(first: Notebook) -> Iterator[Notebook]:
    """The same notebook in another tab."""
    with first.second_tab() as other:
        expect(status(other)).to_have_text("Ready")
        yield other


def test_the_page_that_ran_the_cell_records(first: Notebook, second: Notebook) -> None:
    for ran, other in ((second, first), (first, second)):
        first.run("diary.clear()")
        ran.run("rec.start()")
        recorded(ran, 5_000)
        expect(status(ran)).to_have_text("Recording")
        expect(status(other)).to_have_text("Recording in another page")
        assert other.witness.live_tracks() == 0
        other.page.locator(".recorder").get_by_role("button", name="Pause").click()
        expect(status(ran)).to_have_text("Paused")
        other.page.locator(".recorder").get_by_role("button", name="Stop").click()
        finished(first)
        assert first.value("diary.types") == ["start", "pause", "dataavailable", "stop"]
        assert first.value("sha(rec.take.blob)") == ran.witness.hash()
        assert ran.witness.live_tracks() == 0
        for page in (ran, other):
            expect(status(page)).to_have_text("Ready")
    assert [len(page.witness.takes()) for page in (first, second)] == [1, 1]


def test_the_page_whose_button_was_pressed_records(first: Notebook, second: Notebook) -> None:
    second.page.locator(".recorder").get_by_role("button", name="Record").click()
    recorded(second, 5_000)
    expect(status(first)).to_have_text("Recording in another page")
    first.run("rec.stop()")
    finished(first)
    assert first.value("diary.types") == ONE_TAKE
    assert first.value("sha(rec.take.blob)") == second.witness.hash()
    assert first.witness.requests() == []


def test_a_reloaded_page_works_again(first: Notebook) -> None:
    first.reload()
    expect(status(first)).to_have_text("Ready")
    assert first.witness.requests() == []
    first.run("rec.start()")
    recorded(first, 5_000)
    expect(status(first)).to_have_text("Recording")
    stop(first)
    assert first.value("diary.types") == ONE_TAKE
    assert first.value("sha(rec.take.blob)") == first.witness.hash()


def test_closing_a_second_page_changes_nothing(first: Notebook) -> None:
    first.run("rec.start()")
    with first.second_tab() as other:
        expect(status(other)).to_have_text("Recording in another page")
    recorded(first, 5_000)
    stop(first)
    assert first.value("diary.types") == ONE_TAKE
    assert first.value("sha(rec.take.blob)") == first.witness.hash()


def test_a_saved_notebook_opens_no_microphone(
    first: Notebook, lab: Lab, context: BrowserContext
) -> None:
    """The widget comes from the file; no kernel knows it until its cell runs again."""
    saved = lab.notebooks / first.path
    with context.new_page() as page, open_notebook(lab, page, saved) as copy:
        expect(page.locator(".recorder")).to_be_visible()
        expect(status(copy)).to_have_text("Waiting for the kernel")
        expect(page.locator(".recorder").get_by_role("button", name="Record")).to_be_disabled()
        assert copy.witness.requests() == []
        copy.run(SETUP)
        make(copy)
        copy.run("rec.start(); rec.stop()")
        finished(copy)
        assert copy.value("diary.types") == ONE_TAKE


def status(notebook: Notebook) -> Locator:
    return notebook.page.locator(".recorder").last.get_by_role("status")
