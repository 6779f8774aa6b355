"""A kernel that is killed: its journal has every part that it has acknowledged."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from mediarecorder import journal
from tests.e2e.contract.tools import SETUP, record, recorded
from tests.e2e.harness import Lab, Notebook, open_notebook
from tests.sound import strongest_frequency

TAP = Path(__file__).parents[1] / "contract" / "tap.js"


@pytest.fixture
def tapped_notebook(lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    """A notebook in its own tab, which taps the messages of its websocket."""
    with context.new_page() as page:
        page.add_init_script(path=TAP)
        with open_notebook(lab, page) as notebook:
            yield notebook


ACKNOWLEDGED = """
(() => {
  const messages = tap.messages();
  const acks = messages.filter(({ direction, kind }) => direction === "in" && kind === "ack");
  const upto = Math.max(0, ...acks.map((ack) => ack.upto));
  const sent = messages.filter(({ direction, kind }) => direction === "out" && kind === "data");
  const parts = new Map(sent.map(({ seq, part }) => [seq, part])); // some are sent again
  return [...parts].reduce((sum, [seq, part]) => sum + (seq < upto ? part : 0), 0);
})()
"""
"""Evaluates to the number of acknowledged bytes of the take."""


@pytest.mark.parametrize(("codec", "second"), [("opus", 16_000), ("pcm", 2 * 4 * 44_100)])
def test_a_kernel_that_is_killed_mid_take(
    tapped_notebook: Notebook, lab: Lab, codec: str, second: int
) -> None:
    notebook, page = tapped_notebook, tapped_notebook.page
    notebook.run(SETUP)
    record(notebook, f"mime_type='audio/webm;codecs={codec}', journal='journal'")
    pid = notebook.value("__import__('os').getpid()")
    page.wait_for_function(f"{ACKNOWLEDGED} >= {second}")
    os.kill(pid, signal.SIGKILL)
    recorded(notebook, notebook.witness.takes()[-1]["size"] + second)  # recording continues
    acknowledged = page.evaluate(ACKNOWLEDGED)
    notebook.witness.end_tracks()

    (found,) = journal.unfinished((lab.notebooks / notebook.path).parent / "journal")
    blob = found.blob.tobytes()
    assert len(blob) >= acknowledged >= second
    assert notebook.witness.bytes().startswith(blob)
    assert found.damaged() == []

    notebook.wait_until_ready()
    notebook.run("from mediarecorder import journal; (found,) = journal.unfinished('journal')")
    notebook.run("take = found.take()")
    assert notebook.value("take.complete, take.ended_by, take.settings['label'] != ''") == [
        False,
        "kernel gone",
        True,
    ]
    samples, rate = notebook.array("take.samples"), notebook.value("take.sample_rate")
    assert len(samples) > 0.4 * rate
    for channel, frequency in enumerate([440, 880]):
        assert strongest_frequency(samples[:, channel], rate) == pytest.approx(frequency, abs=1)
