"""How soon a new page can record on a slow line, where the widget's code and its parts count."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import NO_DECODER, Place
from tests.e2e.faults.line import Line
from tests.e2e.harness import Notebook

REPETITIONS = 8
DELAY = 0.1
"""Seconds, each way."""
RATE = 5e6
"""Bits per second, each way."""

SETUP = f"{NO_DECODER}\nfrom mediarecorder import MediaRecorder"
DISPLAY = "rec = MediaRecorder()\nrec"
FIRST_TAKE = "take = rec.record(1)\ntake.samples.shape"

# From the request to run the cell until the view offers to record; the page checks every frame.
READY = """
async (id) => {
  const button = () => [...document.querySelectorAll(".jp-OutputArea-output *")]
    .map((el) => el.shadowRoot?.querySelector(".recorder button.main"))
    .find((found) => found?.ariaDisabled === "false");
  const start = performance.now();
  driver.run(id);
  while (button() === undefined) {
    if (performance.now() > start + 60_000) throw new Error("The view never offered to record.");
    await new Promise(requestAnimationFrame);
  }
  return (performance.now() - start) / 1000;
}
"""
# From the request to run the cell until it has ended.
RUN = """
async (id) => {
  const start = performance.now();
  driver.run(id);
  while (!driver.finished(id)) await new Promise(requestAnimationFrame);
  return (performance.now() - start) / 1000;
}
"""


def measure(place: Place) -> Iterator[Figure]:
    ready, first = [], []
    with Line(place.lab().url, DELAY, RATE) as line:
        far = place.lab().at(line.url)
        for turn in range(REPETITIONS + 1):
            with place.notebook(SETUP, lab=far) as notebook:
                pair = seconds(notebook, READY, DISPLAY), seconds(notebook, RUN, FIRST_TAKE)
            if turn > 0:  # the first one fills the browser's cache with JupyterLab
                ready.append(pair[0])
                first.append(pair[1])
    where = "5 Mbit/s with 100 ms of delay each way"
    yield Figure(f"display → ready to record, {where}", None, tuple(ready), unit="s")
    yield Figure(
        "the same line: a first `record(1)` with samples, browser decoding",
        None,
        tuple(first),
        unit="s",
    )


def seconds(notebook: Notebook, script: str, source: str) -> float:
    return float(notebook.page.evaluate(script, notebook.drive("append", source)))
