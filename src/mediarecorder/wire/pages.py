"""The pages that show one recorder, and which of them a command is for."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from ..sources import Device
from .inbox import Inbox
from .protocol import Data, Facts, FromPage, Letter, Pcm, Snapshot, Stretch

MOST_PAGES = 32

SILENCE = 5.0
"""Seconds; a page that may have a microphone open speaks every four, at the latest."""

ACKNOWLEDGEMENT_INTERVAL = 0.1
"""Seconds between acknowledgements of bytes that pour in, but for each fourth: a message costs."""


@dataclass
class Page:
    """What Python knows of one page.

    Attributes
    ----------
    session : str or None
        The client session that its messages come with.
    clock : int
        The number of its newest message, which `snapshot` and `done` are from.
    commanded : int
        The number of the last command that it was given.
    types : dict of str to bool
        What it said of the types that it knows of itself, and of those in `asked`.
    facts : Facts or None
        What it said when it was asked last.
    devices : tuple of Device
        Its browser's microphones; empty until it may know them.
    silent_checks : int
        How often somebody has looked since its last word.
    acknowledged : float
        When it was told last what has arrived.
    """

    id: str
    session: str | None
    snapshot: Snapshot
    types: dict[str, bool]
    asked: set[str] = field(default_factory=set)
    clock: int = -1
    done: int = 0
    commanded: int = 0
    facts: Facts | None = None
    devices: tuple[Device, ...] = ()
    inbox: Inbox[Letter] = field(default_factory=Inbox)
    spoke: float = field(default_factory=time.monotonic)
    silent_checks: int = 0
    acknowledged: float = -math.inf

    @property
    def up_to_date(self) -> bool:
        """Whether the snapshot is newer than every command that the page was given."""
        return self.done >= self.commanded

    def follow(self, message: FromPage) -> None:
        """Note how the page is, unless a newer message has told it already."""
        self.spoke, self.silent_checks = time.monotonic(), 0
        if message.clock > self.clock:
            self.clock, self.done, self.snapshot = message.clock, message.done, message.snapshot

    def owes_acknowledgement(self, letter: Letter) -> bool:
        """Whether it is to be told now that a letter has come: of the last of many it asks."""
        now = time.monotonic()
        pours = (
            isinstance(letter, (Data, Pcm, Stretch))
            and now - self.acknowledged < ACKNOWLEDGEMENT_INTERVAL
        )
        if pours and self.inbox.upto % 4:
            return False
        self.acknowledged = now
        return True


class Pages:
    """All pages, in the order in which they came.

    Parameters
    ----------
    lock : context manager
        The link's, which it holds while it changes something here. What others ask for
        takes it.

    Attributes
    ----------
    recording : Page or None
        The page that records, did so last, or was told to.
    """

    def __init__(self, lock: AbstractContextManager[Any]) -> None:
        self.recording: Page | None = None
        self._pages: dict[str, Page] = {}
        self._lock = lock

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages.values())

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, name: str) -> Page | None:
        return self._pages.get(name)

    def add(self, page: Page) -> None:
        self._pages[page.id] = page

    def remove(self, page: Page) -> None:
        self._pages.pop(page.id, None)
        if page is self.recording:
            self.recording = None

    def of(self, session: str | None) -> Page | None:
        """The page whose messages come with `session`; the newest, if it was reloaded."""
        own = [page for page in self if session and page.session == session]
        return own[-1] if own else None

    def any(self) -> Page | None:
        """The page that records, else the newest."""
        return self.recording or next(reversed(self._pages.values()), None)

    # For others than the link -----------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot | None:
        """What the page that records said last; else any page."""
        with self._lock:
            page = self.any()
            return None if page is None else page.snapshot

    @property
    def last_message_at(self) -> float | None:
        """When the last message of the page that records came, on the monotonic clock."""
        with self._lock:
            return None if self.recording is None else self.recording.spoke

    def supports(self, mime_type: str) -> bool | None:
        """What the pages said of a type: None if none of them did."""
        with self._lock:
            said = [page.types[mime_type] for page in self if mime_type in page.types]
            return said[-1] if said else None

    def has_fallen_silent(self, name: str) -> bool:
        """Whether this page has said nothing for longer than one that records ever does."""
        with self._lock:
            page = self.get(name)
            return page is None or time.monotonic() - page.spoke > SILENCE

    def count_silence(self) -> int:
        """How many checks the page that records has been silent for, this one included."""
        with self._lock:
            if self.recording is None:
                return 0
            self.recording.silent_checks += 1
            return self.recording.silent_checks
