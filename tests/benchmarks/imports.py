"""How much `import mediarecorder` costs beside the widget library that it stands on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place

REPETITIONS = 15
TIMED = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"


def measure(place: Place) -> Iterator[Figure]:
    ours: list[float] = []
    theirs: list[float] = []
    floor: list[float] = []
    for turn in range(REPETITIONS + 1):
        pair = milliseconds("mediarecorder"), milliseconds("anywidget")
        both = milliseconds("anywidget, numpy")
        if turn > 0:  # the first one reads the files from the disk
            ours.append(pair[0])
            theirs.append(pair[1])
            floor.append(both)
    figure = Figure.of(
        "`import mediarecorder` over `import anywidget`",
        1.15,
        ("ours, ms", ours),
        ("anywidget, ms", theirs),
    )
    yield figure.with_behind("anywidget and numpy, ms", floor)


def milliseconds(package: str) -> float:
    """The processor's time that an import takes, in a new interpreter."""
    command = [sys.executable, "-c", TIMED.format(package)]
    # As it is where a package was installed: compiled once.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return 1000 * float(subprocess.check_output(command, text=True, env=environment))
