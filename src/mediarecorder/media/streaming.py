"""Decoding during the recording, so that only the last part is left to decode at the end."""

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
"""The maximum number of bytes that wait for decoding. Beyond, a take is decoded on use."""

SNIFFED_BYTES = 64
"""The number of bytes that identify a container."""


class StreamingDecoder:
    """A decoder in its own thread, fed with parts as they arrive.

    Parameters
    ----------
    buffer : SampleBuffer
        Receives the samples.
    """

    def __init__(self, buffer: SampleBuffer) -> None:
        self._buffer = buffer
        self._pipe = _Pipe()
        # The thread holds no reference to this object, whose deletion ends the thread.
        weakref.finalize(self, self._pipe.close)
        self._thread = threading.Thread(
            target=_decode, args=(self._pipe, buffer), name="mediarecorder-decoder", daemon=True
        )
        self._thread.start()

    def feed(self, part: bytes) -> None:
        """Queue the next part of the recording, and return at once."""
        if self._buffer.outcome is None:
            self._pipe.put(part)

    def end(self) -> None:
        """Wait until all parts are decoded."""
        self._pipe.close()
        self._thread.join()


def _decode(pipe: _Pipe, buffer: SampleBuffer) -> None:
    try:
        kind = kind_of(np.frombuffer(pipe.peek(SNIFFED_BYTES), np.uint8))
        with opened(pipe, kind) as container:
            for frame in frames_of(container, sound_of(container)):
                buffer.add(to_float(frame), frame.sample_rate)
        buffer.end(
            "The kernel is too slow to decode during the recording." if pipe.overflowed else "done"
        )
    except DecodingError as error:
        buffer.end(str(error))
    except Exception as error:  # of any kind: the bytes are kept, and decoded on use
        logger.exception("The decoder of a recording failed.")
        buffer.end(f"The decoder failed: {error}.")


class _Pipe:
    """Bytes from one thread for another, which reads them as a file that cannot seek.

    Attributes
    ----------
    overflowed : bool
        Whether more than `MOST_BEHIND` bytes were waiting. All later bytes are missing.
    """

    def __init__(self) -> None:
        self.overflowed = False
        self._parts: SimpleQueue[bytes | None] = SimpleQueue()
        self._rest = b""
        self._put = self._taken = 0

    def put(self, part: bytes) -> None:
        self.overflowed = self.overflowed or self._put + len(part) - self._taken > MOST_BEHIND
        if self.overflowed:
            self.close()
        elif part:
            self._put += len(part)
            self._parts.put(part)

    def close(self) -> None:
        self._parts.put(None)

    def peek(self, size: int) -> bytes:
        """Return at least `size` bytes, or all if there are fewer, without consuming them."""
        while len(self._rest) < size and (part := self._next()):
            self._rest += part
        return self._rest

    def read(self, size: int) -> bytes:
        """Return between one and `size` bytes; none at the end."""
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
