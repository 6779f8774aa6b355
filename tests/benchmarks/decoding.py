"""The cost of streaming decoding in the kernel, relative to PyAV decoding the whole blob."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator

import av
import numpy as np
from numpy.typing import NDArray

from mediarecorder.media.samples import SampleBuffer
from mediarecorder.media.streaming import StreamingDecoder
from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.benchmarks.recording import BYTES

REPETITIONS = 7


def measure(place: Place) -> Iterator[Figure]:
    sizes = place.recording.finish()
    blob = np.fromfile(BYTES, np.uint8)
    parts = [part.tobytes() for part in np.split(blob, np.cumsum(sizes)[:-1])]
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(REPETITIONS + 1):
        pair = seconds(lambda: streaming(parts)), seconds(lambda: pyav(blob))
        if turn > 0:
            ours.append(pair[0])
            theirs.append(pair[1])
    yield Figure.of(
        "decoding in the kernel over PyAV alone, 600 s",
        1.2,
        ("ours, s", ours),
        ("PyAV, s", theirs),
    )


def seconds(decode: Callable[[], NDArray[np.float32]]) -> float:
    start = time.perf_counter()
    samples = decode()
    took = time.perf_counter() - start
    assert len(samples) > 590 * 48_000
    return took


def streaming(parts: list[bytes]) -> NDArray[np.float32]:
    """Decode as a recorder does while a take arrives, without waiting for the parts."""
    buffer = SampleBuffer()
    decoder = StreamingDecoder(buffer)
    for part in parts:
        decoder.feed(part)
    decoder.end()
    found = buffer.samples()
    assert found is not None, buffer.outcome
    return found[0]


def pyav(blob: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Decode as PyAV's documentation does."""
    with av.open(io.BytesIO(blob.tobytes()), "r") as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.ascontiguousarray(np.concatenate(frames, axis=1).T, np.float32)
