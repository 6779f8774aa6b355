"""A user, the page of a host with two recorders, and the events that its app has logged."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from .people import User
from .servers import Line, Served

T = TypeVar("T")


class Scene:
    """A user, a page and a diary.

    Attributes
    ----------
    steps : dict
        The outcome of each step of the scenario: ``"yes"`` or ``"no"``.
    """

    def __init__(self, user: User, served: Served) -> None:
        self.user = user
        self.steps: dict[str, str] = {}
        self._served = served

    def begin(self) -> None:
        """Open the page, and wait until both recorders are ready."""
        self.user.allow(True)
        self.user.open(self._served.url)
        if notebook := self._served.notebook:
            ready = f"window.driver?.started() && driver.ready('{notebook}')"
            self.until(lambda: self.user.evaluate(ready), timeout=40)
            self.user.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.until_idle(2, timeout=40)

    def until_idle(self, count: int, timeout: float = 15) -> None:
        """Wait until `count` recorders can be started by their buttons."""
        self.until(lambda: self.user.count("Record") == count, timeout)

    def next(self, recorder: str, what: str, timeout: float = 15) -> Line:
        """Wait for the next line of the diary with this recorder and event."""
        return self.until(lambda: self._served.diary.take(recorder, what), timeout)

    def until_half_a_second(self) -> None:
        """Wait until the latest take is a little longer than half a second."""
        since = "performance.now() - witness.report().takes.at(-1)?.events[0]?.at"
        self.until(lambda: (self.user.evaluate(since) or 0) > 600)

    def until(self, condition: Callable[[], T | None], timeout: float = 15) -> T:
        """Wait until a condition is true, and return its value."""
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"It was still {value!r} after {timeout} s.\n{self.report()}")
            self.user.pause()
        return value

    def report(self) -> str:
        lines = "\n".join(map(str, self._served.diary.lines))
        log = self._served.log.read_text(errors="replace")[-5000:]
        return f"Diary:\n{lines}\n{self.user.report()}\nServer:\n{log}"
