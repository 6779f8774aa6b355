"""How much decoding in the kernel costs beside PyAV alone, which is given the finished blob."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator

import av
import numpy as np
from numpy.typing import NDArray

from mediarecorder import decoding
from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.benchmarks.recording import BYTES

REPETITIONS = 7


def measure(place: Place) -> Iterator[Figure]:
    place.recording.finish()
    blob = np.fromfile(BYTES, np.uint8)
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(REPETITIONS + 1):
        pair = seconds(lambda: decoding.decode(blob)[0]), seconds(lambda: pyav(blob))
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


def pyav(blob: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The way that PyAV's own documentation shows."""
    with av.open(io.BytesIO(blob.tobytes()), "r") as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.ascontiguousarray(np.concatenate(frames, axis=1).T, np.float32)
