"""Fixtures: one JupyterLab and one Chromium for all tests, a notebook with a kernel for each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.harness import (
    KERNELS,
    BrowserHome,
    Lab,
    Notebook,
    open_chromium,
    open_context,
    open_notebook,
)
from tests.sound import tone, write_wav


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The JupyterLab server of all tests."""
    with Lab(tmp_path_factory.mktemp("lab"), kernels=KERNELS) as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears: left 440 Hz, right 880 Hz, at 44.1 kHz, without a seam."""
    return write_wav(tmp_path_factory.mktemp("sound") / "microphone.wav", tone([440, 880], 10))


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, microphone: Path) -> Iterator[Browser]:
    """The browser of all tests: the microphone is there and granted."""
    browser = open_chromium(playwright, microphone)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with open_context(chromium) as context:
        yield context


@pytest.fixture(scope="session")
def lab_page(lab: Lab, context: BrowserContext) -> Page:
    """A tab with JupyterLab, which the notebooks of most tests share one after the other."""
    page = context.new_page()
    page.goto(f"{lab.url}/lab?reset")
    page.wait_for_function("window.driver?.started()")
    return page


@pytest.fixture
def notebook(lab: Lab, lab_page: Page) -> Iterator[Notebook]:
    """A new notebook with a kernel of its own, in the tab that all share."""
    with open_notebook(lab, lab_page) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def module_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """One notebook, kernel and tab for all tests of a module."""
    with context.new_page() as page, open_notebook(lab, page) as notebook:
        yield notebook


@pytest.fixture
def fresh_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """A new notebook in a tab of its own, for tests that reload, cut or close the page."""
    with context.new_page() as page, open_notebook(lab, page) as notebook:
        yield notebook


BrowserOpener = Callable[..., BrowserContext]


@pytest.fixture
def another_chromium(playwright: Playwright) -> Iterator[BrowserOpener]:
    """A function that starts one more Chromium: `(microphone=None, permission=True)`."""
    started: list[Browser] = []

    def start(microphone: Path | None = None, *, permission: bool = True) -> BrowserContext:
        browser = open_chromium(playwright, microphone, permission=permission)
        started.append(browser)
        return open_context(browser)

    yield start
    for browser in started:
        browser.close()


@pytest.fixture
def browser_home(playwright: Playwright, microphone: Path, tmp_path: Path) -> Iterator[BrowserHome]:
    """A browser that can be `kill()`ed or `close()`d, and `reopen()`ed on the same profile.

    It has the microphone, and its pages are in `browser_home.context`.
    """
    home = BrowserHome(playwright, tmp_path / "profile", microphone)
    yield home
    home.close()


@pytest.fixture
def homely_notebook(lab: Lab, browser_home: BrowserHome) -> Iterator[Notebook]:
    """A new notebook in `browser_home`; its kernel outlives the browser."""
    with open_notebook(lab, browser_home.context.new_page()) as notebook:
        yield notebook


@pytest.fixture
def refused_notebook(
    lab: Lab, microphone: Path, another_chromium: BrowserOpener
) -> Iterator[Notebook]:
    """The microphone is there, but refused until `notebook.page.context.grant_permissions`."""
    context = another_chromium(microphone, permission=False)
    with open_notebook(lab, context.new_page()) as notebook:
        yield notebook


@pytest.fixture
def deaf_notebook(lab: Lab, another_chromium: BrowserOpener) -> Iterator[Notebook]:
    """A machine without a microphone."""
    with open_notebook(lab, another_chromium().new_page()) as notebook:
        yield notebook


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside a failure put what its page said, a picture of it, and the server's log."""
    report = yield
    if report.when == "call" and report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Notebook) and not value.page.is_closed():
                picture = value.screenshot(f"failed-{item.name}")
                report.sections.append(("page", f"{value.story()}\nPicture: {picture}"))
                report.sections.append(("JupyterLab", value.lab.log()))
    return report
