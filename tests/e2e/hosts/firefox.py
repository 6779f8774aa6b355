"""Headless Firefox, controlled by WebDriver BiDi: JSON over a websocket.

Playwright supports only its own build of Firefox; this is the released one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

FAKE_FREQUENCY = 440
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.audio.fake_frequency": FAKE_FREQUENCY,
    "media.autoplay.default": 0,
    "media.autoplay.block-webaudio": False,
    # Without a sound card an AudioContext never runs; this makes Firefox use a fake one.
    "media.cubeb.force_mock_context": True,
    "media.cubeb.sandbox": False,
}
Result = dict[str, Any]


class OutOfViewError(Exception):
    """The element to click is outside the viewport."""


@contextmanager
def open_firefox(profile: Path, scripts: Sequence[Path]) -> Iterator[Firefox]:
    """Start Firefox with a fake microphone; its pages run `scripts` before their own code."""
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines))
    with (profile / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [
                *(_executable(), "--headless", "--no-remote", "--profile", profile),
                *("--remote-debugging-port=0", "--remote-allow-system-access"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with connect(f"{_address(process, profile)}/session", max_size=None) as socket:
            firefox = Firefox(socket)
            for script in scripts:
                code = f"() => {{\n{script.read_text()}\n}}"
                firefox.call("script.addPreloadScript", functionDeclaration=code)
            yield firefox
            firefox.call("browser.close")
        process.wait(timeout=15)
    finally:
        process.kill()
        process.wait()


class Firefox:
    """A running Firefox.

    Attributes
    ----------
    version : str
        For example ``"153.7.0"``.
    messages : list of str
        The console messages of its pages since the last one was opened.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.messages: list[str] = []
        self._socket = socket
        self._id = 0
        session = self.call("session.new", capabilities={})
        self.version = str(session["capabilities"]["browserVersion"])
        self.call("session.subscribe", events=["log.entryAdded"])
        (window,) = self.call("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        self._window = str(window["context"])

    def call(self, method: str, **params: Any) -> Result:
        """Execute a BiDi command, and return its result; raise if the browser reports an error."""
        self._id += 1
        self._socket.send(json.dumps({"id": self._id, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv(timeout=60))).get("id") != self._id:
            if answer.get("method") == "log.entryAdded":
                self.messages.append(str(answer["params"]["text"]))
        if answer.get("error") == "move target out of bounds":
            raise OutOfViewError(answer["message"])
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return dict(answer["result"])

    def open(self, url: str) -> str:
        """Open a tab, and return its id."""
        self.messages.clear()
        tab = str(self.call("browsingContext.create", type="tab")["context"])
        self.call("browsingContext.navigate", context=tab, url=url, wait="complete")
        return tab

    def evaluate(self, tab: str, expression: str) -> Result:
        """Await a JavaScript expression, and return its value as BiDi encodes it."""
        answer = self.call(
            "script.evaluate", expression=expression, target={"context": tab}, awaitPromise=True
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return dict(answer["result"])

    def allow(self, microphone: bool) -> None:
        """Grant or refuse all following requests for the microphone."""
        choice = f"Services.prefs.setIntPref('permissions.default.microphone', {2 - microphone})"
        self.evaluate(self._window, choice)


def _address(process: subprocess.Popen[bytes], profile: Path) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        log = (profile / "log.txt").read_text(errors="replace")
        if found := re.search(r"^WebDriver BiDi listening on (\S+)\n", log, re.MULTILINE):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"Firefox did not start:\n{log}")


def _executable() -> str:
    executable = shutil.which("firefox-esr")
    if executable is None:
        raise RuntimeError(
            "`firefox-esr` is not on the path. On Debian: apt-get install firefox-esr"
        )
    return executable
