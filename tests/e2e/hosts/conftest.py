"""A user and the page of one host, which shows two recorders."""

from __future__ import annotations

import datetime
import json
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.e2e.harness import Lab, open_chromium, open_context
from tests.e2e.harness.browser import SCRIPTS
from tests.e2e.hosts.firefox import Firefox, open_firefox
from tests.e2e.hosts.people import ChromiumUser, FirefoxUser, User
from tests.e2e.hosts.scene import Scene
from tests.e2e.hosts.servers import HOSTS, in_lab, on_own_server
from tests.e2e.hosts.table import RUN, Run


@pytest.fixture(scope="session")
def strict_chromium(playwright: Playwright, microphone: Path) -> Iterator[Browser]:
    """A browser that opens the microphone only for pages with permission."""
    browser = open_chromium(playwright, microphone, permission=False)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with open_firefox(tmp_path_factory.mktemp("firefox"), SCRIPTS) as browser:
        yield browser


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """The results per host; tests/e2e/hosts/table.py writes them to the README's table."""
    run: Run = {"date": datetime.date.today().isoformat(), "places": []}
    yield run
    RUN.parent.mkdir(exist_ok=True)
    RUN.write_text(json.dumps(run))


PLACES = [*((host, "Chromium") for host in HOSTS), ("lab", "Firefox"), ("notebook", "Firefox")]


@pytest.fixture(scope="module", params=PLACES, ids="-".join)
def scene(
    request: pytest.FixtureRequest, run: Run, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    (name, browser), folder = request.param, tmp_path_factory.mktemp("app")
    host = HOSTS[name]
    app = on_own_server(host, folder) if host.command else in_lab(host, lab, f"{name}-{browser}")
    with app as served, open_user(request, browser) as user:
        scene = Scene(user, served)
        scene.begin()
        yield scene
        run["places"].append(
            {
                "host": host.title,
                "version": metadata.version(host.package),
                "browser": user.browser,
                "steps": scene.steps,
            }
        )


@contextmanager
def open_user(request: pytest.FixtureRequest, browser: str) -> Iterator[User]:
    if browser == "Chromium":
        with open_context(request.getfixturevalue("strict_chromium")) as context:
            yield ChromiumUser(context)
    else:
        with closing(FirefoxUser(request.getfixturevalue("firefox"))) as user:
            yield user


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record the outcome of each step in its scene."""
    report = yield
    scene = item.funcargs.get("scene")
    if report.when == "call" and isinstance(scene, Scene):
        step = item.originalname.removeprefix("test_").replace("_", " ").capitalize()
        scene.steps[step] = "yes" if report.passed else "no"
    return report
