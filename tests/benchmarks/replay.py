"""The recording of ten minutes, or its beginning, once more: through a page's own recorder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.place import Place
from tests.benchmarks.recording import BYTES, HERE, SECONDS
from tests.e2e.harness import Notebook

SPEED = 25
"""So many times as fast as it was recorded is a long take replayed, but for its last seconds."""
LIVE = 3.0
"""The last seconds come as slowly as they were recorded, after all else has arrived."""
REPLAYED = (
    "A real recording is replayed in the page, slice by slice: fast at first, the last three "
    "seconds in real time."
)
URL = "/recording.webm"
LONG = float(SECONDS)


@contextmanager
def replayed(notebook: Notebook, place: Place, seconds: float) -> Iterator[None]:
    """Recorders of this page replay so many seconds of the recording, until this is left."""
    sizes = place.recording.finish()
    page = notebook.page
    page.route(f"**{URL}", lambda route: route.fulfill(body=BYTES.read_bytes()))
    told = {"url": URL, "sizes": sizes, "seconds": seconds}
    told |= {"slice": 1000 * SECONDS / len(sizes), "speed": SPEED, "live": LIVE}
    page.evaluate((HERE / "replay.js").read_text(), told)
    try:
        yield
    finally:
        page.evaluate("replay.end()")
        page.unroute(f"**{URL}")


def wait_until_given(notebook: Notebook) -> None:
    """All is recorded but the last slice, which comes with the stop."""
    notebook.page.wait_for_function("replay.given()", timeout=120_000)
