"""In this folder a module's tests share a notebook, in a tab that reads along on the line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.contract.tools import SETUP, Tap
from tests.e2e.harness import Lab, Notebook, open_notebook

HERE = Path(__file__).parent


@contextmanager
def open_tapped(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        page.add_init_script(path=HERE / "tap.js")
        yield page


@pytest.fixture(scope="package")
def tapped_tab(context: BrowserContext) -> Iterator[Page]:
    """A tab that the modules share one after the other: JupyterLab takes seconds to load."""
    with open_tapped(context) as page:
        yield page


@pytest.fixture(scope="module")
def shared_notebook(lab: Lab, tapped_tab: Page) -> Iterator[Notebook]:
    with open_notebook(lab, tapped_tab) as notebook:
        notebook.run(SETUP)
        yield notebook


@pytest.fixture
def notebook(shared_notebook: Notebook) -> Iterator[Notebook]:
    """The notebook of the module, with a page that has forgotten the test before."""
    shared_notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    shared_notebook.witness.reset()
    Tap(shared_notebook.page).reset()
    yield shared_notebook
    try:
        shared_notebook.check()
    finally:
        shared_notebook.page_errors.clear()  # the tests after this one have not thrown them


@pytest.fixture
def tap(notebook: Notebook) -> Tap:
    """What goes over the line between the page and the kernel."""
    return Tap(notebook.page)
