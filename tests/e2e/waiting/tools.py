"""Tools for the waiting tests: code that runs in the kernel, and waits for page conditions."""

from __future__ import annotations

from tests.e2e.harness import Cell, Notebook

SETUP = '''
import asyncio
import threading
import time

import mediarecorder
import numpy as np
from mediarecorder import MediaRecorder, Microphone, Tone, errors

log = []  # event types, in order

def listen(rec):
    """Log each event of a recorder, and the thread that delivers it."""
    def note(event):
        log.append(event.type)
        threads.add(threading.current_thread() is threading.main_thread())
    for name in ("start", "dataavailable", "pause", "resume", "stop", "error"):
        rec.on(name, note)
    return rec

threads = set()  # whether the main thread delivered an event
'''


def recording(notebook: Notebook, takes: int = 1, bytes_: int = 5_000) -> None:
    """Wait until the page records `takes` takes at once, each with at least `bytes_` bytes."""
    notebook.page.wait_for_function(
        """([takes, bytes]) => {
          const { liveTracks, takes: seen } = witness.report();
          return liveTracks >= takes && seen.slice(-takes).every(({ size }) => size >= bytes);
        }""",
        arg=[takes, bytes_],
    )


def silent(notebook: Notebook) -> None:
    """Wait until the page has no live track."""
    notebook.page.wait_for_function("witness.liveTracks() === 0")


def shows(cell: Cell, text: str) -> None:
    """Wait until the outputs of a cell contain a text."""
    cell.notebook.page.wait_for_function(
        "([id, text]) => JSON.stringify(driver.outputs(id).outputs).includes(text)",
        arg=[cell.id, text],
    )


def raised(cell: Cell, *, timeout: float = 30) -> tuple[str, str]:
    """Wait for the exception of a cell, and return its name and message."""
    error = cell.result(check=False, timeout=timeout).error
    assert error is not None, f"This cell raised nothing:\n{cell.source}"
    return error.name, error.value
