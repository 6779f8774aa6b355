"""Real refusals of a browser: the right error and remedy, no open track, and a second try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.e2e.contract.tools import (
    SETUP,
    finished,
    make,
    record,
    refused,
    starts_again,
)
from tests.e2e.harness import INSECURE_HOST, Notebook, open_chromium, open_context

Answer = Callable[[Literal["granted", "denied", "prompt"]], None]
ALLOW = "Allow the microphone for this page"


@pytest.fixture(scope="module")
def context(playwright: Playwright, microphone: Path) -> Iterator[BrowserContext]:
    """A browser that asks for permission; the browser of other tests always grants it."""
    browser = open_chromium(playwright, microphone, permission=False)
    with open_context(browser) as context:
        yield context
    browser.close()


@pytest.fixture
def answer(context: BrowserContext, notebook: Notebook) -> Answer:
    """Sets the user's answer; in headless Chromium, "prompt" dismisses the prompt unanswered."""
    assert context.browser is not None
    browser = context.browser.new_browser_cdp_session()
    page = context.new_cdp_session(notebook.page).send("Target.getTargetInfo")["targetInfo"]
    where = {"origin": notebook.lab.url, "browserContextId": page["browserContextId"]}

    def answer(setting: str) -> None:
        permission = {"name": "microphone"}
        browser.send(
            "Browser.setPermission", {"permission": permission, "setting": setting, **where}
        )

    return answer


def test_a_prompt_that_is_dismissed(notebook: Notebook, answer: Answer) -> None:
    answer("prompt")
    make(notebook)
    notebook.run("rec.start()")
    message = refused(notebook, "NotAllowedError")
    assert "closed without an answer" in message
    assert ALLOW not in message
    answer("granted")
    starts_again(notebook)


def test_a_user_who_refuses_and_then_allows(notebook: Notebook, answer: Answer) -> None:
    answer("denied")
    make(notebook)
    notebook.run("rec.start()")
    assert ALLOW in refused(notebook, "NotAllowedError")
    assert ALLOW in notebook.value("str(rec.diagnose())")
    answer("granted")
    starts_again(notebook)


@pytest.mark.parametrize(("answered", "remedy"), [("denied", ALLOW), ("prompt", "choose Allow")])
def test_a_permission_that_is_revoked_during_a_take(
    notebook: Notebook,
    answer: Answer,
    answered: Literal["denied", "prompt"],
    remedy: str,
) -> None:
    answer("granted")
    record(notebook)
    answer(answered)
    finished(notebook)
    assert notebook.value("diary.types, rec.state") == [
        ["start", "dataavailable", "stop"],
        "inactive",
    ]
    assert notebook.value("rec.take.ended_by") == "track ended"
    assert notebook.value("sha(rec.take.blob)") == sha256(notebook.witness.bytes()).hexdigest()
    assert notebook.witness.live_tracks() == 0
    error = notebook.run("rec.record(1)", check=False).error
    assert error is not None
    assert (error.name, remedy in error.value) == ("NotAllowedError", True)
    assert notebook.witness.live_tracks() == 0
    answer("granted")
    starts_again(notebook)


def test_an_insecure_page(fresh_notebook: Notebook) -> None:
    page, path = fresh_notebook.page, fresh_notebook.path
    page.goto(f"{fresh_notebook.lab.url}/lab?reset".replace("127.0.0.1", INSECURE_HOST))
    page.wait_for_function("window.driver?.started()")
    fresh_notebook.drive("open", path)
    fresh_notebook.wait_until_ready()
    fresh_notebook.run(SETUP)
    make(fresh_notebook)
    fresh_notebook.run("rec.start()")
    assert "https://" in refused(fresh_notebook, "SecurityError")
    assert "This page is not secure" in fresh_notebook.value("str(rec.diagnose())")
    fresh_notebook.run("rec.source = Tone()")
    starts_again(fresh_notebook)
