"""Every notebook that we show runs from its first cell to its last, and records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.demo import look_at_take, run_all
from tests.e2e.harness import Lab, Notebook, open_notebook

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def shown(request: pytest.FixtureRequest, lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """A copy of one notebook, in a tab of its own."""
    with context.new_page() as page, open_notebook(lab, page, request.param) as notebook:
        yield notebook


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


def test_notebook(shown: Notebook) -> None:
    run_all(shown)
    take = look_at_take(shown)
    assert take.mime_type
    assert take.bytes > 0
    assert take.shape[0] > 0
