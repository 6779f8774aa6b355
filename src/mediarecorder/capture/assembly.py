"""A take under construction: its bytes, and the samples decoded from them."""

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
    """Collects the letters of one take until the last one.

    Parameters
    ----------
    page : str
        The id of the page that sends the take.
    letter : Started
        The first letter of the take.
    journal : Path, optional
        The folder to which the take is written.
    buffer : SampleBuffer, optional
        The buffer for its samples, if it is decoded during the recording.
    in_kernel : bool
        Whether the kernel decodes it; otherwise the page does.

    Attributes
    ----------
    page : str
        The id of the page that sends the take.
    mime_type : str
        The type at the start; `Stopped` has the final one.
    take_bytes : TakeBytes
        The bytes of the take.
    parts : int
        The number of parts received. The page numbers them in the same way.
    page_buffer : SampleBuffer or None
        The buffer for its samples, if the page decodes it during the recording.
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
        """Append a part of the blob."""
        if part:
            self.parts += 1
            self.take_bytes.append(part)
            if self._decoder is not None:
                self._decoder.feed(part)

    def mark(self) -> None:
        """Mark the end of the data of a ``dataavailable`` event, which is delivered later."""
        self._marks.append(self.take_bytes.mark())

    def take_data(self) -> npt.NDArray[np.uint8]:
        """Return the ``data`` of the next ``dataavailable``: the bytes up to the next mark."""
        start = self._delivered
        self._delivered = self._marks.popleft() if self._marks else self.take_bytes.size
        return self.take_bytes.read(start, self._delivered)

    def finish(self, letter: Stopped) -> Take:
        """Return the complete take. `letter` is the last letter."""
        if self.page_buffer is not None:
            self.page_buffer.end(letter.decoding or "The page has not decoded it.")
        self.mime_type = letter.mime_type
        return self._take(ended_by=letter.ended_by, seconds=letter.seconds)

    def interrupt(self, ended_by: str) -> Take:
        """Return the take as received so far. The last letter will not arrive."""
        now = datetime.datetime.now(datetime.timezone.utc)
        seconds = (now - self._head.started_at).total_seconds()  # the two clocks may differ
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
            logger.info("The take was not decoded during the recording: %s", self._buffer.outcome)
        return self._buffer.samples()
