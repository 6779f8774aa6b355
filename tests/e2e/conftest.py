"""Fixtures: one JupyterLab and one Chromium for all tests, a notebook and kernel per test."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.e2e.harness import (
    KERNELS,
    Lab,
    Notebook,
    PersistentBrowser,
    open_chromium,
    open_context,
    open_notebook,
)
from tests.sound import tone, write_wav


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The JupyterLab server that all tests share."""
    with Lab(tmp_path_factory.mktemp("lab"), kernels=KERNELS) as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The input of the microphone: left 440 Hz, right 880 Hz, at 44.1 kHz, a seamless loop."""
    return write_wav(tmp_path_factory.mktemp("sound") / "microphone.wav", tone([440, 880], 10))


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, microphone: Path) -> Iterator[Browser]:
    """The browser that all tests share, with a microphone and permission to use it."""
    browser = open_chromium(playwright, microphone)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with open_context(chromium) as context:
        yield context


@pytest.fixture(scope="session")
def lab_page(lab: Lab, context: BrowserContext) -> Page:
    """A tab with JupyterLab, in which most tests open their notebooks one after the other."""
    page = context.new_page()
    page.goto(f"{lab.url}/lab?reset")
    page.wait_for_function("window.driver?.started()")
    return page


@pytest.fixture
def notebook(lab: Lab, lab_page: Page) -> Iterator[Notebook]:
    """A new notebook with its own kernel, in the shared tab."""
    with open_notebook(lab, lab_page) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def module_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """One notebook, kernel and tab for a module's tests."""
    with context.new_page() as page, open_notebook(lab, page) as notebook:
        yield notebook


@pytest.fixture
def fresh_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """A new notebook in its own tab, for tests that reload, disconnect or close the page."""
    with context.new_page() as page, open_notebook(lab, page) as notebook:
        yield notebook


BrowserOpener = Callable[..., BrowserContext]


@pytest.fixture
def another_chromium(playwright: Playwright) -> Iterator[BrowserOpener]:
    """A function that starts another Chromium: `(microphone=None, permission=True)`."""
    started: list[Browser] = []

    def start(microphone: Path | None = None, *, permission: bool = True) -> BrowserContext:
        browser = open_chromium(playwright, microphone, permission=permission)
        started.append(browser)
        return open_context(browser)

    yield start
    for browser in started:
        browser.close()


@pytest.fixture
def persistent_browser(
    playwright: Playwright, microphone: Path, tmp_path: Path
) -> Iterator[PersistentBrowser]:
    """A browser that can be killed or closed, and reopened on the same profile.

    It has the microphone. Its pages belong to `persistent_browser.context`.
    """
    browser = PersistentBrowser(playwright, tmp_path / "profile", microphone)
    yield browser
    browser.close()


@pytest.fixture
def persistent_notebook(lab: Lab, persistent_browser: PersistentBrowser) -> Iterator[Notebook]:
    """A new notebook in `persistent_browser`; its kernel outlives the browser."""
    with open_notebook(lab, persistent_browser.context.new_page()) as notebook:
        yield notebook


@pytest.fixture
def refused_notebook(
    lab: Lab, microphone: Path, another_chromium: BrowserOpener
) -> Iterator[Notebook]:
    """A notebook whose microphone is refused until `notebook.page.context.grant_permissions`."""
    context = another_chromium(microphone, permission=False)
    with open_notebook(lab, context.new_page()) as notebook:
        yield notebook


@pytest.fixture
def no_microphone_notebook(lab: Lab, another_chromium: BrowserOpener) -> Iterator[Notebook]:
    """A notebook on a machine without a microphone."""
    with open_notebook(lab, another_chromium().new_page()) as notebook:
        yield notebook


SHARED_FOLDERS = ("conformance", "waiting")
"""Folders whose modules share a notebook or a server."""


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps tests that share fixtures in one process: those of a module, or of a folder."""

    def _split_scope(self, nodeid: str) -> str:
        module = Path(nodeid.split("::", maxsplit=1)[0])
        shares_folder = module.parent.name in SHARED_FOLDERS
        return str(module.parent if shares_folder else module)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduler:
    """Use `Scheduler` where pytest-xdist distributes the tests."""
    return Scheduler(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the page's report, a screenshot and the server's log to a failure."""
    report = yield
    if report.when == "call" and report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Notebook) and not value.page.is_closed():
                picture = value.screenshot(f"failed-{item.name}")
                report.sections.append(("page", f"{value.report()}\nPicture: {picture}"))
                report.sections.append(("JupyterLab", value.lab.log()))
    return report
