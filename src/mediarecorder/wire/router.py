"""The address of each command, and the expected state until a page has carried it out."""

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
"""Seconds that a first command waits for the page that ran its cell before it goes to another."""

STATE_AFTER: dict[Op, State | None] = {
    "start": "recording",
    "stop": "inactive",
    "pause": "paused",
    "resume": "recording",
    "request_data": None,
}
"""The state after each command; None if it does not change the state."""


class Router:
    """Numbers commands and addresses them to pages. The caller holds the lock of the link.

    Parameters
    ----------
    pages : Pages
        The pages that display the recorder.
    ownership : Ownership
        The record of which page is to start which take.
    push : callable
        Sends the messages that are `due`, with the lock held.

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
        """The number of commands that no page has received."""
        return len(self._commands.waiting)

    def add(
        self,
        op: Op,
        take: str | None,
        timeslice: float | None,
        seconds: float | None,
        session: str | None,
    ) -> None:
        """Number a command of a client session. It is due as soon as there is a page for it."""
        self.count += 1
        self._expected = STATE_AFTER[op] or self.state
        self._commands.add(Command(self.count, op, take, timeslice, seconds, session))

    def due(self) -> Iterator[dict[str, Any]]:
        """Yield the messages of all commands whose page is known, and schedule a repetition."""
        for command in self._commands.waiting:
            page = self._address(command)
            if page is None:
                break
            yield protocol.command(page.id, command)
        self._commands.push_later()

    def follow(self, page: Page, heard: int) -> None:
        """Update the commands that a page has received, and the page that records.

        If a page records by itself, such as by its own button, the next commands go to it.
        """
        self._commands.acknowledge(page.id, heard)
        other = self._pages.recording
        free = other is None or not self._ownership.is_busy(other.id)
        if free and page.snapshot.state != "inactive" and page.up_to_date:
            self._pages.recording = page

    def expect_inactive(self) -> None:
        """Expect the state "inactive", whichever state the pending commands lead to."""
        self._expected = "inactive"

    def reset(self) -> None:
        """Forget all commands."""
        self._commands.clear()
        self.expect_inactive()

    def lose(self, page: Page) -> None:
        """Drop the commands to a page that has gone, and all commands if it was to record."""
        if page is self._pages.recording:
            self.reset()
        self._commands.forget(page.id)

    def close(self) -> None:
        self._commands.clear()

    @property
    def unheard(self) -> bool:
        """Whether the recording page has not yet received all commands."""
        page = self._pages.recording
        unaware = {None, page.id if page else None}
        return any(command.page in unaware for command in self._commands.waiting)

    @property
    def pending(self) -> bool:
        """Whether the effect of a command is not yet reported."""
        page = self._pages.recording
        return self.unheard or (page is not None and not page.up_to_date)

    @property
    def state(self) -> State:
        """The state that the last command leads to while it is pending; then the page's."""
        page = self._pages.recording
        return self._expected if page is None or self.pending else page.snapshot.state

    def _address(self, command: Command) -> Page | None:
        """Return the page of a command. A start chooses it; later commands go to the same page."""
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
