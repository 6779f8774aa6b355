"""The link between one recorder in Python and its pages: commands and messages.

Several pages may display one widget, and one of them records. A command goes to the page
that ran the cell of the call, or to the page that already records. The others mirror it.
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
"""The number of unheard commands at which the buttons of mirroring pages are refused."""


class Link:
    """Sends commands to the pages of one recorder, and receives their messages.

    Parameters
    ----------
    send : callable
        ``send(content, buffers)`` sends to all pages, over the widget's comm.
    deliver : callable
        Called with each `Arrival`: one at a time, in order, on the thread that received
        it, with no lock held.
    options : callable
        Returns the options that a page needs in order to record.
    keep : callable
        Called with each letter before its acknowledgement. It stores durably what must
        not be lost, and returns the arrival to deliver. The lock is held meanwhile, so
        it must not call users' code.

    Attributes
    ----------
    pages : Pages
        The pages that display the recorder.
    wakeup : Wakeup
        Notified after each delivery.
    refused : Refusals
        The number of refused messages, by reason.
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
        """Number a command and send it, now or as soon as there is a page for it."""
        with self._lock:
            self._router.add(op, take, timeslice, seconds, current_session())
            self._push()

    def expect_inactive(self) -> None:
        """The latest take has ended or was refused, so its pending commands have no effect."""
        with self._lock:
            self._router.expect_inactive()

    def announce_options(self) -> None:
        """Send the changed options to all pages."""
        self.broadcast(protocol.welcome, self._options())

    def broadcast(
        self, message: Callable[..., dict[str, Any]], *content: Any, page: str = ""
    ) -> set[str]:
        """Send a message to all pages, or to that with the id `page`; return the ids."""
        with self._lock:
            recipients = {each.id for each in self.pages if page in ("", each.id)}
            for recipient in recipients:
                self._send(message(recipient, *content))
            return recipients

    def query_type(self, mime_type: str) -> bool:
        """Send a query to a page; return False if there is no page."""
        with self._lock:
            page = self._nearest()
            if page is not None:
                page.asked.add(mime_type)
                self._send(protocol.query(page.id, mime_type))
            return page is not None

    def query_facts(self, names: bool) -> Page | None:
        """Request the `facts` of a page, and return the page; None if there is no page."""
        with self._lock:
            page = self._nearest()
            if page is not None:
                page.facts = None
                self._send(protocol.diagnose(page.id, names))
            return page

    def request(
        self, name: str, message: Callable[..., dict[str, Any]], *content: Any, buffer: bytes
    ) -> bool:
        """Send a page a request called `name`; return False if there is no page.

        Until `withdraw`, letters of that name are accepted from this page only.
        """
        with self._lock:
            page = self.pages.any()
            if page is not None:
                self._ownership.request(page.id, name)
                self._send(message(page.id, name, *content), [buffer])
            return page is not None

    def withdraw(self, name: str) -> None:
        """Stop accepting letters of a request."""
        with self._lock:
            self._ownership.withdraw(name)

    def _nearest(self) -> Page | None:
        """Return the page that ran this cell, otherwise any page."""
        return self.pages.of(current_session()) or self.pages.any()

    def close(self) -> None:
        """Stop sending commands."""
        with self._lock:
            self._router.close()

    def _push(self) -> None:
        """Send all commands whose page is known."""
        with self._lock:
            for message in self._router.due():
                self._send(message)

    # page → Python ----------------------------------------------------------------------

    def receive(self, content: object, buffers: Sequence[Any]) -> None:
        """Process one message of a page. An invalid one is counted and dropped."""
        with self._lock:
            try:
                content, buffers = parsing.unpacked(content, buffers)
                message = parsing.parse(content)
                buffer = parsing.only_part(message, buffers)
                page = self._sender(message)
                page.follow(message)
                self._router.follow(page, message.heard)
                self._sort(page, message, buffer)
            except ProtocolError as error:
                self.refused.note(error)
        self._deliveries.drain()

    def _sender(self, message: FromPage) -> Page:
        """Return the page of a message; a hello adds a new page."""
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
        """Make room for one more page. The oldest idle page is lost, and must restart."""
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
        """Answer a message, and queue it for delivery."""
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
                    raise ProtocolError("an answer without a query", "order")
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
        """Store a letter, then acknowledge it, since a kernel may die in between."""
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
        """Make a delivery on the kernel's loop without a message."""
        loop = getattr(running_kernel(), "io_loop", None)
        with self._lock:
            page = self.pages.any()
            if page is None or loop is None:
                return
            if self._deliveries.put_note(Arrival(page, Nudge())):
                loop.add_callback(self._deliveries.drain)

    def _press(self, op: Op) -> None:
        """Handle a mirroring page's button, unless the take is over or already in that state."""
        if len(self._router) >= MOST_PRESSES:
            raise ProtocolError(
                "too many buttons were pressed before the recording page answered", "too many"
            )
        if self.state not in ("inactive", STATE_AFTER[op]):
            self.command(op)

    # Loss of pages ----------------------------------------------------------------------

    def give_up(self) -> None:
        """Give up the page that records or was commanded to, since it does not answer."""
        with self._lock:
            if self.pages.recording is None:
                self._router.reset()
            else:
                self._deliveries.put(self._lose(self.pages.recording))
        self._deliveries.drain()

    def lose(self, name: str) -> None:
        """Remove the page with this id, which has gone."""
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

    # Progress of commands ---------------------------------------------------------------

    @property
    def unheard(self) -> bool:
        """Whether the recording page has not yet received all commands."""
        with self._lock:
            return self._router.unheard

    @property
    def pending(self) -> bool:
        """Whether the effect of a command is not yet reported."""
        with self._lock:
            return self._router.pending

    @property
    def state(self) -> State:
        """The state that the last command leads to while it is pending; then the page's."""
        with self._lock:
            return self._router.state

    @property
    def devices(self) -> tuple[Device, ...]:
        """The microphones of the page nearest to this cell; empty if they are unknown."""
        with self._lock:
            page = self._nearest()
            return () if page is None else page.devices
