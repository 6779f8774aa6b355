"""Between one recorder in Python and its pages: who is there, what was heard, what came.

Several pages may show one widget; one of them records. A command goes to the page
that ran the cell it stands in, or that is recording already; the others mirror.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import protocol
from .commands import Command, Commands
from .inbox import Inbox
from .protocol import (
    Answer,
    FromPage,
    Hello,
    Letter,
    Op,
    Press,
    Probe,
    ProtocolError,
    Snapshot,
    State,
)
from .session import current_session

logger = logging.getLogger("mediarecorder")

MOST_PAGES = 32
PATIENCE = 1.0
"""Seconds that a first command waits for the page that ran its cell, before it goes to any."""


AFTER: dict[Op, State | None] = {
    "start": "recording",
    "stop": "inactive",
    "pause": "paused",
    "resume": "recording",
    "request_data": None,
}


@dataclass
class Page:
    """What Python knows of one page."""

    id: str
    session: str | None
    snapshot: Snapshot
    clock: int = -1
    done: int = 0
    commanded: int = 0
    types: dict[str, bool] = field(default_factory=dict)
    inbox: Inbox[Letter] = field(default_factory=Inbox)

    @property
    def up_to_date(self) -> bool:
        """Whether the snapshot is newer than every command that the page was given."""
        return self.done >= self.commanded


@dataclass(frozen=True)
class Arrival:
    """Something from a page, in its turn."""

    page: Page
    message: FromPage
    buffer: bytes = b""


class Link:
    """Sends commands and receives letters; the one place that knows the pages.

    Parameters
    ----------
    send : callable
        ``send(content, buffers)``: to all pages, over the widget's comm.
    deliver : callable
        Is given each `Arrival`: one at a time, in order, on the thread that
        brought it, and without a lock held.
    options : callable
        What the pages need to know in order to record.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        deliver: Callable[[Arrival], None],
        options: Callable[[], dict[str, Any]],
    ) -> None:
        self._send = send
        self._deliver = deliver
        self._options = options
        self._lock = threading.RLock()
        self._pages: dict[str, Page] = {}
        self._recording: Page | None = None
        self._n = 0
        self._expected: State = "inactive"
        self._answered = threading.Condition(self._lock)
        self._commands = Commands(self._push)
        self._arrivals: deque[Arrival] = deque()
        self._delivering = False

    # Python → page ----------------------------------------------------------------------

    def command(
        self,
        op: Op,
        then: State | None = None,
        take: str | None = None,
        timeslice: float | None = None,
        session: str | None = None,
    ) -> None:
        """Number a command and send it, now or as soon as there is a page to carry it out.

        `then` is the state that it leads to.
        """
        with self._lock:
            self._n += 1
            self._expected = then or self.state
            self._commands.add(Command(self._n, op, take, timeslice, session or current_session()))
            self._push()

    def announce_options(self) -> None:
        """Tell every page that the options have changed."""
        with self._lock:
            for page in self._pages.values():
                self._send(protocol.welcome(page.id, self._options()))

    def ask(self, mime_type: str) -> bool:
        """Send a query to a page; False if there is none. Its answer is an `Arrival`."""
        with self._lock:
            page = self._page_of(current_session()) or self._any_page()
            if page is not None:
                self._send(protocol.query(page.id, mime_type))
            return page is not None

    def close(self) -> None:
        """Send nothing any more."""
        with self._lock:
            self._commands.waiting.clear()
            self._commands.cancel()

    def _push(self) -> None:
        """Send each waiting command whose page is known, and see that it is sent again."""
        with self._lock:
            for command in self._commands.waiting:
                page = self._address(command)
                if page is None:
                    break
                self._send(
                    protocol.command(
                        page.id,
                        command.n,
                        command.previous,
                        command.op,
                        command.take,
                        command.timeslice,
                    )
                )
            self._commands.again_later()

    def _address(self, command: Command) -> Page | None:
        """The page of a command; a start chooses it, and what follows goes the same way."""
        if command.page is None:
            if command.op == "start" or self._recording is None:
                self._recording = self._choose(command)
            if self._recording is None:
                return None
            command.page, command.previous = self._recording.id, self._recording.commanded
            self._recording.commanded = command.n
        return self._pages.get(command.page)

    def _choose(self, command: Command) -> Page | None:
        own = self._page_of(command.session)
        if own or self._recording:
            return own or self._recording
        patient = command.session is not None and time.monotonic() - command.made < PATIENCE
        return None if patient else self._any_page()

    def _page_of(self, session: str | None) -> Page | None:
        own = [page for page in self._pages.values() if session and page.session == session]
        return own[-1] if own else None

    def _any_page(self) -> Page | None:
        return next(reversed(self._pages.values()), None)

    # page → Python ----------------------------------------------------------------------

    def receive(self, content: object, buffers: Sequence[Any]) -> None:
        """Take in one message of a page. What does not fit is logged and dropped."""
        try:
            message = protocol.parse(content)
            buffer = _only_part(buffers)
        except ProtocolError as error:
            logger.warning("A page sent a message that was dropped: %s.", error)
            return
        with self._lock:
            page = self._meet(message)
            if page is None:
                return
            self._follow(page, message)
            self._arrivals.extend(self._sort(page, message, buffer))
        self._drain()

    def _meet(self, message: FromPage) -> Page | None:
        """The page that speaks; a new one introduces itself by a hello."""
        page = self._pages.get(message.page)
        if isinstance(message, Hello):
            if message.version != protocol.VERSION:
                logger.warning(
                    "A page speaks version %d of the protocol, the kernel %d: reload the page.",
                    message.version,
                    protocol.VERSION,
                )
                return None
            if page is None:
                page = Page(message.page, current_session(), message.snapshot)
                self._pages[page.id] = page
                self._forget_old_pages()
            page.types.update(message.types)
        return page

    def _forget_old_pages(self) -> None:
        for page in list(self._pages.values())[:-MOST_PAGES]:
            if page is not self._recording:
                del self._pages[page.id]

    def _follow(self, page: Page, message: FromPage) -> None:
        """Note what the page has heard and done, and how it is, unless we know better."""
        self._commands.heard(page.id, message.heard)
        if message.clock > page.clock:
            page.clock, page.done, page.snapshot = message.clock, message.done, message.snapshot
        if page.snapshot.state != "inactive" and page.up_to_date:
            self._recording = page

    def _sort(self, page: Page, message: FromPage, buffer: bytes) -> list[Arrival]:
        if isinstance(message, Answer):
            page.types[message.mime_type] = message.supported
            self._answered.notify_all()
        if isinstance(message, Letter):
            ready = page.inbox.accept(message, buffer)
            self._send(protocol.acknowledgement(page.id, page.inbox.upto))
            return [Arrival(page, letter, part) for letter, part in ready]
        if isinstance(message, Probe):
            self._send(protocol.acknowledgement(page.id, page.inbox.upto, message.id))
        elif isinstance(message, Hello):
            self._send(protocol.welcome(page.id, self._options()))
            self._push()
        elif isinstance(message, Press):
            self.command(message.op, AFTER[message.op])
        return [Arrival(page, message)]

    def _drain(self) -> None:
        """Deliver what has arrived; a call from within a delivery leaves it to the outer one."""
        while True:
            with self._lock:
                if self._delivering or not self._arrivals:
                    return
                self._delivering = True
                arrival = self._arrivals.popleft()
            try:
                self._deliver(arrival)
            except Exception:
                logger.exception("A message of the page could not be taken in.")
            finally:
                self._delivering = False

    # Who is there -----------------------------------------------------------------------

    @property
    def alone(self) -> bool:
        """Whether no page has ever said hello."""
        return not self._pages

    @property
    def owing(self) -> bool:
        """Whether a command is under way whose effect no page has told yet."""
        with self._lock:
            page = self._recording
            return bool(self._commands.waiting) or (page is not None and not page.up_to_date)

    @property
    def state(self) -> State:
        """Where the last command leads while it is under way; else what the page says."""
        with self._lock:
            if self._recording is None or self.owing:
                return self._expected
            return self._recording.snapshot.state

    @property
    def snapshot(self) -> Snapshot | None:
        """What the page that records said last; else any page."""
        with self._lock:
            page = self._recording or self._any_page()
            return None if page is None else page.snapshot

    def supports(self, mime_type: str) -> bool | None:
        """What the pages said of a type: None if none of them did."""
        with self._lock:
            said = [p.types[mime_type] for p in self._pages.values() if mime_type in p.types]
            return said[-1] if said else None

    def answer(self, mime_type: str, timeout: float) -> bool | None:
        """What the pages say of a type within `timeout` seconds."""
        with self._answered:
            self._answered.wait_for(lambda: self.supports(mime_type) is not None, timeout)
            return self.supports(mime_type)


def _only_part(buffers: Sequence[Any]) -> bytes:
    """The bytes of a message: at most one buffer, at most one part long."""
    if len(buffers) > 1 or sum(memoryview(b).nbytes for b in buffers) > protocol.MAX_PART:
        raise ProtocolError("more bytes than one part may have")
    return bytes(buffers[0]) if buffers else b""
