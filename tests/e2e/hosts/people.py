"""Who sits before a page: one way to do it in each browser."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Route

from .firefox import HEARD, Firefox, OutOfSightError

ANYWIDGET = Path(sys.prefix) / "share/jupyter/nbextensions/anywidget/index.js"
"""What Panel's pages load from a CDN."""

SOLARA = Path("build/solara/node_modules")
"""What Solara's pages load from a CDN, by way of its server."""


class Person(Protocol):
    """Opens a page, presses buttons by the names that they tell, and is asked for permission."""

    browser: str
    """Its name and version."""

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
        assert context.browser is not None
        self.browser = f"Chromium {context.browser.version}"
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


class InFirefox:
    hears: Sequence[float] = (HEARD,)

    def __init__(self, firefox: Firefox) -> None:
        self.browser = f"Firefox {firefox.version}"
        self._firefox = firefox
        self._tab = ""

    def open(self, url: str) -> None:
        self._tab = self._firefox.open(url)

    def close(self) -> None:
        self._firefox.call("browsingContext.close", context=self._tab)

    def evaluate(self, expression: str) -> Any:
        given = self._in_page(f"(async () => JSON.stringify(await ({expression}) ?? null))()")
        return json.loads(given["value"])

    def count(self, name: str) -> int:
        return int(self._in_page(f"{_BUTTONS}({json.dumps(name)}).length")["value"])

    def press(self, name: str, nth: int = 0) -> None:
        button = f"{_BUTTONS}({json.dumps(name)})[{nth}]"
        deadline = time.monotonic() + 15
        while not self._hit(button):  # a click misses what moves away meanwhile
            assert time.monotonic() < deadline, f"No button {name!r} to press.\n{self.report()}"
            self.rest()

    def _hit(self, button: str) -> bool:
        """Click in its middle; whether there was such a button, and it was met."""
        if not self.evaluate(f"{button}?.disabled === false"):
            return False
        found = self._in_page(f"{_LISTEN}({button})")
        middle = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        click = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": middle},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        hand = {"type": "pointer", "id": "mouse", "actions": click}
        try:
            self._firefox.call("input.performActions", context=self._tab, actions=[hand])
        except OutOfSightError:
            return False
        return bool(self.evaluate("window.clicked"))

    def allow(self, microphone: bool) -> None:
        self._firefox.allow(microphone)

    def alert(self) -> str:
        return str(
            self._in_page(f"{_ALL}('[role=alert]').map((it) => it.innerText).join(' ')")["value"]
        )

    def rest(self) -> None:
        time.sleep(0.02)

    def story(self) -> str:
        said = "\n".join(self._firefox.said[-30:])
        return f"Page:\n{said}"

    def _in_page(self, expression: str) -> Mapping[str, Any]:
        return self._firefox.evaluate(self._tab, expression)


# All that a selector finds and that is to be seen, in shadow roots too; the buttons of a name.
_ALL = """(function all(selector, root = document) {
  return [...root.querySelectorAll("*")].flatMap((it) => [
    ...(it.matches(selector) && it.checkVisibility() ? [it] : []),
    ...(it.shadowRoot ? all(selector, it.shadowRoot) : []),
  ]);
})"""
_LISTEN = """((button) => {
  window.clicked = false;
  button.addEventListener("click", () => (window.clicked = true), { once: true });
  button.scrollIntoView({ block: "center" });
  return button;
})"""
_BUTTONS = f"""((name) => {_ALL}("button").filter(
  (it) => (it.getAttribute("aria-label") ?? it.textContent).trim() === name,
))"""


def _fulfill_from_npm(route: Route) -> None:
    package = re.sub(r"@[0-9.]+/", "/", route.request.url.partition("/_solara/cdn/")[2])
    path = SOLARA / package
    if path.exists():
        route.fulfill(path=path)
    else:
        route.fulfill(status=404)
