"""The samples of a recording, collected as they are decoded."""

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
    """A listener of samples during decoding, called on the thread that adds them."""

    def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
        """Receive a block of frames; the number of its first frame is `first`."""

    def on_end(self, outcome: str) -> None:
        """Receive the outcome: "done", or the reason why decoding ended."""


class SampleBuffer:
    """The samples of one recording.

    Parameters
    ----------
    listener : SampleListener, optional
        Receives each block as it arrives.
    keep : bool
        Whether to keep the samples, or only to pass them to the listener.

    Attributes
    ----------
    outcome : str or None
        "done", or the reason why there are no samples. None until the end.
    frames : int
        The number of frames that have arrived.
    """

    def __init__(self, listener: SampleListener | None = None, *, keep: bool = True) -> None:
        self.outcome: str | None = None
        self.frames = 0
        self._listener = listener
        self._array = _GrowingArray() if keep else None
        self._layout: tuple[int, int] | None = None

    def add(self, block: Samples, sample_rate: int) -> None:
        """Add a block of shape (frames, channels).

        If the rate or the number of channels changes, all samples are discarded.

        Raises
        ------
        DecodingError
            The block does not fit the earlier ones, or comes after the end.
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
        """Set the outcome: "done", or why there are no samples. Only the first call counts."""
        if self.outcome is None:
            self.outcome = outcome
            if outcome != "done":
                self._array = None
            if self._listener is not None:
                self._listener.on_end(outcome)

    def samples(self) -> Signal | None:
        """Return samples of shape (frames, channels) and their rate; None if there are none."""
        if self.outcome != "done" or self._layout is None or self._array is None:
            return None
        return self._array.finish(), self._layout[0]


class _GrowingArray:
    """Blocks in one array, which grows in place, by a quarter at a time.

    No view of the array may exist while it grows, since its memory moves.
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
        """Return all samples, without a copy."""
        assert self._array is not None
        if len(self._array) > self._frames:
            self._resize(self._frames)
        return self._array

    def _resize(self, frames: int) -> None:
        assert self._array is not None
        self._array.resize((frames, self._array.shape[1]), refcheck=False)
