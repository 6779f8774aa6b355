"""Commands to a page: numbered, in order, and sent again until the page has received them.

The server drops messages to a page when a cell floods its output, and a page may connect
long after its first command. So a command waits here until a message of its page confirms
that it was received (``heard``).
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
"""Whether threads exist. JupyterLite has none, but its event loop always runs."""


@dataclass
class Command:
    """One call in Python, and the page that is to carry it out.

    ``page`` is None until a page is chosen. ``session`` is the client session of the cell
    that made the call, by which the page that ran the cell can be chosen.
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
    """The commands that no page has received yet.

    Parameters
    ----------
    push : callable
        Sends all waiting commands. It is called again with exponential backoff while
        there are any.
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
        """Drop the commands up to number `n`, which `page` has received."""
        self._drop(lambda command: command.page == page and command.n <= n)

    def forget(self, page: str) -> None:
        """Drop the commands to `page`, which has gone."""
        self._drop(lambda command: command.page == page)

    def push_later(self) -> None:
        """Schedule another push after a pause, unless one is scheduled."""
        if self._timer is None and self.waiting:
            self._timer = _later(self._pause, self._fire)

    def clear(self) -> None:
        """Drop all commands."""
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
    """Call later in the current context, in which Shiny and Panel find the user's page."""
    if not THREADS:
        import asyncio

        return asyncio.get_running_loop().call_later(seconds, call)
    timer = threading.Timer(seconds, copy_context().run, (call,))
    timer.daemon = True
    timer.start()
    return timer
