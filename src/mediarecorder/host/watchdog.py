"""Checks, outside of a wait too, whether a page that records has fallen silent.

The loop that brings the kernel its messages makes the checks. So a cell that keeps the kernel
busy holds up both, and a busy kernel is never taken for a silent page.
"""

from __future__ import annotations

from collections.abc import Callable

from .session import running_kernel

INTERVAL = 5.0
"""Seconds between two checks."""
MOST_SILENT_CHECKS = 30
"""So many checks a page may stay silent: JupyterLab tries for two minutes to reconnect."""


class Watchdog:
    """Calls `check` at intervals, for as long as it returns true.

    Parameters
    ----------
    check : callable
        Returns whether to check again.
    """

    def __init__(self, check: Callable[[], bool]) -> None:
        self._check = check
        self._running = False

    def start(self) -> None:
        """Check from now on, if this is a kernel; once is enough."""
        loop = getattr(running_kernel(), "io_loop", None)
        if loop is not None and not self._running:
            self._running = True
            loop.add_callback(loop.call_later, INTERVAL, self._again)

    def _again(self) -> None:
        self._running = False
        if self._check():
            self.start()
