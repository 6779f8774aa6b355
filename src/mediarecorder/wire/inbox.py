"""Letters of one page, in order and once, however they arrive.

A letter that was lost comes again, and one that comes again is not new. Two
threads of a kernel may hand letters over in the wrong order (ipykernel answers a
comm on the thread that last used it), so early ones wait here for their turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class HasSeq(Protocol):
    @property
    def seq(self) -> int: ...


L = TypeVar("L", bound=HasSeq)

ROOM = 64
"""How many letters may wait for an earlier one: twice the page's window."""
ROOM_BYTES = 16 << 20
"""How many bytes of them; the rest comes again."""


class Inbox(Generic[L]):
    def __init__(self) -> None:
        self.upto = 0
        self._early: dict[int, tuple[L, bytes]] = {}

    def accept(self, letter: L, buffer: bytes) -> Iterator[tuple[L, bytes]]:
        """Take a letter in; give those whose turn has come, one after the other.

        One counts as arrived when the next is asked for: whoever is interrupted while
        he keeps it gets it again.
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
