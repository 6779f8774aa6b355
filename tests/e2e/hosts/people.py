"""Who sits before a page: one way to do it in each browser."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Route

ANYWIDGET = Path(sys.prefix) / "share/jupyter/nbextensions/anywidget/index.js"
"""What Panel's pages load from a CDN."""

SOLARA = Path("build/solara/node_modules")
"""What Solara's pages load from a CDN, by way of its server."""


class Person(Protocol):
    """Opens a page, presses buttons by the names that they tell, and is asked for permission."""

    hears: Sequence[float]
    """The frequencies in Hz of the microphone's channels."""

    def open(self, url: str) -> None: ...

    def evaluate(self, expression: str) -> Any:
        """What JavaScript gives."""

    def count(self, name: str) -> int:
        """How many buttons of this name are there."""

    def press(self, name: str, nth: int = 0) -> None:
        """Press the button of this name, as soon as it can be pressed."""

    def allow(self, microphone: bool) -> None:
        """Answer the browser, now and from now on."""

    def alert(self) -> str:
        """What the page warns of; empty if of nothing."""

    def rest(self) -> None:
        """Look away for a moment, so that the page goes on."""

    def story(self) -> str:
        """What the page said, for the message of a failure."""


class InChromium:
    hears: Sequence[float] = (440.0, 880.0)

    def __init__(self, context: BrowserContext) -> None:
        self._page = context.new_page()
        self._page.route("**/anywidget@*/dist/index*", lambda route: route.fulfill(path=ANYWIDGET))
        self._page.route("**/_solara/cdn/**", _fulfill_from_npm)
        self._said: list[str] = []
        self._page.on("console", lambda message: self._said.append(message.text))
        self._page.on("pageerror", lambda error: self._said.append(error.stack or error.message))

    def open(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def count(self, name: str) -> int:
        return self._page.get_by_role("button", name=name, exact=True).count()

    def press(self, name: str, nth: int = 0) -> None:
        self._page.get_by_role("button", name=name, exact=True).nth(nth).click()

    def allow(self, microphone: bool) -> None:
        context = self._page.context
        if microphone:
            context.grant_permissions(["microphone"])
        else:
            context.clear_permissions()

    def alert(self) -> str:
        alerts = self._page.get_by_role("alert").all_inner_texts()
        return " ".join(alerts).strip()

    def rest(self) -> None:
        self._page.wait_for_timeout(20)

    def story(self) -> str:
        said = "\n".join(self._said[-30:])
        return f"Page {self._page.url}:\n{said}"


def _fulfill_from_npm(route: Route) -> None:
    package = re.sub(r"@[0-9.]+/", "/", route.request.url.partition("/_solara/cdn/")[2])
    path = SOLARA / package
    if path.exists():
        route.fulfill(path=path)
    else:
        route.fulfill(status=404)
