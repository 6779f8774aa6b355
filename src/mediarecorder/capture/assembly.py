"""One take while it arrives: its bytes, and the samples that they decode to."""

from __future__ import annotations

import datetime
import logging
from collections import deque
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..journal import Head, Writer
from ..media.samples import SampleBuffer, Signal
from ..media.streaming import StreamingDecoder
from ..take import Take
from ..wire.protocol import Started, Stopped
from .readers import Tap
from .take_bytes import TakeBytes

logger = logging.getLogger("mediarecorder")


class PendingTake:
    """Collects the letters of one take until its last.

    Attributes
    ----------
    page : str
        The page that it comes from.
    mime_type : str
        The type at its start; at the end `Stopped` tells it again.
    take_bytes : TakeBytes
        Its bytes.
    parts : int
        How many parts have come; the page numbers them so.
    page_buffer : SampleBuffer or None
        Where its samples go, if its page decodes it along.
    tap : Tap or None
        Reads it for the listeners of "samples".
    """

    def __init__(
        self,
        page: str,
        letter: Started,
        journal: Path | None = None,
        buffer: SampleBuffer | None = None,
        *,
        in_kernel: bool = False,
    ) -> None:
        self.page = page
        self.mime_type = letter.snapshot.mime_type
        started_at = datetime.datetime.fromtimestamp(letter.at / 1000, datetime.timezone.utc)
        self._head = Head(letter.take, self.mime_type, started_at, dict(letter.settings))
        self.parts = 0
        self.take_bytes = TakeBytes(
            None if journal is None else lambda: Writer.begin(journal, self._head)
        )
        self._marks: deque[int] = deque()
        self._delivered = 0
        self.tap: Tap | None = None
        self._buffer = buffer
        self._decoder = StreamingDecoder(buffer) if in_kernel and buffer is not None else None

    @property
    def started_at(self) -> datetime.datetime:
        return self._head.started_at

    @property
    def page_buffer(self) -> SampleBuffer | None:
        return None if self._decoder is not None else self._buffer

    def add(self, part: bytes) -> None:
        """Bytes of the blob."""
        if part:
            self.parts += 1
            self.take_bytes.append(part)
            if self._decoder is not None:
                self._decoder.feed(part)

    def mark(self) -> None:
        """A ``dataavailable`` has arrived, and is delivered later: here its data ends."""
        self._marks.append(self.take_bytes.mark())

    def take_data(self) -> npt.NDArray[np.uint8]:
        """The bytes from the last call to the next mark: the ``data`` of one ``dataavailable``."""
        start = self._delivered
        self._delivered = self._marks.popleft() if self._marks else self.take_bytes.size
        return self.take_bytes.read(start, self._delivered)

    def finish(self, letter: Stopped) -> Take:
        """The take, now that its last letter is here."""
        if self.page_buffer is not None:
            self.page_buffer.end(letter.decoding or "The page has not decoded it.")
        self.mime_type = letter.mime_type
        return self._take(ended_by=letter.ended_by, seconds=letter.seconds)

    def interrupt(self, ended_by: str) -> Take:
        """The take as far as it has come: its last letter will not be here."""
        now = datetime.datetime.now(datetime.timezone.utc)
        seconds = (now - self._head.started_at).total_seconds()  # the page has another clock
        return self._take(complete=False, ended_by=ended_by, seconds=max(seconds, 0.0))

    def _take(self, *, ended_by: str, seconds: float, complete: bool = True) -> Take:
        samples, sample_rate = self._decoded() or (None, None)
        take = Take(
            self.take_bytes.read(0, self.take_bytes.size),
            mime_type=self.mime_type,
            id=self._head.id,
            started_at=self._head.started_at,
            settings=self._head.settings,
            complete=complete,
            ended_by=ended_by,
            seconds=seconds,
            samples=samples,
            sample_rate=sample_rate,
        )
        self.take_bytes.end(
            ended_by=ended_by, seconds=seconds, mime_type=self.mime_type, complete=complete
        )
        return take

    def _decoded(self) -> Signal | None:
        if self._buffer is None:
            return None
        if self._decoder is not None:
            self._decoder.end()
        if self._buffer.outcome not in (None, "done"):
            logger.info("The take was not decoded along: %s", self._buffer.outcome)
        return self._buffer.samples()
