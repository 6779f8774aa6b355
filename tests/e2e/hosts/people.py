"""Users of a page: one implementation per browser."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Route

from .firefox import FAKE_FREQUENCY, Firefox, OutOfViewError

ANYWIDGET = Path(sys.prefix) / "share/jupyter/nbextensions/anywidget/index.js"
"""The file that Panel's pages load from a CDN."""

SOLARA = Path("build/solara/node_modules")
"""The packages that Solara's pages load from a CDN, through its server."""


class User(Protocol):
    """Opens a page, presses buttons by their accessible names, and grants permission."""

    browser: str
    """The browser's name and version."""

    frequencies: Sequence[float]
    """The frequencies in Hz of the microphone's channels."""

    def open(self, url: str) -> None: ...

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""

    def count(self, name: str) -> int:
        """Return the number of buttons with this name."""

    def press(self, name: str, nth: int = 0) -> None:
        """Press a button with this name, as soon as it is enabled."""

    def allow(self, microphone: bool) -> None:
        """Grant or refuse all following requests for the microphone."""

    def alert(self) -> str:
        """Return the text of the page's alerts, or an empty string."""

    def pause(self) -> None:
        """Wait for one poll interval."""

    def report(self) -> str:
        """Return the page's console messages, for failure messages."""


class ChromiumUser:
    frequencies: Sequence[float] = (440.0, 880.0)

    def __init__(self, context: BrowserContext) -> None:
        assert context.browser is not None
        self.browser = f"Chromium {context.browser.version}"
        self._page = context.new_page()
        self._page.route("**/anywidget@*/dist/index*", lambda route: route.fulfill(path=ANYWIDGET))
        self._page.route("**/_solara/cdn/**", _fulfill_from_npm)
        self._log: list[str] = []
        self._page.on("console", lambda message: self._log.append(message.text))
        self._page.on("pageerror", lambda error: self._log.append(error.stack or error.message))

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

    def pause(self) -> None:
        self._page.wait_for_timeout(20)

    def report(self) -> str:
        messages = "\n".join(self._log[-30:])
        return f"Page {self._page.url}:\n{messages}"


class FirefoxUser:
    frequencies: Sequence[float] = (FAKE_FREQUENCY,)

    def __init__(self, firefox: Firefox) -> None:
        self.browser = f"Firefox {firefox.version}"
        self._firefox = firefox
        self._tab = ""

    def open(self, url: str) -> None:
        self._tab = self._firefox.open(url)

    def close(self) -> None:
        self._firefox.call("browsingContext.close", context=self._tab)

    def evaluate(self, expression: str) -> Any:
        result = self._in_page(f"(async () => JSON.stringify(await ({expression}) ?? null))()")
        return json.loads(result["value"])

    def count(self, name: str) -> int:
        return int(self._in_page(f"{_BUTTONS}({json.dumps(name)}).length")["value"])

    def press(self, name: str, nth: int = 0) -> None:
        button = f"{_BUTTONS}({json.dumps(name)})[{nth}]"
        deadline = time.monotonic() + 15
        while not self._click(button):  # a click misses a button that moves meanwhile
            assert time.monotonic() < deadline, f"No button {name!r} to press.\n{self.report()}"
            self.pause()

    def _click(self, button: str) -> bool:
        """Click the middle of a button, and return whether the button was clicked."""
        if not self.evaluate(f"{button}?.disabled === false"):
            return False
        found = self._in_page(f"{_LISTEN}({button})")
        middle = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        actions = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": middle},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        try:
            self._firefox.call("input.performActions", context=self._tab, actions=[mouse])
        except OutOfViewError:
            return False
        return bool(self.evaluate("window.clicked"))

    def allow(self, microphone: bool) -> None:
        self._firefox.allow(microphone)

    def alert(self) -> str:
        return str(
            self._in_page(f"{_ALL}('[role=alert]').map((it) => it.innerText).join(' ')")["value"]
        )

    def pause(self) -> None:
        time.sleep(0.02)

    def report(self) -> str:
        messages = "\n".join(self._firefox.messages[-30:])
        return f"Page:\n{messages}"

    def _in_page(self, expression: str) -> Mapping[str, Any]:
        return self._firefox.evaluate(self._tab, expression)


# Finds the visible elements of a selector, shadow roots included; and the buttons with a name.
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
