"""One take while it arrives: its bytes, and its samples if the page decodes them."""

from __future__ import annotations

import datetime
import logging
from typing import Any

import numpy as np
import numpy.typing as npt

from ..take import Take
from .protocol import Pcm, Started, Stopped

logger = logging.getLogger("mediarecorder")


class Assembly:
    """Collects the letters of one take until its last.

    Attributes
    ----------
    page : str
        The page that it comes from.
    mime_type : str
        The type at its start; at the end `Stopped` tells it again.
    """

    def __init__(self, page: str, letter: Started) -> None:
        self.page = page
        self.mime_type = letter.snapshot.mime_type
        self._id = letter.take
        self._started_at = datetime.datetime.fromtimestamp(letter.at / 1000, datetime.timezone.utc)
        self._settings: dict[str, Any] = dict(letter.settings)
        self._parts: list[bytes] = []
        self._given = 0
        self._first: npt.NDArray[np.uint8] | None = None
        self._pcm: list[bytes] = []
        self._layout: tuple[int, int] | None = None

    def add(self, part: bytes) -> None:
        """Bytes of the blob."""
        if part:
            self._parts.append(part)

    def take_data(self) -> npt.NDArray[np.uint8]:
        """The bytes since the last call: the ``data`` of one ``dataavailable`` event."""
        new, self._given = self._parts[self._given :], len(self._parts)
        data = _frozen(b"".join(new))
        self._first = data if self._first is None else self._first
        return data

    def add_pcm(self, letter: Pcm, block: bytes) -> None:
        """Samples of the page, interleaved."""
        layout = (letter.sample_rate, letter.channels)
        if self._layout not in (None, layout):
            raise ValueError("The layout of the samples changes within a take.")
        if not all(layout) or len(block) % (4 * letter.channels):
            raise ValueError("A block of samples is not made of whole frames.")
        self._layout = layout
        self._pcm.append(block)

    def finish(self, letter: Stopped) -> Take:
        """The take, now that its last letter is here."""
        samples, sample_rate = self._samples(letter)
        return Take(
            self._blob(),
            mime_type=letter.mime_type,
            id=self._id,
            started_at=self._started_at,
            settings=self._settings,
            ended_by=letter.ended_by,
            seconds=letter.seconds,
            samples=samples,
            sample_rate=sample_rate,
        )

    def interrupt(self, ended_by: str) -> Take:
        """The take as far as it has come: its last letter will not be here."""
        now = datetime.datetime.now(datetime.timezone.utc)
        return Take(
            self._blob(),
            mime_type=self.mime_type,
            id=self._id,
            started_at=self._started_at,
            settings=self._settings,
            complete=False,
            ended_by=ended_by,
            seconds=(now - self._started_at).total_seconds(),
        )

    def _blob(self) -> npt.NDArray[np.uint8]:
        """All bytes; where one event has brought them all, its very array."""
        if self._first is not None and self._first.size == sum(map(len, self._parts)):
            return self._first
        return _frozen(b"".join(self._parts))

    def _samples(self, letter: Stopped) -> tuple[npt.NDArray[np.float32] | None, int | None]:
        if letter.decoding is None:
            return None, None
        if letter.decoding != "done" or self._layout is None:
            logger.warning("The page could not decode the take: %s", letter.decoding)
            return None, None
        sample_rate, channels = self._layout
        samples = np.frombuffer(b"".join(self._pcm), dtype="<f4").reshape(-1, channels)
        return samples.astype(np.float32, copy=False), sample_rate


def _frozen(data: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8)
