"""Views that close, one of two pages that closes, and a hidden tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.contract.tools import finished, make, recorded
from tests.e2e.faults.tools import PCM, PER_SECOND, check_take, record_on
from tests.e2e.harness import Notebook

soak = pytest.mark.soak


CLEAR = """
(id) => {
  const cells = jupyterapp.shell.currentWidget.content.widgets;
  cells.find(({ model }) => model.id === id).model.clearExecution();
}
"""


def test_views_close_while_it_records(notebook: Notebook) -> None:
    """The recording continues without a view."""
    views = notebook.page.locator(".recorder")
    make(notebook, PCM)
    notebook.run("rec")
    first, second = notebook.code_cells()[-2:]
    expect(views).to_have_count(2)
    notebook.run("rec.start()")
    recorded(notebook, PER_SECOND)
    for cell, left in ((second, 1), (first, 0)):
        notebook.page.evaluate(CLEAR, cell.id)
        expect(views).to_have_count(left)
        record_on(notebook, 0.5)
    notebook.run("rec.stop()")
    check_take(notebook)


def test_the_recording_page_closes_and_another_stays(notebook: Notebook) -> None:
    """The received part of its take is kept; the other page records the next take."""
    make(notebook, PCM)
    notebook.save()
    with notebook.second_tab() as other:
        other.run("rec.start()")
        recorded(other, 2 * PER_SECOND)
        expect(notebook.page.get_by_role("status").last).to_have_text("Recording in another page")
    notebook.until("'stop' in diary.types", timeout=20)
    assert notebook.value("diary.types") == ["start", "error", "dataavailable", "stop"]
    assert notebook.value("rec.take.complete, rec.take.ended_by") == [False, "page gone"]
    assert notebook.value("len(rec.take.blob)") >= PER_SECOND
    assert notebook.witness.takes() == []

    notebook.run("diary.clear(); rec.start()")
    recorded(notebook, PER_SECOND)
    notebook.run("rec.stop()")
    check_take(notebook)


# Simulates a background tab, which an automated browser does not have: timers fire at multiples
# of `grain` ms only, and nothing is painted.
HIDE = """
(grain) => {
  const { setTimeout, setInterval, requestAnimationFrame } = window;
  window.setTimeout = (call, ms = 0, ...args) => {
    const now = performance.now();
    return setTimeout(call, Math.ceil((now + ms) / grain) * grain - now, ...args);
  };
  window.setInterval = (call, ms, ...args) =>
    setInterval(call, Math.ceil(ms / grain) * grain, ...args);
  window.requestAnimationFrame = () => 0;
  const show = (state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  show("hidden");
  window.unhide = () => {
    Object.assign(window, { setTimeout, setInterval, requestAnimationFrame });
    show("visible");
  };
}
"""


@pytest.mark.parametrize(("grain", "seconds"), [(1, 4), pytest.param(60, 70, marks=soak)])
def test_a_hidden_tab_continues_to_record(notebook: Notebook, grain: int, seconds: int) -> None:
    """Browsers run the timers of a background tab once a second, later once a minute."""
    notebook.run(f"rec = MediaRecorder({PCM}); diary = Diary(rec); rec.start(500)")
    recorded(notebook, PER_SECOND)
    notebook.page.evaluate(HIDE, 1000 * grain)
    try:
        before = notebook.witness.takes()[0]["size"]
        notebook.page.wait_for_timeout(1000 * seconds)  # the fault lasts this long
        size = notebook.witness.takes()[0]["size"]
        assert size - before > 0.8 * seconds * PER_SECOND
        arrived = notebook.value("sum(len(event.data) for event in diary.only('dataavailable'))")
        assert arrived > size - PER_SECOND, "The hidden page has sent too little data."
        notebook.value("rec.stop()")
        finished(notebook)
        assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
        assert notebook.witness.live_tracks() == 0
    finally:
        notebook.page.evaluate("unhide()")
