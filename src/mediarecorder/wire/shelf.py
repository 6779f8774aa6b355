"""Takes that were cut off: what has arrived of them, and what a browser still keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..take import Take
from .protocol import Kept, Stretch

MOST_CUT_OFF = 16
MOST_FINISHED = 1024


@dataclass(frozen=True)
class CutOff:
    """A take whose page has gone: what has arrived of it, which is so many parts."""

    take: Take
    parts: int


class Arrived:
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


class Shelf:
    """What the pages of one recorder have told of their browsers' stores.

    Attributes
    ----------
    listed : set of str
        The pages that have told all.
    """

    def __init__(self) -> None:
        self.listed: set[str] = set()
        self._kept: dict[str, tuple[str, Kept]] = {}
        self._stretches: dict[str, tuple[Stretch, bytes]] = {}

    def begin(self) -> None:
        """Forget what was told: it is asked again."""
        self.listed.clear()
        self._kept.clear()
        self._stretches.clear()

    def put(self, page: str, kept: Kept) -> None:
        self._kept[kept.take] = page, kept

    def bring(self, stretch: Stretch, data: bytes) -> None:
        if stretch.take in self._kept:
            self._stretches[stretch.take] = stretch, data

    def stretch(self, take: str, first: int) -> tuple[Stretch, bytes] | None:
        """The answer to the question for part `first`, if it is here."""
        stretch, data = self._stretches.get(take, (None, b""))
        fits = stretch is not None and (
            stretch.first >= first if stretch.next > stretch.first else stretch.first == first
        )
        return (stretch, data) if stretch is not None and fits else None

    @property
    def takes(self) -> list[tuple[str, Kept]]:
        """The takes with the pages that keep them, the oldest first."""
        return sorted(self._kept.values(), key=lambda told: told[1].at)
