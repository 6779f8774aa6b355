"""One take while it arrives: its bytes, and its samples if the page decodes them."""

from __future__ import annotations

import datetime
import logging
from collections import deque
from typing import Any

import numpy as np
import numpy.typing as npt

from ..take import Take
from .kept import Memory
from .protocol import Started, Stopped
from .sound import Sound

logger = logging.getLogger("mediarecorder")


class Assembly:
    """Collects the letters of one take until its last.

    Attributes
    ----------
    page : str
        The page that it comes from.
    mime_type : str
        The type at its start; at the end `Stopped` tells it again.
    sound : Sound
        Its samples, if the page decodes them.
    """

    def __init__(self, page: str, letter: Started) -> None:
        self.page = page
        self.mime_type = letter.snapshot.mime_type
        self._id = letter.take
        self._started_at = datetime.datetime.fromtimestamp(letter.at / 1000, datetime.timezone.utc)
        self._settings: dict[str, Any] = dict(letter.settings)
        self._kept = Memory()
        self._marks: deque[int] = deque()
        self._given = 0
        self._first: npt.NDArray[np.uint8] | None = None
        self.sound = Sound()

    def add(self, part: bytes) -> None:
        """Bytes of the blob."""
        if part:
            self._kept.append(part)

    def mark(self) -> None:
        """A ``dataavailable`` has arrived, and is delivered later: here its data ends."""
        self._marks.append(self._kept.size)

    def take_data(self) -> npt.NDArray[np.uint8]:
        """The bytes from the last call to the next mark: the ``data`` of one ``dataavailable``."""
        start, self._given = self._given, self._marks.popleft() if self._marks else self._kept.size
        data = self._kept.read(start, self._given)
        self._first = data if self._first is None else self._first
        return data

    def finish(self, letter: Stopped) -> Take:
        """The take, now that its last letter is here."""
        self.sound.outcome = letter.decoding
        samples, sample_rate = self.sound.samples() or (None, None)
        if samples is None and letter.decoding not in (None, "done"):
            logger.warning("The page could not decode the take: %s", letter.decoding)
        self.mime_type = letter.mime_type
        return self._take(
            ended_by=letter.ended_by,
            seconds=letter.seconds,
            samples=samples,
            sample_rate=sample_rate,
        )

    def interrupt(self, ended_by: str) -> Take:
        """The take as far as it has come: its last letter will not be here."""
        now = datetime.datetime.now(datetime.timezone.utc)
        seconds = (now - self._started_at).total_seconds()
        return self._take(complete=False, ended_by=ended_by, seconds=seconds)

    def _take(self, **end: Any) -> Take:
        return Take(
            self._blob(),
            mime_type=self.mime_type,
            id=self._id,
            started_at=self._started_at,
            settings=self._settings,
            **end,
        )

    def _blob(self) -> npt.NDArray[np.uint8]:
        """All bytes; where one event has brought them all, its very array."""
        if self._first is not None and self._first.size == self._kept.size:
            return self._first
        return self._kept.read(0, self._kept.size)
