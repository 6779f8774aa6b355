"""The memory that a take of ten minutes needs, in the kernel and in the page."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.benchmarks.replay import LONG, REPLAYED, replayed
from tests.e2e.faults.tools import PEAK, page_memory
from tests.e2e.harness import Notebook

REPETITIONS = 2
MB = 1_000_000

SETUP = (
    PEAK
    + """
from mediarecorder import MediaRecorder

rec = MediaRecorder()
"""
)


def measure(place: Place) -> Iterator[Figure]:
    kernel: list[float] = []
    take: list[float] = []
    page: list[float] = []
    for _ in range(REPETITIONS):
        with place.notebook(SETUP, "rec") as notebook:
            with replayed(notebook, place, 3):
                one_take(notebook)  # warm-up: includes lazy loading
            with replayed(notebook, place, LONG):
                idle = notebook.value("(forget_peak(), peak())[1]")
                page.append(one_take(notebook) / MB)
            size = notebook.value("rec.take.blob.nbytes + rec.take.samples.nbytes", timeout=60)
            kernel.append((notebook.value("peak()") - idle) / MB)
            take.append(size / MB)
    yield Figure.of(
        "peak memory of the kernel over blob and samples, 600 s",
        1.6,
        ("grown by, MB", kernel),
        ("blob and samples, MB", take),
        note=REPLAYED,
    )
    yield Figure(
        "peak memory of the page over its own when idle, 600 s",
        30,
        tuple(page),
        unit="MB",
        note=REPLAYED,
    )


def one_take(notebook: Notebook) -> float:
    """Record, and return by how many bytes the page grew at most, without garbage."""
    idle = peak = page_memory(notebook)
    notebook.value("rec.start()")
    while not notebook.page.evaluate("replay.delivered()"):
        peak = max(peak, page_memory(notebook))
        notebook.page.wait_for_timeout(500)
    notebook.run("rec.stop()\ntake = rec.wait()\nlen(take.samples)", timeout=60)
    return max(peak, page_memory(notebook)) - idle
