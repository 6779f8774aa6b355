"""The owner of each take and the progress of the take, which decide the letters to accept.

A page records one take at a time, started by a command or by its own button. Its letters
belong to that take, from `Started` to `Stopped`. Only the page that received a request may
answer it. All other letters are refused, so that a stale, foreign or broken page cannot
damage the recording of another page.
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
"""The number of ended takes that are remembered, so that they cannot start again."""


class Ownership:
    """The takes and requests of all pages, updated with each letter."""

    def __init__(self) -> None:
        self._assigned: dict[str, str] = {}  # take -> the page that is to start it
        self._recording: dict[str, str] = {}  # page -> its current take
        self._requested: dict[str, str] = {}  # name of a request -> its page
        self._ended: deque[str] = deque(maxlen=REMEMBERED)

    def assign(self, page: str, take: str) -> None:
        """`page` is commanded to start `take`."""
        self._assigned[take] = page

    def request(self, page: str, name: str) -> None:
        """`page` receives a request called `name`."""
        self._requested[name] = page

    def withdraw(self, name: str) -> None:
        """End the request `name`. Its letters are refused from now on."""
        self._requested.pop(name, None)

    def is_recording(self, page: str) -> bool:
        """Whether a take of `page` has started and not ended."""
        return page in self._recording

    def is_busy(self, page: str) -> bool:
        """Whether `page` records, or is commanded to."""
        return self.is_recording(page) or page in self._assigned.values()

    def forget(self, page: str) -> None:
        """Remove `page`, which has gone, with its takes and requests."""
        self._assigned = {take: owner for take, owner in self._assigned.items() if owner != page}
        self._requested = {name: owner for name, owner in self._requested.items() if owner != page}
        if page in self._recording:
            self._ended.append(self._recording.pop(page))

    def check(self, page: str, letter: Letter) -> None:
        """Raise `ProtocolError` if `letter` may not come next from `page`."""
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
        """Update the state with a checked letter."""
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
        """Check that a take has not started, and that no other page owns it."""
        if take in self._ended:
            raise ProtocolError("the take has ended", "order")
        if self._assigned.get(take, page) != page or take in self._recording.values():
            raise ProtocolError("the take belongs to another page", "order")

    def _require(self, is_owner: bool, letter: Letter) -> None:
        if not is_owner:
            kind = type(letter).__name__
            raise ProtocolError(f"{kind} of a take that this page does not record", "order")
