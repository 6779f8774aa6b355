"""A take's player in a real JupyterLab; the notebook file does not contain the recording."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.harness import Notebook
from tests.recordings import DATA, blob_of, take_of

LOAD = f"""
from mediarecorder import Take
take = Take.load({str(DATA / "opus.webm")!r})
"""

LOADED = """
Object.getOwnPropertySymbols(globalThis)
  .filter((symbol) => symbol.description.startsWith("mediarecorder.assets"))
  .map((symbol) => [...globalThis[symbol].keys()])
"""

WATCH_LABELS = """
(button) => {
  globalThis.labels = [];
  new MutationObserver(() => labels.push(button.ariaLabel))
    .observe(button, { attributes: true, attributeFilter: ["aria-label"] });
}
"""


@pytest.fixture
def shown(notebook: Notebook) -> Notebook:
    notebook.run(LOAD + "take")
    notebook.page.locator(".take.drawn").wait_for()
    return notebook


def test_a_take_shows_its_waveform_and_format(shown: Notebook) -> None:
    page = shown.page
    assert page.locator(".take .facts").inner_text() == "audio/webm;codecs=opus · 48 kHz · stereo"
    assert page.locator(".take .time").inner_text() == "0:00.0 / 0:01.0"
    assert page.locator(".take .canvas > div").count() == 1
    shown.screenshot("take")


def test_it_plays_to_its_end(shown: Notebook) -> None:
    page = shown.page
    page.locator(".take .play").evaluate(WATCH_LABELS)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("labels.includes('Pause') && labels.at(-1) === 'Play'")


def test_a_download_is_the_saved_file(shown: Notebook, tmp_path: Path) -> None:
    with shown.page.expect_download() as waiting:
        shown.page.get_by_role("button", name="Download", exact=True).click()
    download = waiting.value
    assert download.suggested_filename.endswith(".webm")
    download.save_as(tmp_path / "download.webm")
    data = np.fromfile(tmp_path / "download.webm", np.uint8)
    np.testing.assert_array_equal(take_of(data).samples, take_of("opus.webm").samples)


def test_the_notebook_contains_no_recording_unless_embedded(shown: Notebook) -> None:
    encoded = base64.b64encode(blob_of("opus.webm").tobytes()).decode()
    assert encoded[100:200] not in json.dumps(shown.save())
    shown.run("take.embed()")
    assert encoded in json.dumps(shown.save())
    audio = shown.page.locator("audio[src^='data:audio/webm']")
    audio.wait_for()
    assert audio.evaluate("(audio) => audio.play().then(() => audio.readyState > 0)")


def test_two_takes_load_the_waveforms_code_once(shown: Notebook) -> None:
    shown.run("take[0.25:0.75]")
    shown.page.locator(".take.drawn").nth(1).wait_for()
    (loaded,) = shown.page.evaluate(LOADED)  # earlier tests in this tab may have loaded others
    assert set(loaded) - {"decoder", "take"} == {"waveform"}
    assert "span" in shown.page.locator(".take .facts").nth(1).inner_text()
