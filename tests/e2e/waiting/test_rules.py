"""The kernel behaviour that waiting relies on: a new ipykernel that changes it fails here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.waiting.conftest import EVERY_KERNEL, Place, in_places
from tests.e2e.waiting.tools import SETUP, raised, recording

PLACES = [Place(kernel, "lab", on) for on in (True, False) for kernel in EVERY_KERNEL]
PREPARE = f"""{SETUP}
import ipywidgets
from mediarecorder.host import waiting

rec = listen(MediaRecorder())
sliders = [ipywidgets.IntSlider() for _ in range(2)]
for slider in sliders:
    slider.observe(lambda change: log.append(f"slider {{change.new}}"), "value")
display(rec, *sliders)
"""


def by_subshell(place: Place) -> bool:
    """Whether the kernel routes all comm messages to the subshell that JupyterLab requests."""
    return place.subshells and place.kernel in ("7.1", "7.3")


@pytest.fixture
def notebook(notebook: Notebook) -> Iterator[Notebook]:
    """A notebook that shows a recorder and two sliders."""
    notebook.run(PREPARE)
    notebook.page.get_by_text("Ready").wait_for()
    yield notebook
    notebook.run("rec.close()")


def move_slider(notebook: Notebook, index: int, value: int) -> None:
    """Set a slider by typing into its readout."""
    readout = notebook.page.locator(".widget-readout").nth(index)
    readout.fill(str(value))
    readout.press("Enter")


@in_places(PLACES)
def test_the_delivering_thread_and_the_order_of_queued_messages(
    notebook: Notebook, place: Place
) -> None:
    cell = notebook.begin("rec.record(); log.append('recorded')")
    recording(notebook)
    move_slider(notebook, 0, 3)
    first = notebook.begin("log.append('first')")
    move_slider(notebook, 1, 7)
    second = notebook.begin("log.append('second')")
    notebook.page.get_by_role("button", name="Stop").last.click()
    for each in (cell, first, second):
        each.result()
    notebook.until("'second' in log")

    log = [entry for entry in notebook.value("log") if entry not in ("start", "dataavailable")]
    threads = notebook.value("sorted(threads)")
    if by_subshell(place):
        assert threads == [False]
        assert log == ["slider 3", "slider 7", "stop", "recorded", "first", "second"]
    else:
        assert threads == [True]
        assert log == ["stop", "recorded", "slider 3", "first", "slider 7", "second"]


@in_places(PLACES)
def test_the_filter_precedes_the_main_shell_while_a_call_waits(notebook: Notebook) -> None:
    notebook.run(
        """
kernel = get_ipython().kernel
stream = waiting._shell_stream(kernel)
before = stream._recv_callback
seen = []
rec.on("start", lambda event: seen.append(stream._recv_callback))
rec.record(0.1)
"""
    )
    assert notebook.value("type(stream).__name__") == "ZMQStream"
    assert notebook.value("[callback.__qualname__ for callback in seen]") == ["_ShellFilter._sort"]
    assert notebook.value("stream._recv_callback == before")
    assert notebook.value("waiting._ShellFilter._by_stream") == {}


@in_places([Place(kernel) for kernel in EVERY_KERNEL])
def test_a_kernel_behaves_as_usual_after_a_wait(notebook: Notebook) -> None:
    failing = notebook.begin("rec.record()\nraise ValueError('on purpose')")
    recording(notebook)
    queued = notebook.begin("log.append('must not run')")
    notebook.page.get_by_role("button", name="Stop").last.click()
    assert raised(failing) == ("ValueError", "on purpose")
    assert queued.result(check=False).outputs == ()
    assert notebook.run("'must not run' in log").result == "False"

    busy = notebook.begin("print('busy', flush=True)\nimport time; time.sleep(60)")
    notebook.page.wait_for_function("id => driver.outputs(id).outputs.length > 0", arg=busy.id)
    notebook.interrupt()
    assert raised(busy, timeout=5)[0] == "KeyboardInterrupt"
    assert notebook.run("len(rec.record(0.2).samples) > 0").result == "True"
