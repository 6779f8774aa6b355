"""Buttons and Python control the same recorder, and the view shows its actual state."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.contract.tools import finished, make, recorded, stop
from tests.e2e.harness import Notebook

CLEAR = "jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"

# Records the widget's own audio contexts and animation frames. Its code runs from a blob URL.
WATCH_COSTS = """
window.costs = { contexts: [], frames: 0 };
window.AudioContext = class extends AudioContext {
  constructor(...args) { super(...args); costs.contexts.push(this); }
};
const own = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => {
  costs.frames += new Error().stack.includes("blob:");
  return own(callback);
};
window.nextFrames = (count) => new Promise((resolve) => {
  const step = () => (count-- > 0 ? own(step) : resolve(costs.frames));
  step();
});
0
"""


@pytest.fixture
def view(notebook: Notebook) -> Locator:
    """The only view of a new recorder."""
    make(notebook)
    return notebook.page.locator(".recorder")


def test_buttons_drive_python(notebook: Notebook, view: Locator) -> None:
    press(view, "Record")
    recorded(notebook, 5_000)
    notebook.until("rec.state == 'recording' and 'start' in diary.types")
    press(view, "Pause")
    notebook.until("rec.state == 'paused' and 'pause' in diary.types")
    press(view, "Resume")
    notebook.until("rec.state == 'recording' and 'resume' in diary.types")
    press(view, "Stop")
    finished(notebook)
    assert notebook.value("rec.state, diary.types") == [
        "inactive",
        ["start", "pause", "resume", "dataavailable", "stop"],
    ]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    expect(view).to_have_attribute("data-phase", "inactive")


def test_python_drives_the_buttons(notebook: Notebook, view: Locator) -> None:
    shows(view, "Ready", "Record")
    notebook.run("rec.start()")
    shows(view, "Recording", "Stop", "Pause")
    notebook.run("rec.pause()")
    shows(view, "Paused", "Stop", "Resume")
    notebook.run("rec.resume()")
    shows(view, "Recording", "Stop", "Pause")
    notebook.run("rec.stop()")
    shows(view, "Ready", "Record")
    finished(notebook)


def test_buttons_and_calls_can_alternate(notebook: Notebook, view: Locator) -> None:
    press(view, "Record")
    notebook.until("rec.state == 'recording'")
    stop(notebook)
    notebook.run("rec.start()")
    press(view, "Stop")
    finished(notebook, 2)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"] * 2
    assert notebook.value("[e.take.ended_by for e in diary.only('stop')]") == ["stop", "stop"]


def test_the_timer_excludes_pauses(notebook: Notebook, view: Locator) -> None:
    time = view.get_by_role("timer")
    expect(time).to_be_hidden()
    notebook.run("rec.start()")
    expect(time).to_have_text(re.compile(r"0:01\.\d"))
    notebook.run("rec.pause()")
    shows(view, "Paused", "Stop", "Resume")
    held = time.inner_text()
    notebook.page.wait_for_timeout(700)  # no event marks the passing of time
    expect(time).to_have_text(held)
    notebook.run("rec.resume()")
    expect(time).not_to_have_text(held)
    notebook.run("rec.pause()")
    shows(view, "Paused", "Stop", "Resume")
    shown = float(time.inner_text().removeprefix("0:"))
    stop(notebook)
    assert shown == pytest.approx(notebook.value("rec.take.duration"), abs=0.25)


def test_the_meter_moves_and_costs_nothing_at_rest(notebook: Notebook, view: Locator) -> None:
    notebook.page.evaluate(WATCH_COSTS)
    meter = view.get_by_role("meter")
    expect(meter).to_be_hidden()
    assert notebook.page.evaluate("nextFrames(20)") == 0
    assert notebook.page.evaluate("costs.contexts.length") == 0
    notebook.run("rec.start()")
    expect(meter).to_have_attribute("aria-valuenow", "0.8")  # 0.35 of full scale: -9 dB of 60
    assert notebook.page.evaluate("nextFrames(20)") > 10
    assert notebook.page.evaluate("costs.contexts.map((c) => c.state)") == ["running"]
    notebook.run("rec.pause()")
    expect(meter).to_have_attribute("aria-valuenow", "0.0")
    stop(notebook)
    shows(view, "Ready", "Record")
    view.locator(".take.drawn").wait_for()
    before = notebook.page.evaluate("costs.frames")
    assert notebook.page.evaluate("nextFrames(20)") == before
    assert set(notebook.page.evaluate("costs.contexts.map((c) => c.state)")) == {"closed"}


def test_the_take_is_shown_when_it_ends(notebook: Notebook, view: Locator) -> None:
    press(view, "Record")
    recorded(notebook, 10_000)
    press(view, "Stop")
    finished(notebook)
    take = view.locator(".take.drawn")
    expect(take.locator(".facts")).to_have_text("audio/webm;codecs=opus · 48 kHz · stereo")
    expect(take.locator(".time")).to_have_text(
        f"0:00.0 / 0:{notebook.value('rec.take.duration'):04.1f}"
    )
    with notebook.page.expect_download() as waiting:
        button(view, "Download").click()
    assert waiting.value.suggested_filename.endswith(".webm")
    button(view, "Play").click()
    expect(take.locator(".time")).not_to_contain_text("0:00.0 /")
    notebook.run("rec.start()")  # the next take replaces it
    expect(take).to_have_count(0)
    notebook.run("rec.stop()")
    finished(notebook, takes=2)
    expect(take).to_have_count(1)


def test_a_pending_and_a_refused_permission_are_shown(notebook: Notebook, view: Locator) -> None:
    alert = view.get_by_role("alert")
    expect(alert).to_be_hidden()
    notebook.witness.hold_permission()
    press(view, "Record")
    expect(view.get_by_role("status")).to_have_text("The browser is asking for the microphone")
    notebook.witness.refuse_permission()
    expect(alert).to_contain_text("switch Microphone on")
    notebook.until("diary.types == ['error']")
    assert "Allow the microphone for this page" in notebook.value("str(diary.error)")
    shows(view, "Ready", "Record")
    notebook.witness.release_permission()
    press(view, "Record")
    shows(view, "Recording", "Stop", "Pause")
    stop(notebook)
    expect(alert).to_be_hidden()


def test_two_views_show_one_recorder(notebook: Notebook, view: Locator) -> None:
    notebook.run("rec")
    first, second = view.nth(0), view.nth(1)
    expect(second.get_by_role("status")).to_have_text("Ready")
    press(first, "Record")
    for each in (first, second):
        shows(each, "Recording", "Stop", "Pause")
        each.scroll_into_view_if_needed()
        expect(each.get_by_role("meter")).to_have_attribute("aria-valuenow", "0.8")
    press(second, "Pause")
    for each in (first, second):
        shows(each, "Paused", "Stop", "Resume")
    press(first, "Stop")
    finished(notebook)
    assert len(notebook.witness.requests()) == 1
    assert len(notebook.witness.takes()) == 1
    assert notebook.value("diary.types") == ["start", "pause", "dataavailable", "stop"]


def test_a_microphone_that_no_view_shows_has_a_badge(notebook: Notebook) -> None:
    badge = notebook.page.get_by_role("button", name="Microphone is live")
    notebook.run("rec = MediaRecorder(); diary = Diary(rec); rec.start()")
    expect(badge).to_be_visible()
    notebook.run("rec")
    shows(notebook.page.locator(".recorder"), "Recording", "Stop", "Pause")
    expect(badge).to_have_count(0)
    notebook.page.evaluate(CLEAR)
    expect(badge).to_be_visible()
    notebook.run("rec.pause()")
    notebook.until("'pause' in diary.types")
    expect(badge).to_be_visible()
    badge.click()
    finished(notebook)
    assert notebook.value("rec.state, diary.types") == [
        "inactive",
        ["start", "pause", "dataavailable", "stop"],
    ]
    expect(badge).to_have_count(0)
    assert notebook.witness.live_tracks() == 0


def test_showing_a_recorder_opens_nothing(notebook: Notebook, view: Locator) -> None:
    notebook.run("rec")
    shows(view.nth(1), "Ready", "Record")
    assert notebook.witness.requests() == []
    assert notebook.witness.takes() == []
    assert notebook.witness.live_tracks() == 0


def press(view: Locator, name: str) -> None:
    button(view, name).click()


def button(view: Locator, name: str) -> Locator:
    return view.get_by_role("button", name=name, exact=True)


def shows(view: Locator, status: str, main: str, second: str | None = None) -> None:
    """Check the view's status, its main button and its second button, if any."""
    expect(view.get_by_role("status")).to_have_text(status)
    expect(button(view, main)).to_be_visible()
    expect(button(view, main)).to_be_enabled()
    expect(view.locator(".second")).to_be_visible(visible=second is not None)
    if second is not None:
        expect(button(view, second)).to_be_visible()
