"""Samples on their way from a page that decodes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .protocol import Pcm, ProtocolError

MOST_CHANNELS = 32
FASTEST_RATE = 768_000
"""Hz; the highest that a sound card is known to take."""


class Sound:
    """Collects the blocks of one decoding.

    Attributes
    ----------
    outcome : str or None
        "done", or why there are no samples; None while they are on their way.
    """

    def __init__(self) -> None:
        self.outcome: str | None = None
        self._blocks: list[bytes] = []
        self._layout: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self._blocks)

    def add(self, letter: Pcm, block: bytes) -> None:
        """Samples, interleaved; where one block does not fit, all are worth nothing."""
        if fault := self._fault_of(letter, block):
            self.end(fault)
            raise ProtocolError(fault, "samples")
        self._layout = (letter.sample_rate, letter.channels)
        self._blocks.append(block)

    def end(self, outcome: str | None) -> None:
        """No more samples come: "done", or why there are none; the first word holds."""
        self.outcome = self.outcome or outcome
        if self.outcome != "done":
            self._blocks.clear()

    def _fault_of(self, letter: Pcm, block: bytes) -> str:
        layout = (letter.sample_rate, letter.channels)
        if self.outcome is not None:
            return "samples come after their end"
        if self._layout not in (None, layout):
            return "the layout of the samples changes"
        possible = 0 < letter.sample_rate <= FASTEST_RATE and 0 < letter.channels <= MOST_CHANNELS
        if not possible or len(block) % (4 * letter.channels):
            return "a block of samples is not made of whole frames"
        return ""

    def samples(self) -> tuple[npt.NDArray[np.float32], int] | None:
        """Samples of shape (frames, channels), and their rate; None where there are none."""
        if self.outcome != "done" or self._layout is None:
            return None
        sample_rate, channels = self._layout
        samples = np.frombuffer(b"".join(self._blocks), dtype="<f4").reshape(-1, channels)
        return samples.astype(np.float32, copy=False), sample_rate
