"""Replays the recording of ten minutes, or its beginning, as a page's MediaRecorder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.place import Place
from tests.benchmarks.recording import BYTES, HERE, SECONDS
from tests.e2e.harness import Notebook

SPEED = 25
"""The speed of the replay relative to real time, except for the last seconds."""
LIVE = 3.0
"""Seconds at the end that are replayed in real time, after everything else has arrived."""
REPLAYED = (
    "A real recording is replayed in the page, slice by slice: fast at first, the last three "
    "seconds in real time."
)
URL = "/recording.webm"
LONG = float(SECONDS)


@contextmanager
def replayed(notebook: Notebook, place: Place, seconds: float) -> Iterator[None]:
    """Let recorders of this page replay the first `seconds` of the recording."""
    sizes = place.recording.finish()
    page = notebook.page
    page.route(f"**{URL}", lambda route: route.fulfill(body=BYTES.read_bytes()))
    arguments = {"url": URL, "sizes": sizes, "seconds": seconds}
    arguments |= {"slice": 1000 * SECONDS / len(sizes), "speed": SPEED, "live": LIVE}
    page.evaluate((HERE / "replay.js").read_text(), arguments)
    try:
        yield
    finally:
        page.evaluate("replay.end()")
        page.unroute(f"**{URL}")


def wait_until_delivered(notebook: Notebook) -> None:
    """Wait until all slices are delivered, except the last one, which follows the stop."""
    notebook.page.wait_for_function("replay.delivered()", timeout=120_000)
