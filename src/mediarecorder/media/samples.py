"""Samples while they become more."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import DecodingError

Samples: TypeAlias = npt.NDArray[np.float32]
"""Of shape ``(frames, channels)``."""
Signal: TypeAlias = tuple[Samples, int]
"""Samples, and their rate in Hz."""


class SampleListener(Protocol):
    """Somebody who listens while samples are decoded; called on the thread that brings them."""

    def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
        """The frames of `block` have the numbers from `first` on."""

    def on_end(self, outcome: str) -> None:
        """No more come: "done", or why."""


class SampleBuffer:
    """The samples of one recording.

    Parameters
    ----------
    listener : SampleListener, optional
        Is given each block as it comes.
    keep : bool
        Whether they are kept; else they are only for the listener.

    Attributes
    ----------
    outcome : str or None
        "done", or why there are no samples; None while they are on their way.
    frames : int
        How many have come.
    """

    def __init__(self, listener: SampleListener | None = None, *, keep: bool = True) -> None:
        self.outcome: str | None = None
        self.frames = 0
        self._listener = listener
        self._array = _GrowingArray() if keep else None
        self._layout: tuple[int, int] | None = None

    def add(self, block: Samples, sample_rate: int) -> None:
        """Take samples of shape (frames, channels) in.

        Where one block does not fit, all are worth nothing, and `DecodingError` says why.
        """
        layout = (sample_rate, block.shape[1])
        if self.outcome is not None:
            raise DecodingError("Samples come after their end.", "")
        if self._layout not in (None, layout):
            fault = "The rate or the number of channels changes within the recording."
            self.end(fault)
            raise DecodingError(fault, "")
        self._layout = layout
        if self._array is not None:
            self._array.append(block)
        first, self.frames = self.frames, self.frames + len(block)
        if self._listener is not None:
            self._listener.on_samples(first, block, sample_rate)

    def end(self, outcome: str) -> None:
        """No more samples come: "done", or why there are none; the first word holds."""
        if self.outcome is None:
            self.outcome = outcome
            if outcome != "done":
                self._array = None
            if self._listener is not None:
                self._listener.on_end(outcome)

    def samples(self) -> Signal | None:
        """Samples of shape (frames, channels), and their rate; None where there are none."""
        if self.outcome != "done" or self._layout is None or self._array is None:
            return None
        return self._array.finish(), self._layout[0]


class _GrowingArray:
    """Blocks in one array, which grows in place, by a quarter at a time.

    Nobody else may have a view of it while it grows: its memory moves.
    """

    def __init__(self) -> None:
        self._array: Samples | None = None
        self._frames = 0

    def append(self, block: Samples) -> None:
        if self._array is None:
            self._array = np.empty((0, block.shape[1]), np.float32)
        end = self._frames + len(block)
        if end > len(self._array):
            self._resize(max(end, len(self._array) * 5 // 4))
        self._array[self._frames : end] = block
        self._frames = end

    def finish(self) -> Samples:
        """All of them, without a copy."""
        assert self._array is not None
        if len(self._array) > self._frames:
            self._resize(self._frames)
        return self._array

    def _resize(self, frames: int) -> None:
        assert self._array is not None
        self._array.resize((frames, self._array.shape[1]), refcheck=False)
