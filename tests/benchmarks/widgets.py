"""The time to create and show many recorders, relative to empty widgets."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.e2e.harness import Notebook

REPETITIONS = 6
COUNT = 20
SETUP = """
import anywidget
import ipywidgets
from mediarecorder import MediaRecorder

class Empty(anywidget.AnyWidget):
    _esm = 'export default { render({ el }) { el.className = "empty-widget"; } };'

def show(kind):
    for _ in range(20):
        display(kind())
"""
# Measures from the request to run the cell until the last view exists; checks at every frame.
# A recorder's view is inside a shadow root.
SHOW = """
async ([id, count]) => {
  const isShown = (el) => el.matches(".empty-widget") || el.shadowRoot?.querySelector(".recorder");
  const shown = () => [...document.querySelectorAll(".jp-OutputArea-output *")].filter(isShown);
  const start = performance.now();
  driver.run(id);
  while (shown().length < count) {
    if (performance.now() > start + 30_000) throw new Error(`Only ${shown().length} views.`);
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - start;
}
"""


def measure(place: Place) -> Iterator[Figure]:
    ours, theirs = [], []
    with place.notebook(SETUP) as notebook:
        for turn in range(REPETITIONS + 1):
            pair = milliseconds(notebook, "MediaRecorder"), milliseconds(notebook, "Empty")
            if turn > 0:
                ours.append(pair[0])
                theirs.append(pair[1])
    yield Figure.of(
        f"make and show {COUNT} recorders over {COUNT} empty anywidgets",
        2,
        ("ours, ms", ours),
        ("anywidget, ms", theirs),
    )


def milliseconds(notebook: Notebook, kind: str) -> float:
    """Show the widgets, remove them again, and return the milliseconds until all were shown."""
    cell = notebook.drive("append", f"show({kind})")
    took = notebook.page.evaluate(SHOW, [cell, COUNT])
    notebook.run("ipywidgets.Widget.close_all()")
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    return float(took)
