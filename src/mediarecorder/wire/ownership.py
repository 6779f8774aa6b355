"""The page that owns each take, and how far the take has come: so which letters fit.

A page records one take at a time: one that a command starts, or one of its own button.
Its letters belong to that take, from `Started` to `Stopped`. The answer to a request
belongs to the page that was asked. Everything else is refused, so that no page, stale,
strange or broken, harms what another one records.
"""

from __future__ import annotations

from collections import deque

from .protocol import (
    Chosen,
    Decoded,
    Devices,
    Failed,
    Kept,
    Letter,
    Listed,
    Pcm,
    ProtocolError,
    Started,
    Stopped,
    Stretch,
    Tried,
)

REMEMBERED = 256
"""How many takes that have ended are known as such; an older one's id is nobody's."""


class Ownership:
    """The takes of all pages, as far as their letters have come."""

    def __init__(self) -> None:
        self._assigned: dict[str, str] = {}  # a take: the page that is to start it
        self._recording: dict[str, str] = {}  # a page: the take that it records
        self._requested: dict[str, str] = {}  # the name of a request: the page that was asked
        self._ended: deque[str] = deque(maxlen=REMEMBERED)

    def assign(self, page: str, take: str) -> None:
        """`page` is told to start `take`."""
        self._assigned[take] = page

    def request(self, page: str, name: str) -> None:
        """`page` is asked for something, which it sends under `name`."""
        self._requested[name] = page

    def withdraw(self, name: str) -> None:
        """What is sent under `name` is not wanted any more."""
        self._requested.pop(name, None)

    def is_recording(self, page: str) -> bool:
        """Whether a take of `page` has begun and not ended."""
        return page in self._recording

    def is_busy(self, page: str) -> bool:
        """Whether `page` records, or is told to."""
        return self.is_recording(page) or page in self._assigned.values()

    def forget(self, page: str) -> None:
        """`page` has gone, and with it all that was its own."""
        self._assigned = {take: owner for take, owner in self._assigned.items() if owner != page}
        self._requested = {name: owner for name, owner in self._requested.items() if owner != page}
        if page in self._recording:
            self._ended.append(self._recording.pop(page))

    def check(self, page: str, letter: Letter) -> None:
        """Whether `letter` may come next of `page`; raises `ProtocolError` if it may not."""
        match letter:
            case Tried() | Devices() | Chosen() | Kept() | Listed() | Stretch():
                pass
            case Started() if self.is_recording(page):
                raise ProtocolError("a take begins before the last one has ended", "order")
            case Started() | Failed() if self._recording.get(page) != letter.take:
                self._require_new(page, letter.take)
            case Decoded():
                self._require(self._requested.get(letter.take) == page, letter)
            case Pcm() if self._requested.get(letter.take) == page:
                pass
            case _:
                self._require(self._recording.get(page) == getattr(letter, "take", ""), letter)

    def apply(self, page: str, letter: Letter) -> None:
        """`letter` has been checked, and is taken in."""
        match letter:
            case Started(take=take):
                self._assigned.pop(take, None)
                self._recording[page] = take
            case Stopped(take=take):
                del self._recording[page]
                self._ended.append(take)
            case Failed(take=take) if self._recording.get(page) != take:  # it could not start
                self._assigned.pop(take, None)
                self._ended.append(take)
            case Decoded(take=take):
                self.withdraw(take)

    def _require_new(self, page: str, take: str) -> None:
        """A take that has not begun: nobody else's, and not over."""
        if take in self._ended:
            raise ProtocolError("the take has ended", "order")
        if self._assigned.get(take, page) != page or take in self._recording.values():
            raise ProtocolError("the take is another page's", "order")

    def _require(self, fits: bool, letter: Letter) -> None:
        if not fits:
            kind = type(letter).__name__
            raise ProtocolError(f"{kind} of a take that this page does not record", "order")
