"""Many takes and many recorders: no track stays live, and memory does not grow noticeably."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import recorded
from tests.e2e.faults.tools import MB, kernel_memory, page_memory
from tests.e2e.harness import Notebook

soak = pytest.mark.soak

# Each `stop` event starts the next take, until `wanted` takes are recorded.
RESTARTING = """
def restart(event):
    hashes.append(sha(event.take.blob))
    if len(hashes) < wanted:
        rec.start()

hashes, wanted = [], 0
rec = MediaRecorder(decode=False)
rec.on("start", lambda event: rec.stop())
rec.on("stop", restart)
rec
"""


def record_takes(notebook: Notebook, takes: int) -> None:
    """Record takes, check that each is complete, and release them."""
    notebook.witness.reset()
    notebook.run(f"hashes, wanted = [], {takes}; rec.start()")
    notebook.until(f"len(hashes) == {takes}", timeout=takes)
    assert notebook.value("hashes") == [notebook.witness.hash(take) for take in range(takes)]
    assert notebook.witness.live_tracks() == 0
    assert len(notebook.witness.requests()) == takes
    notebook.run("hashes = []")
    notebook.witness.reset()


@pytest.mark.parametrize(
    ("batch", "batches"), [(15, 2), pytest.param(100, 10, marks=[soak, pytest.mark.timeout(1200)])]
)
def test_starts_and_stops(notebook: Notebook, batch: int, batches: int) -> None:
    notebook.run(RESTARTING)
    record_takes(notebook, batch)
    page, kernel = page_memory(notebook), kernel_memory(notebook)
    for _ in range(batches - 1):
        record_takes(notebook, batch)
    page, kernel = page_memory(notebook) - page, kernel_memory(notebook) - kernel
    takes = batch * (batches - 1)
    print(f"{takes} takes leave page +{page / MB:.1f} MB, kernel +{kernel / MB:.1f} MB")
    assert page < 1 * MB + 10_000 * takes
    assert kernel < 2 * MB + 10_000 * takes


MANY = """
from IPython.display import display
recs = [MediaRecorder(decode=False) for _ in range({count})]
for rec in recs:
    display(rec)
"""


def use_recorders(notebook: Notebook, count: int) -> None:
    """Make and show recorders, record with three of them at once, and close all."""
    notebook.run(MANY.format(count=count))
    notebook.until("all(rec.audio_bits_per_second for rec in recs)", timeout=count)
    for take, index in enumerate(three := (0, count // 2, count - 1)):
        notebook.value(f"recs[{index}].start()")
        recorded(notebook, 5_000, take=take)
    assert notebook.witness.live_tracks() == 3
    for index in three:
        notebook.value(f"recs[{index}].stop()")
    notebook.until("sum(rec.take is not None for rec in recs) == 3", timeout=20)
    hashes = notebook.value(f"[sha(recs[index].take.blob) for index in {three}]")
    assert hashes == [notebook.witness.hash(take) for take in range(3)]
    assert notebook.witness.live_tracks() == 0
    notebook.run("for rec in recs: rec.close()\nrecs = rec = None")
    notebook.witness.reset()


@pytest.mark.parametrize("count", [10, pytest.param(100, marks=soak)])
def test_many_recorders_in_one_notebook(notebook: Notebook, count: int) -> None:
    use_recorders(notebook, 3)
    page, kernel = page_memory(notebook), kernel_memory(notebook)
    use_recorders(notebook, count)
    page, kernel = page_memory(notebook) - page, kernel_memory(notebook) - kernel
    print(f"{count} recorders leave page +{page / MB:.1f} MB, kernel +{kernel / MB:.1f} MB")
    # anywidget imports a new module for each model, and a page never releases a module.
    assert page < 1 * MB + 0.2 * MB * count
    assert kernel < 1 * MB + 0.1 * MB * count
