"""A take's player in a notebook: it fetches bytes when it plays, and is not saved in the file."""

from __future__ import annotations

import base64
import json

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.contract.tools import Tap, record, stop
from tests.e2e.harness import Notebook

INTERRUPTED = """
Take(take.blob, mime_type=take.mime_type, id=take.id, started_at=take.started_at,
     settings=take.settings, complete=False, ended_by="page gone",
     samples=take.samples, sample_rate=take.sample_rate)
"""
LABELS = """
(button) => {
  window.labels = [];
  new MutationObserver(() => labels.push(button.ariaLabel))
    .observe(button, { attributes: true, attributeFilter: ["aria-label"] });
}
"""


@pytest.fixture(scope="module", params=["PyAV", "the page"])
def decoder(request: pytest.FixtureRequest, shared_notebook: Notebook) -> str:
    """The decoder of the bytes."""
    name: str = request.param
    shared_notebook.run(f"media.available = lambda: {name == 'PyAV'}")
    return name


@pytest.fixture
def take(decoder: str, notebook: Notebook, tap: Tap) -> Locator:
    """The player of a new take, as the output of a cell."""
    record(notebook, bytes_=20_000)
    stop(notebook)
    tap.reset()
    notebook.run("take = rec.take; take")
    player = notebook.page.locator(".take")
    expect(player).to_have_class("take drawn")
    return player


def test_it_shows_its_format_and_duration(notebook: Notebook, take: Locator) -> None:
    expect(take.locator(".facts")).to_have_text("audio/webm;codecs=opus · 48 kHz · stereo")
    seconds = notebook.value("take.duration")
    expect(take.locator(".time")).to_have_text(f"0:00.0 / 0:{seconds:04.1f}")
    expect(take.locator(".mark")).to_be_hidden()
    assert f"{seconds:.2f} s, 2 channels at 48000 Hz" in notebook.value("repr(take)")


def test_bytes_are_fetched_when_it_plays(notebook: Notebook, tap: Tap, take: Locator) -> None:
    size = notebook.value("len(take.blob)")
    fetched = [m.part for m in tap.messages("in") if m.kind not in ("asset", "peaks")]
    assert sum(fetched) == 0
    assert max(m.part for m in tap.messages("in", "peaks")) < 10_000
    play = take.locator(".play")
    play.evaluate(LABELS)
    play.click()
    notebook.page.wait_for_function("labels.includes('Pause') && labels.at(-1) === 'Play'")
    (answer,) = tap.messages("in", "audio")
    assert answer.part == size
    play.click()
    notebook.page.wait_for_function("labels.at(-1) === 'Pause'")
    assert len(tap.messages("out", "audio")) == 1, "The player has fetched the bytes again."


def test_a_span_plays_its_own_sound(notebook: Notebook, tap: Tap, take: Locator) -> None:
    notebook.run("take[0.2:0.6]")
    span = take.last
    expect(span).to_have_class("take drawn")
    expect(span.locator(".facts")).to_contain_text("span")
    expect(span.locator(".time")).to_have_text("0:00.0 / 0:00.4")
    play = span.locator(".play")
    play.evaluate(LABELS)
    play.click()
    notebook.page.wait_for_function("labels.includes('Pause') && labels.at(-1) === 'Play'")
    (answer,) = tap.messages("in", "audio")
    assert answer.part == 44 + 0.4 * 48_000 * 2 * 2, "A span is sent as a 16-bit stereo WAV."
    assert notebook.value("np.shares_memory(take[0.2:0.6].blob, take.blob)")


def test_an_interrupted_take_says_so(notebook: Notebook, take: Locator) -> None:
    notebook.run(INTERRUPTED)
    expect(take.last.locator(".mark")).to_have_text("interrupted: the page was closed")


def test_the_notebook_contains_it_only_if_embedded(notebook: Notebook, take: Locator) -> None:
    whole = base64.b64encode(notebook.array("take.blob").tobytes()).decode()
    take.locator(".play").click()
    expect(take.locator(".play")).to_have_attribute("aria-label", "Pause")
    saved = json.dumps(notebook.save())
    for start in (0, len(whole) // 2, len(whole) - 80):
        assert whole[start : start + 80] not in saved
    notebook.run("take.embed()")
    assert whole in json.dumps(notebook.save())
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    assert whole not in json.dumps(notebook.save())
