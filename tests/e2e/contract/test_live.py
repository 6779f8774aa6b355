"""Sound reaches Python during the recording, decoded in the kernel or by the page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.e2e.contract.tools import make, recorded
from tests.e2e.harness import Notebook
from tests.sound import strongest_frequency

OPUS_RATE = 48_000

BLOCKING = """
rec.start()
got, states = [], []
for block in rec.blocks(0.1):
    got.append(block)
    states.append(rec.state)
    if block.time > 0.75 and rec.state == "recording":
        rec.stop()
"""
AWAITING = BLOCKING.replace("for block", "async for block")


@pytest.fixture(params=["kernel", "page"], autouse=True)
def decoder(request: pytest.FixtureRequest, notebook: Notebook) -> Iterator[str]:
    notebook.run("own_available = media.available")
    if request.param == "page":
        notebook.run("media.available = lambda: False")
    yield request.param
    notebook.run("media.available = own_available")


@pytest.mark.parametrize("cell", [BLOCKING, AWAITING], ids=["for", "async for"])
def test_blocks_arrive_during_the_recording(notebook: Notebook, cell: str) -> None:
    make(notebook)
    notebook.run(cell)
    states = notebook.value("states")
    assert states[:5] == ["recording"] * 5
    assert states[-1] == "inactive"
    lengths, times = notebook.value("[len(b) for b in got], [b.time for b in got]")
    assert lengths[:-1] == [OPUS_RATE // 10] * (len(lengths) - 1)
    assert times == pytest.approx(np.arange(len(times)) / 10)
    assert notebook.value("[b.overflow for b in got]") == [0] * len(times)
    live, after = notebook.array("np.concatenate(got)"), notebook.array("rec.take.samples")
    np.testing.assert_array_equal(live, after)
    assert strongest_frequency(live[:, 0], OPUS_RATE) == pytest.approx(440, abs=2)
    assert strongest_frequency(live[:, 1], OPUS_RATE) == pytest.approx(880, abs=2)


@pytest.mark.parametrize(
    "pause", ["time.sleep(0.3)", pytest.param("await asyncio.sleep(0.3)", marks=pytest.mark.soak)]
)
def test_a_slow_reader_delays_nothing(notebook: Notebook, pause: str) -> None:
    """It needs 0.3 s for each 0.1 s of sound, so it misses most blocks; the take has all."""
    make(notebook)
    notebook.run("import asyncio; rec.start(); blocks = rec.blocks(0.1, buffer=0.5); got = []")
    loop = "async for" if "await" in pause else "for"
    notebook.run(
        f"{loop} block in blocks:\n    got.append(block)\n    {pause}\n"
        "    if len(got) == 8: rec.stop()"
    )
    first, last = notebook.value("got[0].time, got[-1].time")
    received, lost, total = notebook.value(
        "sum(map(len, got)), blocks.overflow, len(rec.take.samples)"
    )
    assert lost > OPUS_RATE / 2
    assert received + lost == total
    assert notebook.value("sum(b.overflow for b in got)") == lost
    assert last - first > 1.5


def test_listeners_receive_samples_while_no_cell_runs(notebook: Notebook) -> None:
    make(notebook)
    notebook.run("got = []; rec.on('samples', lambda event: got.append(event.samples))")
    notebook.run("rec.start()")
    recorded(notebook, 10_000)
    notebook.until("sum(map(len, got)) > 12_000")
    assert notebook.value("rec.state") == "recording"
    notebook.run("rec.stop()")
    notebook.until("diary.types[-1] == 'stop'")
    np.testing.assert_array_equal(
        notebook.array("np.concatenate(got)"), notebook.array("rec.take.samples")
    )
