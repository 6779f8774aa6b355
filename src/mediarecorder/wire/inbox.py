"""The letters of one page, put in order and without duplicates.

A page sends a letter again until it is acknowledged, so a letter may arrive twice. Two
threads of a kernel may receive letters out of order (ipykernel answers a comm on the
thread that last used it), so early letters wait here for their turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class HasSeq(Protocol):
    @property
    def seq(self) -> int: ...


L = TypeVar("L", bound=HasSeq)

ROOM = 64
"""The maximum number of letters that wait for an earlier one: twice the page's window."""
ROOM_BYTES = 16 << 20
"""The maximum number of their bytes. The page sends the others again."""


class Inbox(Generic[L]):
    def __init__(self) -> None:
        self.upto = 0
        self._early: dict[int, tuple[L, bytes]] = {}

    def accept(self, letter: L, buffer: bytes) -> Iterator[tuple[L, bytes]]:
        """Accept a letter, and yield all letters that are next in order.

        A letter counts as received when the caller requests the next one. If the caller
        is interrupted before, it receives the letter again.
        """
        if not self.upto <= letter.seq < self.upto + ROOM:
            return
        waiting = sum(len(early) for _, early in self._early.values())
        if letter.seq > self.upto and waiting + len(buffer) > ROOM_BYTES:
            return
        self._early.setdefault(letter.seq, (letter, buffer))
        while self.upto in self._early:
            yield self._early[self.upto]
            del self._early[self.upto]
            self.upto += 1
