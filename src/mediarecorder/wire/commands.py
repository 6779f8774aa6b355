"""Commands on their way to a page: numbered, in order, and sent again until heard.

The server drops kernel-to-page messages when a cell floods its output, and a page
may come up long after its first command. So a command waits here until a message
of its page says that it was heard.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Protocol

from .protocol import Op

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
THREADS = sys.platform != "emscripten"
"""Whether there are any: not in JupyterLite, where a loop always runs."""


@dataclass
class Command:
    """One call of Python, and where it is to be carried out.

    ``page`` is None until one is known; ``session`` is the client session of the
    cell that made the call, so that the page that ran the cell can be chosen.
    """

    n: int
    op: Op
    take: str | None = None
    timeslice: float | None = None
    seconds: float | None = None
    session: str | None = None
    page: str | None = None
    previous: int = 0
    made: float = field(default_factory=time.monotonic)


class Commands:
    """The commands that no page has heard yet.

    Parameters
    ----------
    push : callable
        Sends everything that waits; called again, ever more rarely, while anything does.
    """

    def __init__(self, push: Callable[[], None]) -> None:
        self.waiting: list[Command] = []
        self._push = push
        self._pause = FIRST_PAUSE
        self._timer: Timer | None = None

    def add(self, command: Command) -> None:
        self.waiting.append(command)
        self._pause = FIRST_PAUSE

    def acknowledge(self, page: str, n: int) -> None:
        """Forget what `page` has heard."""
        self._drop(lambda command: command.page == page and command.n <= n)

    def forget(self, page: str) -> None:
        """`page` has gone, and hears nothing any more."""
        self._drop(lambda command: command.page == page)

    def again_later(self) -> None:
        """Push once more after a pause, unless that is arranged already."""
        if self._timer is None and self.waiting:
            self._timer = _later(self._pause, self._fire)

    def clear(self) -> None:
        """Send nothing of this any more."""
        self.waiting.clear()
        self._cancel()

    def _drop(self, which: Callable[[Command], bool]) -> None:
        self.waiting = [command for command in self.waiting if not which(command)]
        if not self.waiting:
            self._cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._push()


class Timer(Protocol):
    def cancel(self) -> None: ...


def _later(seconds: float, call: Callable[[], None]) -> Timer:
    """Call in the context of now, by which Shiny and Panel know whose page is meant."""
    if not THREADS:
        import asyncio

        return asyncio.get_running_loop().call_later(seconds, call)
    timer = threading.Timer(seconds, copy_context().run, (call,))
    timer.daemon = True
    timer.start()
    return timer
