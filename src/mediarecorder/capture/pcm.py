"""Samples from a decoding page."""

from __future__ import annotations

import numpy as np

from ..errors import DecodingError
from ..media.samples import SampleBuffer
from ..sources import FASTEST_RATE
from ..wire.protocol import Pcm, ProtocolError

MOST_CHANNELS = 32


def add(buffer: SampleBuffer, letter: Pcm, block: bytes) -> None:
    """Check a block of interleaved samples and add it. An invalid block invalidates the buffer."""
    possible = 0 < letter.sample_rate <= FASTEST_RATE and 0 < letter.channels <= MOST_CHANNELS
    try:
        if not possible or len(block) % (4 * letter.channels):
            raise DecodingError("A block of samples is not made of whole frames.", "")
        samples = np.frombuffer(block, "<f4").reshape(-1, letter.channels)
        buffer.add(samples.astype(np.float32, copy=False), letter.sample_rate)
    except DecodingError as error:
        buffer.end(str(error))
        raise ProtocolError(str(error), "samples") from error
