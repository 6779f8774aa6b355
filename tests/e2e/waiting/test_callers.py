"""Callers that may wait: cells, threads, other widgets' listeners; but not the recorder's own."""

from __future__ import annotations

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.waiting.conftest import EVERY_KERNEL, OLDEST_AND_NEWEST, Place, in_places
from tests.e2e.waiting.tools import SETUP, raised, recording, silent


@pytest.fixture(autouse=True)
def _set_up(notebook: Notebook) -> None:
    notebook.run(SETUP)


@in_places([Place(kernel) for kernel in EVERY_KERNEL])
def test_a_custom_button_may_record(notebook: Notebook) -> None:
    notebook.run(
        """
import ipywidgets

def record(button):
    log.append(len(rec.record(0.3).samples))

rec = MediaRecorder()
button = ipywidgets.Button(description="Record a word")
button.on_click(record)
display(rec, button)
"""
    )
    notebook.page.get_by_text("Ready").last.wait_for()
    for takes in (1, 2):
        notebook.page.get_by_role("button", name="Record a word").last.click()
        notebook.until(f"len(log) == {takes}", timeout=20)
    assert notebook.value("log") == [round(0.3 * 48_000)] * 2
    notebook.run("button.close()")


@in_places([Place(kernel) for kernel in EVERY_KERNEL])
def test_a_listener_of_the_recorder_cannot_wait(notebook: Notebook) -> None:
    notebook.run(
        """
rec = MediaRecorder()
nested = []

def wait(*_):
    began = time.monotonic()
    for call in (rec.record, rec.wait, MediaRecorder().record):
        try:
            call()
        except errors.NotSupportedError as error:
            nested.append((str(error), time.monotonic() - began))

rec.on("start", wait)
rec.observe(wait, "take")
take = rec.record(0.3)
"""
    )
    nested = notebook.value("nested")
    assert [message.split(":")[0] for message, _ in nested] == [
        "A listener of a recorder cannot wait for a page"
    ] * 6
    assert max(seconds for _, seconds in nested) < 0.5
    assert notebook.value("take.complete")


@in_places(OLDEST_AND_NEWEST)
@pytest.mark.parametrize("second", ["rec.record(1)", "await rec.record_async(1)", "rec.start()"])
def test_a_second_caller_is_refused(notebook: Notebook, second: str) -> None:
    notebook.run("rec = MediaRecorder(); rec.start()")
    recording(notebook)
    assert raised(notebook.begin(second))[0] == "InvalidStateError"
    notebook.run("rec.stop(); take = rec.wait()")
    assert notebook.value("take.complete")
    notebook.run(
        f"""
task = asyncio.ensure_future(rec.record_async(0.6))
await asyncio.sleep(0)
try:
    {second}
except errors.InvalidStateError as error:
    log.append("refused")
take = await task
"""
    )
    assert notebook.value("log, len(take.samples)") == [["refused"], round(0.6 * 48_000)]
    silent(notebook)


@in_places(OLDEST_AND_NEWEST)
def test_two_recorders_at_once(notebook: Notebook) -> None:
    notebook.run(
        """
both = [listen(MediaRecorder(Tone(440))), listen(MediaRecorder(Tone(880)))]
takes = await asyncio.gather(*(rec.record_async(0.5) for rec in both))
"""
    )
    assert notebook.value("[len(t.samples) for t in takes]") == [24_000] * 2
    assert notebook.value("log.index('stop') > log.index('start', log.index('start') + 1)")
    peaks = "[int(np.argmax(np.abs(np.fft.rfft(t.mono)))) * 2 for t in takes]"
    assert notebook.value(peaks) == [440, 880]


@in_places(OLDEST_AND_NEWEST)
def test_threads_that_wait_while_the_kernel_is_free(notebook: Notebook) -> None:
    notebook.run(
        """
both = [MediaRecorder(Tone(440)), MediaRecorder(Tone(880))]
takes = {}

def record(index):
    takes[index] = both[index].record(0.5)

for index in (0, 1):
    threading.Thread(target=record, args=(index,)).start()
"""
    )
    notebook.until("len(takes) == 2", timeout=20)
    assert notebook.value("[len(takes[i].samples) for i in (0, 1)]") == [24_000] * 2
    silent(notebook)


@in_places([Place()])
def test_threads_that_an_async_cell_waits_for(notebook: Notebook) -> None:
    notebook.run(
        """
both = [MediaRecorder(Tone(440)), MediaRecorder(Tone(880))]
takes = await asyncio.gather(*(asyncio.to_thread(rec.record, 0.5) for rec in both))
"""
    )
    assert notebook.value("[len(t.samples) for t in takes]") == [24_000] * 2


@in_places([Place()], soak=[Place("6")])
def test_twenty_quick_takes_in_one_cell(notebook: Notebook) -> None:
    notebook.run(
        """
rec = listen(MediaRecorder(mime_type="audio/webm;codecs=pcm"))
takes = [rec.record(0.02, progress=False) for _ in range(20)]
"""
    )
    assert notebook.value("log") == ["start", "dataavailable", "stop"] * 20
    assert notebook.value("[len(t.samples) for t in takes]") == [882] * 20
    assert notebook.value("len({t.id for t in takes}), rec.state") == [20, "inactive"]
    assert len(notebook.witness.takes()) == 20
    silent(notebook)
