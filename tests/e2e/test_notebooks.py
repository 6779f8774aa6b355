"""Every example notebook runs from its first cell to its last, and records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.contract.tools import recorded
from tests.e2e.demo import look_at_take, run_all
from tests.e2e.harness import Lab, Notebook, open_notebook
from tests.e2e.words import WORDS, set_microphone, speak
from tests.sound import strongest_frequency, tone, write_wav

FOLDER = Path(__file__).parents[2] / "notebooks"
LIVE = FOLDER / "live_spectrum.ipynb"
DICTAPHONE = FOLDER / "dictaphone.ipynb"
KEYWORDS = FOLDER / "collect_keywords.ipynb"
NOTEBOOKS = sorted(set(FOLDER.glob("*.ipynb")) - {LIVE, DICTAPHONE, KEYWORDS})

LONG_ENOUGH = re.compile(r"0:0(0\.[89]|[1-9])")
"""The recorder's clock after at least 0.8 s, long enough for one word."""


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def shown(request: pytest.FixtureRequest, lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """A copy of one notebook, in its own tab."""
    with context.new_page() as page, open_notebook(lab, page, request.param) as notebook:
        yield notebook


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


def test_notebook(shown: Notebook) -> None:
    run_all(shown)
    take = look_at_take(shown)
    assert take.mime_type
    assert take.bytes > 0
    assert take.shape[0] > 0


def test_live_spectrum(
    lab: Lab, another_chromium: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    """The microphone repeats three pitches, and the notebook plots exactly these."""
    played = [220, 330, 440]
    melody = np.concatenate([tone(pitch, 1.0) for pitch in played])
    context = another_chromium(write_wav(tmp_path / "melody.wav", melody))
    with open_notebook(lab, context.new_page(), LIVE) as notebook:
        run_all(notebook)
        drawn, spectra = notebook.array("pitches"), notebook.array("picture")
        behind = notebook.value("behind")
        take = notebook.array("rec.take.samples")
        notebook.screenshot("live_spectrum")
    drawn, spectra = drawn[~np.isnan(drawn)], spectra[:, ~np.isnan(drawn)]
    assert len(drawn) == 60
    nearest = np.abs(drawn[:, None] / played - 1)
    steady = nearest.min(axis=1) < 0.01  # false for blocks with a change of pitch
    assert steady.mean() > 0.8
    notes = np.argmin(nearest[steady], axis=1)
    changes = notes[1:][np.diff(notes) != 0] - notes[:-1][np.diff(notes) != 0]
    assert set(changes) == {1, -2}  # two steps up, then back to the lowest
    # A block with the change from 440 to 220 Hz has the exact period of 220 Hz: compare the others.
    settled = (notes[1:-1] == notes[:-2]) & (notes[1:-1] == notes[2:])
    assert settled.mean() > 0.5
    loudest = 10 * np.argmax(spectra[:, steady], axis=0)[1:-1]
    np.testing.assert_allclose(loudest[settled], np.take(played, notes[1:-1])[settled])
    assert len(behind) * 4800 == pytest.approx(len(take), abs=4800)
    assert min(behind) > -0.1  # sound before the `start` event counts as time zero


def test_dictaphone(lab: Lab, context: BrowserContext) -> None:
    """Record two clips by buttons; play, rename and use one as an array, and delete the other."""
    with context.new_page() as page, open_notebook(lab, page, DICTAPHONE) as notebook:
        shown, kept = notebook.code_cells()
        assert shown.run().result(timeout=60).error is None
        for clips in range(2):
            page.get_by_role("button", name="Record", exact=True).click()
            recorded(notebook, 5_000, take=clips)
            page.get_by_role("button", name="Stop", exact=True).click()
            notebook.until(f"len(shelf.children) == {clips + 1}")
        on_shelf = page.locator(".widget-vbox .widget-vbox > .widget-hbox")
        newest, oldest = on_shelf.nth(0), on_shelf.nth(1)
        oldest.get_by_role("textbox").fill("hello")
        oldest.get_by_role("textbox").press("Enter")
        oldest.get_by_role("button", name="Play", exact=True).click()
        expect(oldest.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        notebook.screenshot("dictaphone")
        newest.get_by_role("button", name="Delete").click()
        expect(on_shelf).to_have_count(1)
        notebook.until("[clip.name.value for clip in shelf.children] == ['hello']")
        assert "hello" in kept.run().result(timeout=20).text
        samples, rate = notebook.array("clips['hello']"), notebook.value("rec.take.sample_rate")
    recorded_tones = [strongest_frequency(channel, rate) for channel in samples.T]
    assert recorded_tones == pytest.approx([440, 880], abs=4)


def test_collect_keywords(lab: Lab, context: BrowserContext, tmp_path: Path) -> None:
    """Two speakers use the keyboard only; a model of one speaker's words recognizes the other's."""
    with context.new_page() as page, open_notebook(lab, page, KEYWORDS) as notebook:
        ada, grace, export, train = notebook.code_cells()
        assert ada.run().result(timeout=60).error is None
        speak_all(notebook, page.locator(".session").nth(0), 210, tmp_path)
        assert grace.run().result(timeout=60).error is None
        speak_all(notebook, page.locator(".session").nth(1), 150, tmp_path)
        notebook.screenshot("collect_keywords")
        assert export.run().result(timeout=60).error is None
        assert train.run().result(timeout=60).error is None
        assert notebook.value("clips.groupby(['speaker', 'split']).size().tolist()") == [8, 8]
        assert notebook.value("sorted(set(clips.text))") == sorted(WORDS)
        confusion = notebook.array("confusion")
    assert confusion.sum() == 8
    assert np.trace(confusion) >= 6  # by chance it would be 2


def speak_all(notebook: Notebook, box: Locator, pitch: float, folder: Path) -> None:
    """Speak each requested word, and accept its take."""
    keyboard = notebook.page.keyboard
    box.locator('.recorder[data-phase="inactive"]').wait_for()
    box.locator(".text").click()
    for number in range(8):
        word = box.locator(".text").inner_text()
        set_microphone(notebook.page, folder / "word.wav", speak(word, pitch, seed=number))
        keyboard.press(" ")
        box.locator(".time").filter(has_text=LONG_ENOUGH).wait_for()
        keyboard.press(" ")
        expect(box).to_have_attribute("data-phase", "judged")
        expect(box.locator(".verdict .bad")).to_have_count(0)
        keyboard.press("Enter")
        expect(box.locator(".count")).to_have_text(f"{number + 1} of 8")
    expect(box).to_have_attribute("data-phase", "done")
