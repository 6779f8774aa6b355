"""Which page a command goes to, and what state it leads to until that page has carried it out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from . import protocol
from .commands import Command, Commands
from .ownership import Ownership
from .pages import Page, Pages
from .protocol import Op, State

SESSION_WAIT = 3.0
"""Seconds that a first command waits for the page that ran its cell, before it goes to any."""

STATE_AFTER: dict[Op, State | None] = {
    "start": "recording",
    "stop": "inactive",
    "pause": "paused",
    "resume": "recording",
    "request_data": None,
}
"""The state that a command leads to."""


class Router:
    """Numbers commands, and addresses each; it is called with the lock of the link held.

    Parameters
    ----------
    pages : Pages
        Those that show the recorder.
    ownership : Ownership
        Is noted which page is to start which take.
    push : callable
        Sends what is `due`, with the lock held.

    Attributes
    ----------
    count : int
        The number of the last command.
    """

    def __init__(self, pages: Pages, ownership: Ownership, push: Callable[[], None]) -> None:
        self.count = 0
        self._pages = pages
        self._ownership = ownership
        self._commands = Commands(push)
        self._expected: State = "inactive"

    def __len__(self) -> int:
        """How many commands no page has heard."""
        return len(self._commands.waiting)

    def add(
        self,
        op: Op,
        take: str | None,
        timeslice: float | None,
        seconds: float | None,
        session: str | None,
    ) -> None:
        """Number a command of a client session; it is due as soon as there is a page for it."""
        self.count += 1
        self._expected = STATE_AFTER[op] or self.state
        self._commands.add(Command(self.count, op, take, timeslice, seconds, session))

    def due(self) -> Iterator[dict[str, Any]]:
        """Give the messages of all commands whose page is known; they are due again later."""
        for command in self._commands.waiting:
            page = self._address(command)
            if page is None:
                break
            yield protocol.command(page.id, command)
        self._commands.again_later()

    def follow(self, page: Page, heard: int) -> None:
        """A page has heard so many commands; one that records by itself is the one to command."""
        self._commands.acknowledge(page.id, heard)
        other = self._pages.recording
        free = other is None or not self._ownership.is_busy(other.id)
        if free and page.snapshot.state != "inactive" and page.up_to_date:
            self._pages.recording = page

    def expect_inactive(self) -> None:
        """Commands that are under way lead nowhere any more."""
        self._expected = "inactive"

    def reset(self) -> None:
        """Forget all commands."""
        self._commands.clear()
        self.expect_inactive()

    def lose(self, page: Page) -> None:
        """A page has gone; so have the commands that were for it, and all if it was to record."""
        if page is self._pages.recording:
            self.reset()
        self._commands.forget(page.id)

    def close(self) -> None:
        self._commands.clear()

    @property
    def unheard(self) -> bool:
        """Whether a command is under way that the page that records has not heard yet."""
        page = self._pages.recording
        unaware = {None, page.id if page else None}
        return any(command.page in unaware for command in self._commands.waiting)

    @property
    def pending(self) -> bool:
        """Whether a command is under way whose effect no page has reported yet."""
        page = self._pages.recording
        return self.unheard or (page is not None and not page.up_to_date)

    @property
    def state(self) -> State:
        """Where the last command leads while it is under way; else what the page says."""
        page = self._pages.recording
        return self._expected if page is None or self.pending else page.snapshot.state

    def _address(self, command: Command) -> Page | None:
        """The page of a command; a start chooses it, and what follows goes the same way."""
        pages = self._pages
        if command.page is None:
            if command.op == "start" or pages.recording is None:
                pages.recording = self._choose(command)
            if pages.recording is None:
                return None
            command.page, command.previous = pages.recording.id, pages.recording.commanded
            pages.recording.commanded = command.n
            if command.op == "start" and command.take is not None:
                self._ownership.assign(command.page, command.take)
        return pages.get(command.page)

    def _choose(self, command: Command) -> Page | None:
        chosen = self._pages.of(command.session) or self._pages.recording
        waits = command.session is not None and time.monotonic() - command.made < SESSION_WAIT
        return chosen if chosen or waits else self._pages.any()
