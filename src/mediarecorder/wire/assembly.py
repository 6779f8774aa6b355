"""One take while it arrives: its bytes, and its samples if the page decodes them."""

from __future__ import annotations

import datetime
import logging
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..journal import Head, Writer
from ..take import Take
from .kept import Kept
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
    kept : Kept
        Its bytes.
    parts : int
        How many parts have come; the page numbers them so.
    sound : Sound
        Its samples, if the page decodes them.
    """

    def __init__(self, page: str, letter: Started, journal: Path | None = None) -> None:
        self.page = page
        self.mime_type = letter.snapshot.mime_type
        started_at = datetime.datetime.fromtimestamp(letter.at / 1000, datetime.timezone.utc)
        self._head = Head(letter.take, self.mime_type, started_at, dict(letter.settings))
        self.parts = 0
        self.kept = Kept(None if journal is None else lambda: Writer.begin(journal, self._head))
        self._marks: deque[int] = deque()
        self._given = 0
        self.sound = Sound()

    def add(self, part: bytes) -> None:
        """Bytes of the blob."""
        if part:
            self.parts += 1
            self.kept.append(part)

    def mark(self) -> None:
        """A ``dataavailable`` has arrived, and is delivered later: here its data ends."""
        self._marks.append(self.kept.mark())

    def take_data(self) -> npt.NDArray[np.uint8]:
        """The bytes from the last call to the next mark: the ``data`` of one ``dataavailable``."""
        start, self._given = self._given, self._marks.popleft() if self._marks else self.kept.size
        return self.kept.read(start, self._given)

    def finish(self, letter: Stopped) -> Take:
        """The take, now that its last letter is here."""
        self.sound.end(letter.decoding)
        samples, sample_rate = self.sound.samples() or (None, None)
        if self.sound.outcome not in (None, "done"):
            logger.warning("The page could not decode the take: %s", self.sound.outcome)
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
        seconds = (now - self._head.started_at).total_seconds()  # the page has another clock
        return self._take(complete=False, ended_by=ended_by, seconds=max(seconds, 0.0))

    def _take(self, *, ended_by: str, seconds: float, complete: bool = True, **sound: Any) -> Take:
        take = Take(
            self.kept.read(0, self.kept.size),
            mime_type=self.mime_type,
            id=self._head.id,
            started_at=self._head.started_at,
            settings=self._head.settings,
            complete=complete,
            ended_by=ended_by,
            seconds=seconds,
            **sound,
        )
        self.kept.end(
            ended_by=ended_by, seconds=seconds, mime_type=self.mime_type, complete=complete
        )
        return take
