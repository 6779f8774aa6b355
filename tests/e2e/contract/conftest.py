"""A module's tests share one notebook, whose page taps the messages of its websocket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.contract.tools import SETUP, Tap
from tests.e2e.harness import Lab, Notebook, open_notebook

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def shared_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    with context.new_page() as page:
        page.add_init_script(path=HERE / "tap.js")
        with open_notebook(lab, page) as notebook:
            notebook.run(SETUP)
            yield notebook


@pytest.fixture
def notebook(shared_notebook: Notebook) -> Iterator[Notebook]:
    """The notebook of the module, with its page reset after the previous test."""
    shared_notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    shared_notebook.witness.reset()
    Tap(shared_notebook.page).reset()
    yield shared_notebook
    try:
        shared_notebook.check()
    finally:
        shared_notebook.page_errors.clear()  # so that later tests do not fail for them


@pytest.fixture
def tap(notebook: Notebook) -> Tap:
    """The messages between the page and the kernel."""
    return Tap(notebook.page)
