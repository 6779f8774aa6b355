"""The bytes of one take: where they are while it arrives, and after."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import numpy.typing as npt


class Memory:
    """Parts in memory.

    Attributes
    ----------
    size : int
        How many bytes they are together.
    """

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []
        self._ends: list[int] = []

    def append(self, part: bytes) -> None:
        self._parts.append(part)
        self._ends.append(self.size + len(part))
        self.size += len(part)

    def read(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Bytes from one end of a part to another, read-only."""
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, stop)
        return np.frombuffer(b"".join(self._parts[first:last]), dtype=np.uint8)
