"""A recording that is decoded while it arrives: its end costs no more than its last part."""

from __future__ import annotations

import logging
import threading
import weakref
from queue import SimpleQueue

import numpy as np

from ..errors import DecodingError
from .pyav import frames_of, kind_of, opened, sound_of, to_float
from .samples import SampleBuffer

logger = logging.getLogger("mediarecorder")

MOST_BEHIND = 64 << 20
"""The most bytes that may wait to be decoded; a take that brings more is decoded at its use."""

ENOUGH_TO_TELL = 64
"""Bytes, by which the kind of a container is told."""


class StreamingDecoder:
    """One decoder in a thread of its own, fed with parts as they come.

    Parameters
    ----------
    buffer : SampleBuffer
        Where the samples go.
    """

    def __init__(self, buffer: SampleBuffer) -> None:
        self._buffer = buffer
        self._pipe = _Pipe()
        # It knows nothing of this object, which ends it by being forgotten.
        weakref.finalize(self, self._pipe.close)
        self._thread = threading.Thread(
            target=_decode, args=(self._pipe, buffer), name="mediarecorder-decoder", daemon=True
        )
        self._thread.start()

    def feed(self, part: bytes) -> None:
        """Take the next part of the recording in, and return at once."""
        if self._buffer.outcome is None:
            self._pipe.put(part)

    def end(self) -> None:
        """Wait until all that was fed is decoded."""
        self._pipe.close()
        self._thread.join()


def _decode(pipe: _Pipe, buffer: SampleBuffer) -> None:
    try:
        kind = kind_of(np.frombuffer(pipe.peek(ENOUGH_TO_TELL), np.uint8))
        with opened(pipe, kind) as container:
            for frame in frames_of(container, sound_of(container)):
                buffer.add(to_float(frame), frame.sample_rate)
        buffer.end("The kernel is too slow to decode along." if pipe.burst else "done")
    except DecodingError as error:
        buffer.end(str(error))
    except Exception as error:  # whatever it is: the bytes are kept, and decoded when asked for
        logger.exception("The decoder of a recording failed.")
        buffer.end(f"The decoder failed: {error}.")


class _Pipe:
    """What one thread puts in, another reads, as a file that cannot seek.

    Attributes
    ----------
    burst : bool
        More was put in than `MOST_BEHIND`: what came then is missing.
    """

    def __init__(self) -> None:
        self.burst = False
        self._parts: SimpleQueue[bytes | None] = SimpleQueue()
        self._rest = b""
        self._put = self._taken = 0

    def put(self, part: bytes) -> None:
        self.burst = self.burst or self._put + len(part) - self._taken > MOST_BEHIND
        if self.burst:
            self.close()
        elif part:
            self._put += len(part)
            self._parts.put(part)

    def close(self) -> None:
        self._parts.put(None)

    def peek(self, size: int) -> bytes:
        """As many of the next bytes, or all that there are."""
        while len(self._rest) < size and (part := self._next()):
            self._rest += part
        return self._rest

    def read(self, size: int) -> bytes:
        """At most so many bytes, and at least one; none at the end."""
        data, self._rest = self._rest or self._next(), b""
        data, self._rest = data[:size], data[size:]
        return data

    def _next(self) -> bytes:
        part = self._parts.get()
        if part is None:
            self._parts.put(None)  # the end stays the end
            return b""
        self._taken += len(part)
        return part
