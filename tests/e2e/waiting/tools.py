"""What the tests of waiting run in the kernel, and do in the page."""

from __future__ import annotations

from tests.e2e.harness import Cell, Notebook

SETUP = '''
import asyncio
import threading
import time

import mediarecorder
import numpy as np
from mediarecorder import MediaRecorder, Microphone, Tone, errors

log = []  # what happened, in order

def listen(rec):
    """Note each event of a recorder, and the thread that brought it."""
    def note(event):
        log.append(event.type)
        threads.add(threading.current_thread() is threading.main_thread())
    for name in ("start", "dataavailable", "pause", "resume", "stop", "error"):
        rec.on(name, note)
    return rec

threads = set()  # whether it was the main thread
'''


def recording(notebook: Notebook, takes: int = 1, bytes_: int = 5_000) -> None:
    """Wait until the page records so many takes at once, and each has so many bytes."""
    notebook.page.wait_for_function(
        """([takes, bytes]) => {
          const { liveTracks, takes: seen } = witness.report();
          return liveTracks >= takes && seen.slice(-takes).every(({ size }) => size >= bytes);
        }""",
        arg=[takes, bytes_],
    )


def silent(notebook: Notebook) -> None:
    """Wait until no microphone is open in the page any more."""
    notebook.page.wait_for_function("witness.liveTracks() === 0")


def shows(cell: Cell, text: str) -> None:
    """Wait until a text stands under a cell."""
    cell.notebook.page.wait_for_function(
        "([id, text]) => JSON.stringify(driver.outputs(id).outputs).includes(text)",
        arg=[cell.id, text],
    )


def raised(cell: Cell, *, timeout: float = 30) -> tuple[str, str]:
    """The name and the words of what a cell raises."""
    error = cell.result(check=False, timeout=timeout).error
    assert error is not None, f"This cell raised nothing:\n{cell.source}"
    return error.name, error.value
