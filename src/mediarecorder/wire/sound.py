"""Samples on their way from a page that decodes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .protocol import Pcm


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
        """Samples, interleaved."""
        layout = (letter.sample_rate, letter.channels)
        if self._layout not in (None, layout):
            raise ValueError("The layout of the samples changes within a take.")
        if not all(layout) or len(block) % (4 * letter.channels):
            raise ValueError("A block of samples is not made of whole frames.")
        self._layout = layout
        self._blocks.append(block)

    def samples(self) -> tuple[npt.NDArray[np.float32], int] | None:
        """Samples of shape (frames, channels), and their rate; None where there are none."""
        if self.outcome != "done" or self._layout is None:
            return None
        sample_rate, channels = self._layout
        samples = np.frombuffer(b"".join(self._blocks), dtype="<f4").reshape(-1, channels)
        return samples.astype(np.float32, copy=False), sample_rate
