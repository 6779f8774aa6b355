"""A person before the page of one host, which shows two recorders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.e2e.harness import Lab, open_chromium, open_context
from tests.e2e.hosts.people import InChromium
from tests.e2e.hosts.scene import Scene
from tests.e2e.hosts.servers import HOSTS, in_lab, on_its_own


@pytest.fixture(scope="session")
def shy_chromium(playwright: Playwright, microphone: Path) -> Iterator[Browser]:
    """A browser that opens the microphone for those pages only that have been allowed it."""
    browser = open_chromium(playwright, microphone, permission=False)
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=HOSTS)
def scene(
    request: pytest.FixtureRequest,
    lab: Lab,
    shy_chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    name, host = request.param, HOSTS[request.param]
    up = (
        on_its_own(host, tmp_path_factory.mktemp(name)) if host.command else in_lab(host, lab, name)
    )
    with up as served, open_context(shy_chromium) as context:
        scene = Scene(InChromium(context), served)
        scene.begin()
        yield scene
