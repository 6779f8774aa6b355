"""The latency from a sound to its block in Python, during a recording.

The floor is the latency to the slice that contains the same sound, in a native recorder with a
timeslice of 100 ms on the same stream.
"""

from __future__ import annotations

import base64
import io
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import av
import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import NO_DECODER, Place
from tests.benchmarks.recording import HERE
from tests.e2e.harness import Notebook

TAKES = 2
COUNT = 12
FIRST, EVERY = 2.0, 0.9
"""Seconds until the first sound, and between two sounds."""
LOUD = 0.1
"""The amplitude above which a sample belongs to a sound."""

SETUP = """
import time

import numpy as np
from mediarecorder import MediaRecorder

def arrival_times(rec, count):
    '''Record, and return the time at which the block of each sound arrived.'''
    arrivals, last = [], -1.0
    blocks = rec.blocks(0.1)
    rec.start()
    for block in blocks:
        now = time.time()
        loud = np.flatnonzero(np.abs(block[:, 0]) > 0.1)
        if len(loud):
            if block.time + loud[0] / block.sample_rate > last + 0.3:
                arrivals.append(now)
            last = block.time + loud[-1] / block.sample_rate
        if len(arrivals) == count and rec.state == "recording":
            rec.stop()
    return arrivals

rec = MediaRecorder()
"""


def measure(place: Place) -> Iterator[Figure]:
    for decoder, setup in (("kernel", ""), ("browser", NO_DECODER)):
        ours: list[float] = []
        floor: list[float] = []
        with place.notebook(setup, SETUP, "rec") as notebook:
            notebook.page.mouse.click(600, 5)  # Web Audio needs a user gesture to start
            for turn in range(TAKES + 1):
                blocks, slices = latencies(notebook)
                if turn > 0:  # the first turn includes lazy loading
                    ours += blocks
                    floor += slices
        yield Figure(
            f"sound in → block of 100 ms in Python, {decoder} decoding",
            250,
            tuple(ours),
            unit="ms",
        )
        yield Figure.of(
            f"the same over MediaRecorder's own slices of 100 ms, {decoder} decoding",
            1.5,
            ("block in Python, ms", ours),
            ("slice in the page, ms", floor),
        )


def latencies(notebook: Notebook) -> tuple[list[float], list[float]]:
    """Return the milliseconds from each sound to its block in Python, and to its native slice."""
    arguments = {"count": COUNT, "first": FIRST, "every": EVERY}
    notebook.page.evaluate((HERE / "live.js").read_text(), arguments)
    cell = notebook.begin(f"arrivals = arrival_times(rec, {COUNT})")
    cell.result(timeout=90)
    native = notebook.page.evaluate("live.end()")
    blocks, slices = notebook.value("arrivals"), slice_times(native)
    assert len(blocks) == len(slices) == COUNT, (
        f"Found {len(blocks)} sounds in blocks and {len(slices)} in slices, not {COUNT}."
    )
    sounds: list[float] = native["sounds"]
    return differences(sounds, blocks), differences(sounds, slices)


def differences(sounds: list[float], arrivals: list[float]) -> list[float]:
    """Return the milliseconds between each sound and its arrival."""
    return [1000 * (arrival - sound) for arrival, sound in zip(arrivals, sounds, strict=True)]


def slice_times(native: dict[str, Any]) -> list[float]:
    """Return the time of the slice that completes the packet in which each sound begins."""
    ends = list(accumulate(size for size, _ in native["slices"]))
    times: list[float] = []
    quiet = 0  # frames since the last loud one
    with av.open(io.BytesIO(base64.b64decode(native["bytes"])), "r") as container:
        for packet in container.demux(audio=0):
            if packet.pos is None:  # the flush packet at the end
                break
            for frame in packet.decode():
                loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > LOUD)
                if len(loud) and quiet + loud[0] > 0.3 * frame.sample_rate:
                    times.append(native["slices"][bisect_left(ends, packet.pos + packet.size)][1])
                quiet = frame.samples - loud[-1] if len(loud) else quiet + frame.samples
    return times
