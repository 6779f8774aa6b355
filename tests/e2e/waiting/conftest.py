"""A notebook per kernel version, in JupyterLab and in Notebook 7, with and without subshells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.harness import KERNELS, App, Lab, Notebook, open_notebook


class Place(NamedTuple):
    """The environment of a notebook."""

    kernel: str = "python3"
    app: App = "lab"
    subshells: bool = True

    def __str__(self) -> str:
        kernel = "newest" if self.kernel == "python3" else self.kernel
        app = "JupyterLab" if self.app == "lab" else "Notebook 7"
        return f"{kernel}, {app}, {'' if self.subshells else 'no '}subshells"


FORGET_CELLS = """
() => {
  const { sharedModel } = jupyterapp.shell.currentWidget.content.model;
  sharedModel.deleteCellRange(0, sharedModel.cells.length);
}
"""
EVERY_KERNEL = ("6", "7.1", "7.3", "python3")
SAME_ROUTING = {"7.1"}
"""Kernels that route messages like another one; they run in the soak only."""
OLDEST_AND_NEWEST = [Place("6"), Place()]


def in_places(places: Iterable[Place], soak: Iterable[Place] = ()) -> pytest.MarkDecorator:
    """Run a test in each of these places, and in those of `soak` in the soak only.

    All tests of the folder share one notebook per place.
    """
    daily = [place for place in places if place.kernel not in SAME_ROUTING]
    others = [place for place in (*places, *soak) if place not in daily]
    params = [*daily, *(pytest.param(place, marks=pytest.mark.soak) for place in others)]
    return pytest.mark.parametrize("place", params, ids=str, scope="package")


@pytest.fixture(scope="package")
def place() -> Place:
    """The default: the newest kernel in JupyterLab."""
    return Place()


@pytest.fixture(scope="session")
def lab_without_subshells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A second server, whose pages send comm messages to the main shell."""
    plugin = "@jupyterlab/apputils-extension:kernels-settings"
    settings = {plugin: {"commsOverSubshells": "disabled"}}
    with Lab(tmp_path_factory.mktemp("lab"), settings, KERNELS) as server:
        yield server


@pytest.fixture(scope="package")
def server(request: pytest.FixtureRequest, place: Place) -> Lab:
    known = ("python3", *KERNELS)
    assert place.kernel in known, f"Run `make kernels` to install ipykernel {place.kernel}."
    server: Lab = request.getfixturevalue("lab" if place.subshells else "lab_without_subshells")
    return server


@pytest.fixture(scope="package")
def tabs(context: BrowserContext) -> Iterator[dict[tuple[str, App], Page]]:
    """The tab of each server and application, in which its notebooks are opened."""
    tabs: dict[tuple[str, App], Page] = {}
    yield tabs
    for page in tabs.values():
        page.close()


@pytest.fixture(scope="package")
def shared_notebook(
    server: Lab, place: Place, tabs: dict[tuple[str, App], Page], context: BrowserContext
) -> Iterator[Notebook]:
    key = (server.url, place.app)
    page = tabs.get(key) or tabs.setdefault(key, context.new_page())
    with open_notebook(server, page, kernel=place.kernel, app=place.app) as notebook:
        yield notebook


@pytest.fixture
def notebook(shared_notebook: Notebook) -> Iterator[Notebook]:
    """The notebook of this place, with its page reset after the previous test."""
    shared_notebook.page.evaluate(FORGET_CELLS)
    shared_notebook.witness.reset()
    yield shared_notebook
    shared_notebook.check()


@pytest.fixture
def fresh_notebook(server: Lab, place: Place, context: BrowserContext) -> Iterator[Notebook]:
    """A new notebook in its own tab, for tests that reload or close the page."""
    with (
        context.new_page() as page,
        open_notebook(server, page, kernel=place.kernel, app=place.app) as notebook,
    ):
        yield notebook
