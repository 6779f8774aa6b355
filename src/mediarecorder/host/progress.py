"""A line of progress under a waiting cell, removed at the end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

UPDATE_INTERVAL = 0.2
"""Seconds between two updates of the line."""


class Progress:
    """One line of output that is overwritten by each update, and erased at the end."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._line = ""
        self._changed = 0.0
        self._writing = threading.RLock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line:
            self._write("")

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Erase the line while other code in this cell may print."""
        with self._writing:
            if self._line:
                self._write("")
            yield

    def show(self, line: str) -> None:
        """Show a sentence even if progress is off, since it calls for an action of the user."""
        if line != self._line:
            self._write(line)

    def update(self, elapsed: float, total: float | None, state: str) -> None:
        """Show the elapsed time of the recording, in seconds."""
        if not self._shown or time.monotonic() - self._changed < UPDATE_INTERVAL:
            return
        of = f"{elapsed:.1f} s" if total is None else f"{min(elapsed, total):.1f} of {total:g} s"
        self._write(f"{'Paused' if state == 'paused' else 'Recording'}: {of}")

    def _write(self, line: str) -> None:
        if not self._writing.acquire(blocking=False):
            return  # a listener on another thread may be printing
        try:
            self._changed = time.monotonic()
            sys.stdout.write("\r" + line.ljust(len(self._line)) + ("" if line else "\r"))
            sys.stdout.flush()
            self._line = line
        finally:
            self._writing.release()
