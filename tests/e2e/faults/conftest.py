"""The notebooks of this folder; one of them has a connection that a test can cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.contract.tools import SETUP
from tests.e2e.faults.line import Line
from tests.e2e.harness import Lab, Notebook, open_notebook


@pytest.fixture(scope="module")
def shared_notebook(module_notebook: Notebook) -> Notebook:
    module_notebook.run(SETUP)
    return module_notebook


@pytest.fixture
def notebook(shared_notebook: Notebook) -> Iterator[Notebook]:
    """The notebook of the module, with its page reset after the previous test."""
    shared_notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    shared_notebook.witness.reset()
    yield shared_notebook
    shared_notebook.check()


@pytest.fixture(scope="module")
def line(lab: Lab) -> Iterator[Line]:
    with Line(lab.url) as line:
        yield line


@pytest.fixture(scope="module")
def shared_proxied_notebook(lab: Lab, line: Line, context: BrowserContext) -> Iterator[Notebook]:
    with context.new_page() as page, open_notebook(lab.at(line.url), page) as notebook:
        notebook.run(SETUP)
        yield notebook


@pytest.fixture
def proxied_notebook(shared_proxied_notebook: Notebook, line: Line) -> Iterator[Notebook]:
    """A notebook that is connected to its server through `line`, shared by a module's tests."""
    shared_proxied_notebook.witness.reset()
    yield shared_proxied_notebook
    line.restore()
    shared_proxied_notebook.check()
