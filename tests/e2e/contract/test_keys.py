"""The keyboard in a real JupyterLab: the widget handles its own keys, and JupyterLab all others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.contract.tools import finished, make, recorded
from tests.e2e.harness import Notebook

# In JupyterLab's command mode R makes a cell raw, the space bar scrolls, and B adds a cell.
CELLS = """
() => jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => model.type)
"""
THEME = "name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })"


@pytest.fixture
def view(notebook: Notebook) -> Locator:
    make(notebook)
    return notebook.page.locator(".recorder").last


def focus(view: Locator) -> None:
    view.get_by_role("button", name="Record", exact=True).focus()


def test_r_space_and_escape_control_the_recorder(notebook: Notebook, view: Locator) -> None:
    keyboard = notebook.page.keyboard
    before = notebook.page.evaluate(CELLS)
    focus(view)
    keyboard.press("r")
    recorded(notebook, 5_000)
    view.evaluate("(box) => box.focus()")  # a focused button would handle the space bar
    keyboard.press(" ")
    notebook.until("rec.state == 'paused'")
    keyboard.press(" ")
    notebook.until("rec.state == 'recording' and 'resume' in diary.types")
    keyboard.press("Escape")
    finished(notebook)
    assert notebook.value("diary.types") == ["start", "pause", "resume", "dataavailable", "stop"]
    assert notebook.page.evaluate(CELLS) == before
    expect(view.locator(".take.drawn")).to_be_visible()
    keyboard.press(" ")
    expect(view.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    keyboard.press("Escape")
    expect(view.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_focused_button_handles_space_and_enter(notebook: Notebook, view: Locator) -> None:
    before = notebook.page.evaluate(CELLS)
    focus(view)
    notebook.page.keyboard.press("Enter")
    recorded(notebook, 3_000)
    expect(view.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    notebook.page.keyboard.press(" ")
    finished(notebook)
    expect(view.get_by_role("button", name="Record", exact=True)).to_be_focused()
    assert notebook.page.evaluate(CELLS) == before


def test_jupyterlab_handles_all_other_keys(notebook: Notebook, view: Locator) -> None:
    before = notebook.page.evaluate(CELLS)
    focus(view)
    notebook.page.keyboard.press("b")
    notebook.page.wait_for_function(
        "count => jupyterapp.shell.currentWidget.content.widgets.length > count", arg=len(before)
    )
    assert notebook.value("rec.state") == "inactive"


@pytest.fixture
def themed(notebook: Notebook) -> Iterator[Notebook]:
    yield notebook
    notebook.page.evaluate(THEME, "JupyterLab Light")


def test_it_follows_jupyterlabs_theme(themed: Notebook, view: Locator) -> None:
    page = themed.page
    for theme, dark in (("JupyterLab Dark", True), ("JupyterLab Dark High Contrast", True)):
        page.evaluate(THEME, theme)
        page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
        light = view.evaluate("(box) => parseInt(getComputedStyle(box).color.match(/\\d+/)[0])")
        assert (light > 200) is dark
        themed.screenshot(f"recorder in {theme}")
