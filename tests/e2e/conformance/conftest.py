"""One notebook, kernel and tab for the whole folder; each test makes its own recorder."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.conformance import diary
from tests.e2e.conformance.bench import Bench
from tests.e2e.harness import Lab, Notebook, open_notebook

# A notebook of hundreds of cells is four times as slow as an empty one.
FORGET_CELLS = """
() => {
  const { sharedModel } = jupyterapp.shell.currentWidget.content.model;
  sharedModel.deleteCellRange(0, sharedModel.cells.length);
}
"""


@pytest.fixture(scope="package")
def shared_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    with context.new_page() as page, open_notebook(lab, page) as notebook:
        notebook.run(inspect.getsource(diary))
        yield notebook
        notebook.run("for rec in made: rec.close()")
        notebook.until("all(rec.comm is None for rec in made)")


@pytest.fixture
def bench(shared_notebook: Notebook) -> Iterator[Bench]:
    shared_notebook.witness.reset()
    shared_notebook.page.evaluate(FORGET_CELLS)
    bench = Bench(shared_notebook)
    yield bench
    bench.use_microphone()
    errors, shared_notebook.page_errors = shared_notebook.page_errors, []
    assert errors == []
