"""The kernel is busy, a cell floods its output, a listener blocks."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import finished, record, recorded
from tests.e2e.faults.tools import MB, PCM, PER_SECOND, check_take, page_memory
from tests.e2e.harness import Notebook
from tests.e2e.waiting.tools import shows

# A call that holds the GIL, so that no Python thread runs.
BUSY = "import ctypes; ctypes.PyDLL(None).sleep({seconds})"
# Like a progress bar that is written too often, of which JupyterLab keeps only the last line. Each
# line has more bytes than the server forwards in 3 s. The cell writes the first one, so that the
# server's notice appears under it: the kernel attributes the output of a thread to the message that
# it is handling.
FLOOD = """
import threading
enough = threading.Event()
def write():
    print("x" * 4_000_000, end="\\r", flush=True)
def flood():
    while not enough.wait(0.2):
        write()
write()
threading.Thread(target=flood).start()
"""

soak = pytest.mark.soak


@pytest.mark.parametrize("seconds", [8, pytest.param(60, marks=soak)])
def test_busy(notebook: Notebook, seconds: int) -> None:
    """The page buffers the recording and nothing else, and releases it afterwards."""
    record(notebook, PCM, PER_SECOND)
    notebook.until("rec.state == 'recording'")
    before = page_memory(notebook)
    busy = notebook.begin(BUSY.format(seconds=seconds))
    began = notebook.witness.takes()[0]["size"]
    for second in range(1, seconds):
        recorded(notebook, began + second * PER_SECOND)
    assert not busy.finished()
    during = page_memory(notebook)
    busy.result()
    notebook.run("rec.stop()")
    check_take(notebook)
    after = page_memory(notebook)
    print(f"page: {before / MB:.1f} MB, {during / MB:.1f} MB while busy, {after / MB:.1f} MB after")
    assert during - before < 1.5 * seconds * PER_SECOND
    assert after - before < 5 * MB


def test_a_cell_that_floods_its_output(notebook: Notebook) -> None:
    """The server drops messages to the page, so the kernel sends them again."""
    record(notebook, PCM, PER_SECOND)
    flood = notebook.begin(FLOOD)
    try:
        shows(flood, "IOPub data rate exceeded")
        notebook.value("rec.request_data()")
        notebook.value("rec.stop()")
        notebook.page.wait_for_timeout(1000)  # the flood lasts this long
    finally:
        notebook.value("enough.set()")
    finished(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "dataavailable", "stop"]
    assert notebook.witness.calls() == ["start", "requestData", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()


@pytest.mark.parametrize("seconds", [2, pytest.param(10, marks=soak)])
def test_a_listener_that_blocks(notebook: Notebook, seconds: int) -> None:
    """The data recorded meanwhile arrives afterwards."""
    notebook.run(f"""
rec = MediaRecorder({PCM}); diary = Diary(rec)
blocked = []
@rec.on("dataavailable")
def block(event):
    if not blocked:
        time.sleep({seconds})
    blocked.append(len(event.data))
rec.start(500)
""")
    notebook.until("len(blocked) >= 3", timeout=seconds + 10)
    notebook.run("rec.stop()")
    finished(notebook)
    events = notebook.value("diary.types")
    assert (events[0], events[-1]) == ("start", "stop")
    assert events.count("dataavailable") == len(events) - 2 >= (seconds + 1) / 0.5
    assert notebook.value("sum(blocked)") == notebook.witness.takes()[0]["size"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
