"""Limits, in case nothing stops the recorder: the page ends the take by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Playwright

from tests.e2e.contract.tools import SETUP, finished, make
from tests.e2e.harness import Lab, Notebook, open_chromium, open_context, open_notebook
from tests.sound import tone, write_wav

ONE_TAKE = ["start", "dataavailable", "stop"]


def check_take(notebook: Notebook, ended_by: str) -> None:
    """Check that the take is complete, and was ended by this limit."""
    assert notebook.value("diary.types, rec.state") == [ONE_TAKE, "inactive"]
    assert notebook.value("rec.take.complete, rec.take.ended_by") == [True, ended_by]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    assert notebook.witness.live_tracks() == 0


def test_max_duration_while_the_kernel_is_busy(notebook: Notebook) -> None:
    make(notebook, "max_duration=1")
    cell = notebook.begin("rec.start(); time.sleep(4); busy_until = time.time()")
    notebook.page.wait_for_function(
        "() => witness.report().takes.length > 0 && witness.liveTracks() === 0"
    )
    ended_at = notebook.page.evaluate("Date.now() / 1000")
    cell.result()
    assert ended_at < notebook.value("busy_until")
    finished(notebook)
    check_take(notebook, "max_duration")
    assert 0.8 < notebook.value("rec.take.duration") < 3


def test_max_duration_of_a_take_started_by_a_button(notebook: Notebook) -> None:
    make(notebook, "max_duration=1")
    notebook.page.get_by_role("button", name="Record").last.click()
    finished(notebook)
    check_take(notebook, "max_duration")
    notebook.page.get_by_text("The recording has reached its limit").last.wait_for()


def test_a_longer_record_call_is_cut_short_and_reports_it(notebook: Notebook) -> None:
    make(notebook, "max_duration=1")
    notebook.run("take = rec.record(30)")
    check_take(notebook, "max_duration")
    assert notebook.value("take.complete, take.ended_by") == [True, "max_duration"]
    assert 0.8 < notebook.value("take.duration") < 3


def test_a_record_call_of_exactly_max_duration_is_complete(notebook: Notebook) -> None:
    make(notebook, "max_duration=1")
    notebook.run("take = rec.record(1)")
    check_take(notebook, "stop")
    assert notebook.value("len(take.samples) == take.sample_rate")


def test_max_bytes(notebook: Notebook) -> None:
    make(notebook, "max_bytes=40_000")
    notebook.run("take = rec.record()")
    check_take(notebook, "max_bytes")
    assert 20_000 < notebook.value("len(take.blob)") <= 40_000
    assert notebook.value("len(take.samples) / take.sample_rate") > 1


@pytest.fixture
def falls_silent(lab: Lab, playwright: Playwright, tmp_path: Path) -> Iterator[Notebook]:
    """A notebook whose microphone plays a tone for 1.5 s, followed by 10 s of silence."""
    sound = np.concatenate([tone([440, 880], 1.5), np.zeros((10 * 44_100, 2), np.float32)])
    wav = write_wav(tmp_path / "falls_silent.wav", sound)
    with (
        open_chromium(playwright, wav) as browser,
        open_context(browser) as context,
        context.new_page() as page,
        open_notebook(lab, page) as notebook,
    ):
        notebook.run(SETUP)
        yield notebook
        notebook.check()


def test_stop_on_silence(falls_silent: Notebook) -> None:
    notebook = falls_silent
    make(notebook, "stop_on_silence=(1, -50)")
    notebook.run("take = rec.record()")
    check_take(notebook, "silence")
    rate = notebook.value("take.sample_rate")
    samples = notebook.array("take.samples")
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > 0.05)[-1] / rate
    silent = len(samples) / rate - loud
    assert loud == pytest.approx(1.5, abs=0.2)
    assert 0.9 < silent < 1.8
