"""The queue of received messages: delivered one at a time, in order, with no lock held."""

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
"""The maximum number of letters that wait for a slow listener. The others stay in the page."""


@dataclass(frozen=True)
class PageLost:
    """Not a message: the page has gone.

    Attributes
    ----------
    recorded : bool
        Whether it was the page that records or was commanded to.
    """

    recorded: bool


@dataclass(frozen=True)
class Nudge:
    """Not a message: a delivery that no page has caused, such as of decoded samples."""


@dataclass(frozen=True)
class Arrival:
    """A message of a page, or its loss, to be delivered in its turn."""

    page: Page
    message: FromPage | PageLost | Nudge
    buffer: bytes = b""


class DeliveryQueue:
    """A queue whose content is delivered on the thread that received it.

    Parameters
    ----------
    deliver : callable
        Called with each `Arrival`.
    refused : Refusals
        Counts the messages that `deliver` refuses.

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
        """Raise `ProtocolError` if the queue is full. The page sends the letter again."""
        if len(self._queue) >= MOST_WAITING:
            raise ProtocolError("too many letters wait for a slow listener", "too many")

    def put(self, arrival: Arrival) -> None:
        self._queue.append(arrival)

    def put_note(self, arrival: Arrival) -> bool:
        """Queue a note, unless the last entry already is one; return whether it was queued."""
        with self._lock:
            is_new = not self._queue or isinstance(self._queue[-1].message, (Letter, PageLost))
            if is_new:
                self._queue.append(arrival)
            return is_new

    def drain(self) -> None:
        """Deliver the queue. During a delivery, the call that is delivering does that.

        An interrupt ends one listener, and is raised once the rest is delivered.
        """
        interrupt: BaseException | None = None
        while (arrival := self._next()) is not None:
            try:
                with delivery():
                    self.deliver(arrival)
            except ProtocolError as error:
                self._refused.note(error)
            except Exception:
                logger.exception("A message of the page could not be processed.")
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
