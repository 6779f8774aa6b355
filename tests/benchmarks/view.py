"""The cost of visible recorders while they record: long tasks and dropped frames."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.e2e.harness import Notebook

REPETITIONS = 5
SECONDS = 5
CROWD = 10

SETUP = """
from IPython.display import display
from mediarecorder import MediaRecorder

recs = [MediaRecorder() for _ in range({count})]
for rec in recs:
    display(rec)
"""
# Counts animation frames, and the tasks longer than 50 ms that the browser reports.
WATCH = """
async (seconds) => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  observer.observe({ entryTypes: ["longtask"] });
  const start = performance.now();
  let frames = 0;
  while (performance.now() < start + 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  tasks.push(...observer.takeRecords());
  observer.disconnect();
  return { frames: (1000 * frames) / (performance.now() - start), tasks: tasks.length };
}
"""
RECORD = "for rec in recs: rec.start()"
STOP = "for rec in recs: rec.stop()"
BEGUN = "all(run and run.begun for run in [rec._controller.runs.latest for rec in recs])"


def measure(place: Place) -> Iterator[Figure]:
    for count, name in ((1, "one recorder that is seen records"), (CROWD, f"{CROWD} do")):
        rest: list[float] = []
        live: list[float] = []
        tasks: list[float] = []
        with place.notebook(SETUP.format(count=count)) as notebook:
            notebook.until("all(rec.audio_bits_per_second for rec in recs)", timeout=30)
            for turn in range(REPETITIONS + 1):
                idle, busy = watched(notebook)
                if turn > 0:  # the first turn includes lazy loading
                    rest.append(idle["frames"])
                    live.append(busy["frames"])
                    tasks.append(busy["tasks"])
        yield Figure(f"tasks over 50 ms in {SECONDS} s while {name}", 0, tuple(tasks))
        yield Figure.of(
            f"frames while {name} over frames at rest",
            0.9,
            ("live, Hz", live),
            ("at rest, Hz", rest),
            at_least=True,
        )


def watched(notebook: Notebook) -> tuple[dict[str, float], dict[str, float]]:
    """Measure the page at rest, then while all recorders record."""
    rest = notebook.page.evaluate(WATCH, SECONDS)
    notebook.run(RECORD)
    notebook.until(BEGUN, timeout=30)
    live = notebook.page.evaluate(WATCH, SECONDS)
    notebook.run(STOP)
    notebook.until("all(rec.state == 'inactive' and rec.take for rec in recs)", timeout=30)
    return rest, live
