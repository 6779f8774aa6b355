"""The pages that display one recorder, and what Python knows of each."""

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
"""Seconds. A page that may have a microphone open sends a message at least every four."""

ACKNOWLEDGEMENT_INTERVAL = 0.1
"""Seconds between acknowledgements in a burst of data, except for every fourth letter."""


@dataclass
class Page:
    """The state of one page, as far as Python knows it.

    Attributes
    ----------
    session : str or None
        The client session in the headers of its messages.
    clock : int
        The number of its newest message, the source of `snapshot` and `done`.
    commanded : int
        The number of the last command that was addressed to it.
    types : dict of str to bool
        Whether its browser supports each type: those of its hello, and those in `asked`.
    facts : Facts or None
        The latest diagnosis. None before the first, and while one is pending.
    devices : tuple of Device
        The microphones of its browser. Empty until the page may list them.
    spoke : float
        The time of its last message, on the monotonic clock.
    silent_checks : int
        The number of the watchdog's checks since its last message.
    acknowledged : float
        The time of the last acknowledgement, on the monotonic clock.
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
        """Whether the page has carried out all its commands before this snapshot."""
        return self.done >= self.commanded

    def follow(self, message: FromPage) -> None:
        """Update the state of the page, unless a newer message has already done so."""
        self.spoke, self.silent_checks = time.monotonic(), 0
        if message.clock > self.clock:
            self.clock, self.done, self.snapshot = message.clock, message.done, message.snapshot

    def owes_acknowledgement(self, letter: Letter) -> bool:
        """Whether to acknowledge a letter now. A burst gets fewer acknowledgements."""
        now = time.monotonic()
        is_burst = (
            isinstance(letter, (Data, Pcm, Stretch))
            and now - self.acknowledged < ACKNOWLEDGEMENT_INTERVAL
        )
        if is_burst and self.inbox.upto % 4:
            return False  # the page probes if the end of the burst stays unacknowledged
        self.acknowledged = now
        return True


class Pages:
    """All pages of one recorder, in the order of their hellos.

    Parameters
    ----------
    lock : context manager
        The lock of the link. The link holds it during a call; the members for other
        callers acquire it.

    Attributes
    ----------
    recording : Page or None
        The page that records, that was commanded to, or that recorded last.
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
        """Return the page of a client session; the newest one after a reload."""
        own = [page for page in self if session and page.session == session]
        return own[-1] if own else None

    def any(self) -> Page | None:
        """Return the page that records, otherwise the newest one."""
        return self.recording or next(reversed(self._pages.values()), None)

    # For callers other than the link -----------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot | None:
        """The latest snapshot of the page that records, otherwise of the newest page."""
        with self._lock:
            page = self.any()
            return None if page is None else page.snapshot

    @property
    def last_message_at(self) -> float | None:
        """The time of the recording page's last message, on the monotonic clock."""
        with self._lock:
            return None if self.recording is None else self.recording.spoke

    def supports(self, mime_type: str) -> bool | None:
        """Return the newest page's answer about a type; None if there is no answer yet."""
        with self._lock:
            answers = [page.types[mime_type] for page in self if mime_type in page.types]
            return answers[-1] if answers else None

    def has_fallen_silent(self, name: str) -> bool:
        """Whether a page has gone, or is silent for longer than a recording page ever is."""
        with self._lock:
            page = self.get(name)
            return page is None or time.monotonic() - page.spoke > SILENCE

    def count_silence(self) -> int:
        """Count one more check without a message of the recording page, and return the count."""
        with self._lock:
            if self.recording is None:
                return 0
            self.recording.silent_checks += 1
            return self.recording.silent_checks
