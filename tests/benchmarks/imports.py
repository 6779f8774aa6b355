"""The cost of `import mediarecorder`, relative to the widget library that it uses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place

REPETITIONS = 15
OURS = "import mediarecorder"
RECORDER = "from mediarecorder import MediaRecorder"
THEIRS = "import anywidget"
FLOOR = "import anywidget, numpy"
TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
LAZY = (
    "`import mediarecorder` loads nothing yet; a name is loaded when it is first used, and the "
    "figure below is what that costs."
)


def measure(place: Place) -> Iterator[Figure]:
    took: dict[str, list[float]] = {OURS: [], RECORDER: [], THEIRS: [], FLOOR: []}
    for turn in range(REPETITIONS + 1):
        for statement, values in took.items():
            value = milliseconds(statement)
            if turn > 0:  # the first turn fills the file cache
                values.append(value)
    theirs = ("anywidget, ms", took[THEIRS])
    yield Figure.of(f"`{OURS}` over `{THEIRS}`", 1.15, ("ours, ms", took[OURS]), theirs, note=LAZY)
    recorder = Figure.of(f"`{RECORDER}` over the same", None, ("ours, ms", took[RECORDER]), theirs)
    yield recorder.with_behind("anywidget and numpy, ms", took[FLOOR])


def milliseconds(statement: str) -> float:
    """Return the CPU time of an import in a new interpreter."""
    command = [sys.executable, "-c", TIMED.format(statement)]
    # Allow bytecode files, as in an installed package.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return 1000 * float(subprocess.check_output(command, text=True, env=environment))
