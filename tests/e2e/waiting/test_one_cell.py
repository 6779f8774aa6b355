"""One cell makes, shows and records: an exact number of frames, or until a button is pressed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.waiting.conftest import OLDEST_AND_NEWEST, in_places
from tests.e2e.waiting.tools import SETUP, recording, shows, silent
from tests.sound import strongest_frequency


@pytest.fixture(autouse=True)
def _set_up(notebook: Notebook) -> None:
    notebook.run(SETUP)


def press(notebook: Notebook, name: str) -> None:
    notebook.page.get_by_role("button", name=name).last.click()


@in_places(OLDEST_AND_NEWEST)
@pytest.mark.parametrize("call", ["rec.record", "await rec.record_async"])
def test_a_recorder_that_is_not_displayed_shows_its_badge(notebook: Notebook, call: str) -> None:
    cell = notebook.begin(f"rec = MediaRecorder(); take = {call}()")
    badge = notebook.page.locator("[data-mediarecorder=badge] .badge")
    badge.wait_for()
    recording(notebook)
    badge.click()
    cell.result()
    badge.wait_for(state="detached")
    assert notebook.value("take is rec.take, take.complete, take.ended_by") == [True, True, "stop"]
    assert notebook.witness.live_tracks() == 0


@in_places(OLDEST_AND_NEWEST)
def test_the_one_liner_displays_its_own_recorder(notebook: Notebook) -> None:
    cell = notebook.begin("take = mediarecorder.record(0.5)")
    notebook.page.locator(".recorder").last.wait_for()
    cell.result()
    assert notebook.value("len(take.samples) == round(0.5 * take.sample_rate)")
    notebook.run("take = mediarecorder.record(0.5, Tone(660))")
    rate = notebook.value("take.sample_rate")
    assert strongest_frequency(notebook.array("take.mono"), rate) == pytest.approx(660, abs=2)


@pytest.mark.parametrize("call", ["rec.record", "await rec.record_async"])
def test_record_until_stop_is_pressed(notebook: Notebook, call: str) -> None:
    cell = notebook.begin(f"rec = MediaRecorder(); display(rec); take = {call}()")
    recording(notebook)
    press(notebook, "Pause")
    shows(cell, "Paused: ")
    press(notebook, "Resume")
    shows(cell, "Recording: ")
    press(notebook, "Stop")
    cell.result()
    assert notebook.value("take is rec.take and take.complete and len(take.samples) > 0")


@pytest.mark.parametrize("wait", ["rec.wait()", "await rec.wait_async()"])
def test_wait_before_and_after_the_end(notebook: Notebook, wait: str) -> None:
    cell = notebook.begin(f"rec = MediaRecorder(); display(rec); rec.start(); take = {wait}")
    recording(notebook)
    press(notebook, "Stop")
    cell.result()
    assert notebook.run(f"take is rec.take and {wait} is {wait} is take").result == "True"
    stopped = f"rec.start(); time.sleep(0.3); rec.stop(); again = {wait}; again is rec.take"
    assert notebook.run(stopped).result == "True"
    assert notebook.value("again.id != take.id and again.complete")


@pytest.mark.parametrize(
    ("arguments", "rate"),
    [
        ("", 48_000),
        ("mime_type='audio/webm;codecs=pcm'", 44_100),
        ("mime_type='audio/mp4;codecs=opus'", 48_000),
        ("Tone(440)", 48_000),
    ],
    ids=["Opus", "PCM", "Opus in MP4", "a tone"],
)
def test_the_number_of_frames_is_exact(notebook: Notebook, arguments: str, rate: int) -> None:
    lengths = [0.1, 1 / 3, 0.5, 1.2345]
    notebook.run(f"rec = MediaRecorder({arguments}); takes = [rec.record(s) for s in {lengths}]")
    assert notebook.value("[t.sample_rate for t in takes]") == [rate] * len(lengths)
    frames = notebook.value("[len(t.samples) for t in takes]")
    assert frames == [round(seconds * rate) for seconds in lengths]
    assert strongest_frequency(notebook.array("takes[-1].samples[:, 0]"), rate) == pytest.approx(
        440, abs=2
    )


def test_the_number_of_frames_is_exact_while_the_page_is_busy(notebook: Notebook) -> None:
    notebook.page.evaluate(
        """() => {
          const busy = () => {
            const end = performance.now() + 150;
            while (performance.now() < end);
          };
          window.busy = setInterval(busy, 200);
        }"""
    )
    try:
        notebook.run("rec = MediaRecorder(); takes = [rec.record(s) for s in (0.25, 1.1)]")
    finally:
        notebook.page.evaluate("clearInterval(window.busy)")
    assert notebook.value("[len(t.samples) for t in takes]") == [12_000, 52_800]


def test_the_result_is_a_span_of_the_whole_take(notebook: Notebook) -> None:
    notebook.run("rec = MediaRecorder(); take = rec.record(0.5)")
    assert notebook.value("np.shares_memory(take.blob, rec.take.blob), take.id == rec.take.id") == [
        True,
        True,
    ]
    assert notebook.value("np.shares_memory(take.samples, rec.take.samples)")
    assert notebook.value("len(rec.take.samples) > len(take.samples)")
    assert notebook.value("bytes(take.blob)[:4].hex()") == "1a45dfa3"
    assert notebook.value("str(take.save('x.webm'))") == "x.webm"
    whole, loaded = notebook.value(
        "[len(t.samples) for t in (rec.take, mediarecorder.Take.load('x.webm'))]"
    )
    assert loaded == pytest.approx(whole, abs=2)
    assert (notebook.lab.notebooks / Path(notebook.path).with_name("x.webm")).stat().st_size > 0
    silent(notebook)
