"""Periodic checks for silence of the recording page, also when no call waits.

The checks run in the loop that receives the kernel's messages. A busy cell thus delays both
alike, and a busy kernel is never mistaken for a silent page.
"""

from __future__ import annotations

from collections.abc import Callable

from .session import running_kernel

INTERVAL = 5.0
"""Seconds between two checks."""
MOST_SILENT_CHECKS = 30
"""The checks that a page may stay silent for: JupyterLab tries to reconnect for two minutes."""


class Watchdog:
    """Calls `check` every `INTERVAL` seconds while it returns true.

    Parameters
    ----------
    check : callable
        Returns whether to check again.
    """

    def __init__(self, check: Callable[[], bool]) -> None:
        self._check = check
        self._running = False

    def start(self) -> None:
        """Start the checks if this is a kernel and they are not running already."""
        loop = getattr(running_kernel(), "io_loop", None)
        if loop is not None and not self._running:
            self._running = True
            loop.add_callback(loop.call_later, INTERVAL, self._check_again)

    def _check_again(self) -> None:
        self._running = False
        if self._check():
            self.start()
