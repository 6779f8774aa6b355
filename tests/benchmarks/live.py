"""How long it takes from a sound until it is in a block in Python, while the recording goes on.

The floor is the time until the slice that holds the same sound comes out of a native recorder with
a timeslice of 100 ms, which listens to the same stream.
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
"""Seconds until the first sound, and from one to the next."""
LOUD = 0.1

SETUP = """
import time

import numpy as np
from mediarecorder import MediaRecorder

def hear(rec, count):
    '''When each sound had come, by the clock.'''
    came, last = [], -1.0
    blocks = rec.blocks(0.1)
    rec.start()
    for block in blocks:
        now = time.time()
        loud = np.flatnonzero(np.abs(block[:, 0]) > 0.1)
        if len(loud):
            if block.time + loud[0] / block.sample_rate > last + 0.3:
                came.append(now)
            last = block.time + loud[-1] / block.sample_rate
        if len(came) == count and rec.state == "recording":
            rec.stop()
    return came

rec = MediaRecorder()
"""


def measure(place: Place) -> Iterator[Figure]:
    for decoder, setup in (("kernel", ""), ("browser", NO_DECODER)):
        ours: list[float] = []
        floor: list[float] = []
        with place.notebook(setup, SETUP, "rec") as notebook:
            notebook.page.mouse.click(600, 5)  # a page that nobody has touched makes no sound
            for turn in range(TAKES + 1):
                blocks, slices = latencies(notebook)
                if turn > 0:  # the first one loads what is loaded on first need
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
    """Milliseconds from each sound to its block in Python, and to its slice in the page."""
    told = {"count": COUNT, "first": FIRST, "every": EVERY}
    notebook.page.evaluate((HERE / "live.js").read_text(), told)
    cell = notebook.begin(f"came = hear(rec, {COUNT})")
    cell.result(timeout=90)
    heard = notebook.page.evaluate("live.end()")
    came, sliced = notebook.value("came"), slices_of(heard)
    assert len(came) == len(sliced) == COUNT, f"{len(came)} and {len(sliced)} sounds were heard."
    sounds: list[float] = heard["sounds"]
    return since(sounds, came), since(sounds, sliced)


def since(sounds: list[float], came: list[float]) -> list[float]:
    return [1000 * (there - sound) for there, sound in zip(came, sounds, strict=True)]


def slices_of(heard: dict[str, Any]) -> list[float]:
    """When the slice came that ends the packet in which each sound begins."""
    ends = list(accumulate(size for size, _ in heard["slices"]))
    came: list[float] = []
    quiet = 0  # frames since something was loud
    with av.open(io.BytesIO(base64.b64decode(heard["bytes"])), "r") as container:
        for packet in container.demux(audio=0):
            if packet.pos is None:  # the last one is empty
                break
            for frame in packet.decode():
                loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > LOUD)
                if len(loud) and quiet + loud[0] > 0.3 * frame.sample_rate:
                    came.append(heard["slices"][bisect_left(ends, packet.pos + packet.size)][1])
                quiet = frame.samples - loud[-1] if len(loud) else quiet + frame.samples
    return came
