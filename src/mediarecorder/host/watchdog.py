"""A page that has fallen silent is noticed outside of a wait too; a busy kernel is no silence.

The looks are taken by the loop that hands the kernel its messages: while a cell runs it
looks no more than it hears, and after the cell it hears before it looks long enough.
"""

from __future__ import annotations

from collections.abc import Callable

from .session import running_kernel

INTERVAL = 5.0
"""Seconds between two looks."""
MOST_SILENT_CHECKS = 30
"""JupyterLab tries for two minutes to get a connection back that was cut."""


class Watchdog:
    """Looks while there is something to see.

    Parameters
    ----------
    check : callable
        Looks, and says whether to look again.
    """

    def __init__(self, check: Callable[[], bool]) -> None:
        self._check = check
        self._running = False

    def start(self) -> None:
        """Look from now on, if this is a kernel and nobody does."""
        loop = getattr(running_kernel(), "io_loop", None)
        if loop is not None and not self._running:
            self._running = True
            loop.add_callback(loop.call_later, INTERVAL, self._again)

    def _again(self) -> None:
        self._running = False
        if self._check():
            self.start()
