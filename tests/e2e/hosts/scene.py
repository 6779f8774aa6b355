"""A person, the page of a host with two recorders, and what its app has seen of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from .people import Person
from .servers import Line, Served

T = TypeVar("T")


class Scene:
    """A person, a page, and a diary.

    Attributes
    ----------
    steps : dict
        Whether each step of the scenario went well: ``"yes"`` or ``"no"``.
    """

    def __init__(self, person: Person, served: Served) -> None:
        self.person = person
        self.steps: dict[str, str] = {}
        self._served = served

    def begin(self) -> None:
        """Open the page, and wait until both recorders can be used."""
        self.person.allow(True)
        self.person.open(self._served.url)
        if notebook := self._served.notebook:
            ready = f"window.driver?.started() && driver.ready('{notebook}')"
            self.until(lambda: self.person.evaluate(ready), timeout=40)
            self.person.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.until_at_rest(2, timeout=40)

    def until_at_rest(self, count: int, timeout: float = 15) -> None:
        """Wait until so many recorders can be started by their buttons."""
        self.until(lambda: self.person.count("Record") == count, timeout)

    def next(self, recorder: str, what: str, timeout: float = 15) -> Line:
        """Wait for a line of the diary that nobody has waited for yet."""
        return self.until(lambda: self._served.diary.take(recorder, what), timeout)

    def until_half_a_second(self) -> None:
        """Wait until the take that began last is a little older than that."""
        since = "performance.now() - witness.report().takes.at(-1)?.events[0]?.at"
        self.until(lambda: (self.person.evaluate(since) or 0) > 600)

    def until(self, look: Callable[[], T | None], timeout: float = 15) -> T:
        deadline = time.monotonic() + timeout
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise AssertionError(f"It was still {seen!r} after {timeout} s.\n{self.report()}")
            self.person.rest()
        return seen

    def story(self) -> str:
        lines = "\n".join(map(str, self._served.diary.lines))
        log = self._served.log.read_text(errors="replace")[-5000:]
        return f"Diary:\n{lines}\n{self.person.report()}\nServer:\n{log}"
