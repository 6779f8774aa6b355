"""What has arrived and waits for its turn: delivered one at a time, in order, with no lock held."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ..host.waiting import delivery
from ..host.wakeup import Wakeup
from .pages import Page
from .protocol import FromPage, Letter, ProtocolError
from .refusals import Refusals

logger = logging.getLogger("mediarecorder")

MOST_WAITING = 256
"""How many letters may wait for a listener that takes its time; the rest stays in the page."""


@dataclass(frozen=True)
class PageLost:
    """Not a message: the page has gone.

    Attributes
    ----------
    recorded : bool
        Whether it was the one that records, or was told to.
    """

    recorded: bool


@dataclass(frozen=True)
class Nudge:
    """Not a message: there is something to tell, although nothing has come."""


@dataclass(frozen=True)
class Arrival:
    """Something from a page, in its turn."""

    page: Page
    message: FromPage | PageLost | Nudge
    buffer: bytes = b""


class DeliveryQueue:
    """A queue that is delivered on the thread that brought what is in it.

    Parameters
    ----------
    deliver : callable
        Is given each `Arrival`.
    refused : Refusals
        Counts what `deliver` refuses.

    Attributes
    ----------
    wakeup : Wakeup
        Notified after each delivery.
    """

    def __init__(self, deliver: Callable[[Arrival], None], refused: Refusals) -> None:
        self.wakeup = Wakeup()
        self.deliver = deliver
        self._refused = refused
        self._queue: deque[Arrival] = deque()
        self._lock = threading.Lock()
        self._delivering = False

    def __len__(self) -> int:
        return len(self._queue)

    def require_room(self) -> None:
        """Raise `ProtocolError` where a letter more would have to wait; it comes again."""
        if len(self._queue) >= MOST_WAITING:
            raise ProtocolError("more letters wait than listeners take in", "too many")

    def put(self, arrival: Arrival) -> None:
        self._queue.append(arrival)

    def put_note(self, arrival: Arrival) -> bool:
        """Put a note, unless it says nothing new behind another that waits; whether it was put."""
        with self._lock:
            is_new = not self._queue or isinstance(self._queue[-1].message, (Letter, PageLost))
            if is_new:
                self._queue.append(arrival)
            return is_new

    def drain(self) -> None:
        """Deliver what has arrived; a call from within a delivery leaves it to the outer one.

        An interrupt ends a listener, and is raised when the rest is delivered.
        """
        interrupt: BaseException | None = None
        while (arrival := self._next()) is not None:
            try:
                with delivery():
                    self.deliver(arrival)
            except ProtocolError as error:
                self._refused.note(error)
            except Exception:
                logger.exception("A message of the page could not be taken in.")
            except BaseException as error:
                interrupt = error
            finally:
                self._delivering = False
                self.wakeup.notify()
        if interrupt is not None:
            raise interrupt

    def _next(self) -> Arrival | None:
        with self._lock:
            if self._delivering or not self._queue:
                return None
            self._delivering = True
            return self._queue.popleft()
