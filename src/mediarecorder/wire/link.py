"""Between one recorder in Python and its pages: who is there, what was heard, what came.

Several pages may show one widget; one of them records. A command goes to the page
that ran the cell it stands in, or that is recording already; the others mirror.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..host.session import current_session, running_kernel
from ..host.wakeup import Wakeup
from ..sources import Device
from . import parsing, protocol
from .delivery import Arrival, DeliveryQueue, Nudge, PageLost
from .ownership import Ownership
from .pages import MOST_PAGES, Page, Pages
from .protocol import (
    Answer,
    Bye,
    Devices,
    Diagnosis,
    FromPage,
    Hello,
    Letter,
    Op,
    Press,
    Probe,
    ProtocolError,
    State,
)
from .refusals import Refusals
from .router import STATE_AFTER, Router

logger = logging.getLogger("mediarecorder")

MOST_PRESSES = 16
"""How many commands may be unheard when a button of another page adds one."""


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
    keep : callable
        Is given each letter before it is acknowledged, and gives back what of it is to
        be delivered: it puts where it lasts what must not be lost. It is called with
        the lock held, so it calls nobody's code.

    Attributes
    ----------
    pages : Pages
        Those that show the recorder.
    wakeup : Wakeup
        Notified after each delivery.
    refused : Refusals
        How often something was refused, by reason.
    """

    def __init__(
        self,
        send: Callable[..., None],
        deliver: Callable[[Arrival], None],
        options: Callable[[], dict[str, Any]],
        keep: Callable[[Arrival], Arrival] = lambda arrival: arrival,
    ) -> None:
        self.refused = Refusals()
        self._send = send
        self._options = options
        self._keep = keep
        self._lock = threading.RLock()
        self.pages = Pages(self._lock)
        self._ownership = Ownership()
        self._router = Router(self.pages, self._ownership, self._push)
        self._deliveries = DeliveryQueue(deliver, self.refused)

    @property
    def wakeup(self) -> Wakeup:
        return self._deliveries.wakeup

    # Python → page ----------------------------------------------------------------------

    def command(
        self,
        op: Op,
        take: str | None = None,
        timeslice: float | None = None,
        seconds: float | None = None,
    ) -> None:
        """Number a command and send it, now or as soon as there is a page to carry it out."""
        with self._lock:
            self._router.add(op, take, timeslice, seconds, current_session())
            self._push()

    def expect_inactive(self) -> None:
        """The latest take is over, or was refused: what else was asked of it leads nowhere."""
        with self._lock:
            self._router.expect_inactive()

    def announce_options(self) -> None:
        """Tell every page that the options have changed."""
        self.broadcast(protocol.welcome, self._options())

    def broadcast(
        self, message: Callable[..., dict[str, Any]], *content: Any, page: str = ""
    ) -> set[str]:
        """Send every page a message, or the one with this id; returns which were there."""
        with self._lock:
            those = {each.id for each in self.pages if page in ("", each.id)}
            for each in those:
                self._send(message(each, *content))
            return those

    def query_type(self, mime_type: str) -> bool:
        """Send a query to a page; False if there is none."""
        with self._lock:
            page = self._nearest()
            if page is not None:
                page.asked.add(mime_type)
                self._send(protocol.query(page.id, mime_type))
            return page is not None

    def query_facts(self, names: bool) -> Page | None:
        """Ask a page for its `facts`, and say which one; None if there is none."""
        with self._lock:
            page = self._nearest()
            if page is not None:
                page.facts = None
                self._send(protocol.diagnose(page.id, names))
            return page

    def request(
        self, name: str, message: Callable[..., dict[str, Any]], *content: Any, buffer: bytes
    ) -> bool:
        """Ask any page for what it then sends under `name`; False if there is none.

        Letters of that name are accepted from this page alone, until `withdraw`.
        """
        with self._lock:
            page = self.pages.any()
            if page is not None:
                self._ownership.request(page.id, name)
                self._send(message(page.id, name, *content), [buffer])
            return page is not None

    def withdraw(self, name: str) -> None:
        """Accept no more letters of a request."""
        with self._lock:
            self._ownership.withdraw(name)

    def _nearest(self) -> Page | None:
        """The page that ran this cell; else any."""
        return self.pages.of(current_session()) or self.pages.any()

    def close(self) -> None:
        """Send nothing any more."""
        with self._lock:
            self._router.close()

    def _push(self) -> None:
        """Send each command whose page is known."""
        with self._lock:
            for message in self._router.due():
                self._send(message)

    # page → Python ----------------------------------------------------------------------

    def receive(self, content: object, buffers: Sequence[Any]) -> None:
        """Take in one message of a page. What does not fit is refused: counted and dropped."""
        with self._lock:
            try:
                content, buffers = parsing.unpacked(content, buffers)
                message = parsing.parse(content)
                buffer = parsing.only_part(message, buffers)
                page = self._meet(message)
                page.follow(message)
                self._router.follow(page, message.heard)
                self._sort(page, message, buffer)
            except ProtocolError as error:
                self.refused.note(error)
        self._deliveries.drain()

    def _meet(self, message: FromPage) -> Page:
        """The page that speaks; a new one introduces itself by a hello."""
        page = self.pages.get(message.page)
        if page is not None:
            return page
        if not isinstance(message, Hello):
            self._send(protocol.lost(message.page))
            raise ProtocolError("it has not said hello, or was given up", "unknown page")
        if message.version != protocol.VERSION:
            raise ProtocolError(
                f"it speaks version {message.version} of the protocol, the kernel "
                f"{protocol.VERSION}: reload the page",
                "version",
            )
        self._make_room()
        page = Page(message.page, current_session(), message.snapshot, message.types)
        self.pages.add(page)
        return page

    def _make_room(self) -> None:
        """For one page more; the oldest that neither records nor is told to begins anew."""
        if len(self.pages) < MOST_PAGES:
            return
        idle = [p for p in self.pages if p is not self.pages.recording]
        idle = [p for p in idle if not self._ownership.is_busy(p.id)]
        if not idle:
            raise ProtocolError(f"{MOST_PAGES} other pages record", "too many")
        page = min(idle, key=lambda page: page.snapshot.state != "inactive")
        self._lose(page)
        self._send(protocol.lost(page.id))

    def _sort(self, page: Page, message: FromPage, buffer: bytes) -> None:
        """Answer a message, and queue what of it is to be delivered."""
        match message:
            case Letter():
                self._accept(page, message, buffer)
                return
            case Probe():
                self._send(protocol.acknowledgement(page.id, page.inbox.upto, message.id))
            case Hello():
                self._send(protocol.welcome(page.id, self._options()))
                self._push()
            case Answer():
                if message.mime_type not in page.asked:
                    raise ProtocolError("an answer that nobody asked for", "order")
                page.types[message.mime_type] = message.supported
            case Diagnosis():
                page.facts = message.facts
            case Press():
                self._press(message.op)
            case Bye():
                self._deliveries.put(self._lose(page))
                return
        self._deliveries.put_note(Arrival(page, message))

    def _accept(self, page: Page, letter: Letter, buffer: bytes) -> None:
        """Keep a letter, then acknowledge it: a kernel may die between the two."""
        self._deliveries.require_room()
        for ready, part in page.inbox.accept(letter, buffer):
            try:
                self._ownership.check(page.id, ready)
                self._deliveries.put(self._keep(Arrival(page, ready, part)))
                self._ownership.apply(page.id, ready)
                if isinstance(ready, Devices):
                    page.devices = tuple(ready.devices)
            except ProtocolError as error:
                self.refused.note(error)
            except Exception:
                logger.exception("A letter of the page could not be kept.")
        if page.owes_acknowledgement(letter):
            self._send(protocol.acknowledgement(page.id, page.inbox.upto))

    def nudge(self) -> None:
        """Deliver on the kernel's loop, as if something had come."""
        loop = getattr(running_kernel(), "io_loop", None)
        with self._lock:
            page = self.pages.any()
            if page is None or loop is None:
                return
            if self._deliveries.put_note(Arrival(page, Nudge())):
                loop.add_callback(self._deliveries.drain)

    def _press(self, op: Op) -> None:
        """A button of a page that mirrors; what is over already, or is so, needs no command."""
        if len(self._router) >= MOST_PRESSES:
            raise ProtocolError("more buttons are pressed than are heard", "too many")
        if self.state not in ("inactive", STATE_AFTER[op]):
            self.command(op)

    # Pages that go ----------------------------------------------------------------------

    def give_up(self) -> None:
        """The page that records, or was told to, does not answer: do without it."""
        with self._lock:
            if self.pages.recording is None:
                self._router.reset()
            else:
                self._deliveries.put(self._lose(self.pages.recording))
        self._deliveries.drain()

    def lose(self, name: str) -> None:
        """The page of this id has gone."""
        with self._lock:
            page = self.pages.get(name)
            if page is not None:
                self._deliveries.put(self._lose(page))
        self._deliveries.drain()

    def _lose(self, page: Page) -> Arrival:
        recorded = page is self.pages.recording
        self._router.lose(page)
        self._ownership.forget(page.id)
        self.pages.remove(page)
        return Arrival(page, PageLost(recorded))

    # What is under way ------------------------------------------------------------------

    @property
    def unheard(self) -> bool:
        """Whether a command is under way that the page that records has not heard yet."""
        with self._lock:
            return self._router.unheard

    @property
    def pending(self) -> bool:
        """Whether a command is under way whose effect no page has reported yet."""
        with self._lock:
            return self._router.pending

    @property
    def state(self) -> State:
        """Where the last command leads while it is under way; else what the page says."""
        with self._lock:
            return self._router.state

    @property
    def devices(self) -> tuple[Device, ...]:
        """The microphones of the page that a command would go to; empty where it knows none."""
        with self._lock:
            page = self._nearest()
            return () if page is None else page.devices
