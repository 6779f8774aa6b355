"""Takes that were cut off: what has arrived of them, and what a browser still keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..take import Take
from ..wire.protocol import Kept, ProtocolError, Stretch

MOST_CUT_OFF = 16
MOST_FINISHED = 1024
MOST_KEPT = 256
"""A browser keeps so many takes at most, as far as a kernel believes it."""


@dataclass(frozen=True)
class CutOff:
    """A take whose page has gone: what has arrived of it, which is so many parts."""

    take: Take
    parts: int


class TakeLedger:
    """What this kernel knows of takes that are over; the oldest are forgotten."""

    finished: ClassVar[dict[str, None]] = {}
    cut_off: ClassVar[dict[str, CutOff]] = {}

    @classmethod
    def finish(cls, take: str) -> None:
        """All of it is here."""
        cls.cut_off.pop(take, None)
        cls.finished[take] = None
        while len(cls.finished) > MOST_FINISHED:
            del cls.finished[next(iter(cls.finished))]

    @classmethod
    def interrupt(cls, take: Take, parts: int) -> None:
        """The rest of it may turn up."""
        cls.cut_off[take.id] = CutOff(take, parts)
        while len(cls.cut_off) > MOST_CUT_OFF:
            del cls.cut_off[next(iter(cls.cut_off))]

    @classmethod
    def has_all_of(cls, kept: Kept) -> bool:
        """Whether nothing of what a browser keeps is missing here."""
        cut_off = cls.cut_off.get(kept.take)
        everything = cut_off is not None and cut_off.parts >= kept.parts and not kept.ended_by
        return kept.take in cls.finished or everything


class Orphans:
    """What the pages of one recorder have told of their browsers' stores.

    Attributes
    ----------
    listed : set of str
        The pages that have told all.
    """

    def __init__(self) -> None:
        self.listed: set[str] = set()
        self._expected: str | None = None
        self._kept: dict[str, tuple[str, Kept]] = {}
        self._received: tuple[Stretch, bytes] | None = None

    def reset(self) -> None:
        """Forget what was told: it is asked again."""
        self.listed.clear()
        self._kept.clear()

    def put(self, page: str, kept: Kept) -> None:
        """A page has told of a take; raises `ProtocolError` if it tells too many."""
        if len(self._kept) >= MOST_KEPT and kept.take not in self._kept:
            raise ProtocolError("more takes are kept than any browser keeps", "too many")
        self._kept[kept.take] = page, kept

    def end(self, page: str) -> None:
        """A page has told all; raises `ProtocolError` if more pages do so than there can be."""
        if len(self.listed) >= MOST_KEPT:
            raise ProtocolError("more pages have told all than were asked", "too many")
        self.listed.add(page)

    def expect(self, take: str | None) -> None:
        """Parts of this take are asked for from now on."""
        self._expected, self._received = take, None

    def receive(self, stretch: Stretch, data: bytes) -> None:
        """A page has sent parts; raises `ProtocolError` if nobody wants them."""
        if stretch.take != self._expected:
            raise ProtocolError("parts of a take that nobody asked for", "order")
        self._received = stretch, data

    def stretch(self, first: int) -> tuple[Stretch, bytes] | None:
        """The answer to the question for part `first`, if it is here."""
        if self._received is None:
            return None
        stretch, _ = self._received
        is_empty = stretch.next <= stretch.first
        fits = stretch.first == first if is_empty else stretch.first >= first
        return self._received if fits else None

    @property
    def takes(self) -> list[tuple[str, Kept]]:
        """The takes with the pages that keep them, the oldest first."""
        return sorted(self._kept.values(), key=lambda orphan: orphan[1].at)
