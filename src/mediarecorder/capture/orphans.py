"""Orphans: interrupted takes, of which a browser's store may have more than this kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..take import Take
from ..wire.protocol import Kept, ProtocolError, Stretch

MOST_CUT_OFF = 16
MOST_FINISHED = 1024
MOST_KEPT = 256
"""The maximum number of orphans that a kernel accepts from a recorder's pages."""


@dataclass(frozen=True)
class CutOff:
    """A take whose page is gone, and the number of its parts that have arrived."""

    take: Take
    parts: int


class TakeLedger:
    """The takes that have ended in this kernel. The oldest are forgotten.

    Attributes
    ----------
    finished : dict of str to None
        The ids of the takes that are complete.
    cut_off : dict of str to CutOff
        The interrupted takes, by their ids.
    """

    finished: ClassVar[dict[str, None]] = {}
    cut_off: ClassVar[dict[str, CutOff]] = {}

    @classmethod
    def finish(cls, take: str) -> None:
        """Record that a take is complete."""
        cls.cut_off.pop(take, None)
        cls.finished[take] = None
        while len(cls.finished) > MOST_FINISHED:
            del cls.finished[next(iter(cls.finished))]

    @classmethod
    def interrupt(cls, take: Take, parts: int) -> None:
        """Record an interrupted take. The rest of it may be recovered."""
        cls.cut_off[take.id] = CutOff(take, parts)
        while len(cls.cut_off) > MOST_CUT_OFF:
            del cls.cut_off[next(iter(cls.cut_off))]

    @classmethod
    def has_all_of(cls, kept: Kept) -> bool:
        """Return whether this kernel has all parts that a browser has stored."""
        cut_off = cls.cut_off.get(kept.take)
        everything = cut_off is not None and cut_off.parts >= kept.parts and not kept.ended_by
        return kept.take in cls.finished or everything


class Orphans:
    """The reports of one recorder's pages about their browsers' stores.

    Attributes
    ----------
    listed : set of str
        The ids of the pages that have sent their whole list.
    """

    def __init__(self) -> None:
        self.listed: set[str] = set()
        self._expected: str | None = None
        self._kept: dict[str, tuple[str, Kept]] = {}
        self._received: tuple[Stretch, bytes] | None = None

    def reset(self) -> None:
        """Discard the lists before they are requested again."""
        self.listed.clear()
        self._kept.clear()

    def put(self, page: str, kept: Kept) -> None:
        """Add a stored take of a page's list; raise `ProtocolError` if there are too many."""
        if len(self._kept) >= MOST_KEPT and kept.take not in self._kept:
            raise ProtocolError("more takes are kept than any browser keeps", "too many")
        self._kept[kept.take] = page, kept

    def end(self, page: str) -> None:
        """Mark the end of a page's list; raise `ProtocolError` if there are too many pages."""
        if len(self.listed) >= MOST_KEPT:
            raise ProtocolError("more pages have ended their lists than were asked", "too many")
        self.listed.add(page)

    def expect(self, take: str | None) -> None:
        """Set the take whose parts are requested; None for no take."""
        self._expected, self._received = take, None

    def receive(self, stretch: Stretch, data: bytes) -> None:
        """Store the parts that a page has sent; raise `ProtocolError` if they are not requested."""
        if stretch.take != self._expected:
            raise ProtocolError("parts of a take that were not requested", "order")
        self._received = stretch, data

    def stretch(self, first: int) -> tuple[Stretch, bytes] | None:
        """Return the answer to the request for part `first`, if it has arrived."""
        if self._received is None:
            return None
        stretch, _ = self._received
        is_empty = stretch.next <= stretch.first
        fits = stretch.first == first if is_empty else stretch.first >= first
        return self._received if fits else None

    @property
    def takes(self) -> list[tuple[str, Kept]]:
        """The ids of the pages and their stored takes, the oldest first."""
        return sorted(self._kept.values(), key=lambda orphan: orphan[1].at)
