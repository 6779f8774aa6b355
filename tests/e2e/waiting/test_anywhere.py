"""One cell is enough to record: on every kernel, in both applications, with or without subshells.

These are the folder's first tests, so that the very first cell of each kernel records.
"""

from __future__ import annotations

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.waiting.conftest import EVERY_KERNEL, Place, in_places
from tests.sound import strongest_frequency

EVERYWHERE = [
    Place(kernel, "lab" if app == "lab" else "notebook", subshells)
    for subshells in (True, False)
    for app in ("lab", "notebook")
    for kernel in EVERY_KERNEL
]
CELL = """
from mediarecorder import MediaRecorder

rec = MediaRecorder()
display(rec)
take = {call}(0.5)
"""


@in_places(EVERYWHERE)
@pytest.mark.parametrize("call", ["rec.record", "await rec.record_async"])
def test_one_cell_is_enough(notebook: Notebook, call: str) -> None:
    count = notebook.run(CELL.format(call=call)).count
    assert count == 1 or call.startswith("await")
    rate, ended_by = notebook.value("take.sample_rate, take.ended_by")
    samples = notebook.array("take.samples")
    assert (samples.shape, ended_by) == ((round(0.5 * rate), 2), "stop")
    assert strongest_frequency(samples[:, 0], rate) == pytest.approx(440, abs=2)
    assert strongest_frequency(samples[:, 1], rate) == pytest.approx(880, abs=2)
    assert notebook.witness.live_tracks() == 0
