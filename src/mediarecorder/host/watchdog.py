"""A page that has fallen silent is noticed outside of a wait too; a busy kernel is no silence.

The looks are taken by the loop that hands the kernel its messages: while a cell runs it
looks no more than it hears, and after the cell it hears before it looks long enough.
"""

from __future__ import annotations

from collections.abc import Callable

from .session import running_kernel

BETWEEN = 5.0
"""Seconds between two looks."""
SILENT_LOOKS = 30
"""JupyterLab tries for two minutes to get a connection back that was cut."""


class Watch:
    """Looks while there is something to see.

    Parameters
    ----------
    look : callable
        Looks, and says whether to look again.
    """

    def __init__(self, look: Callable[[], bool]) -> None:
        self._look = look
        self._on = False

    def begin(self) -> None:
        """Look from now on, if this is a kernel and nobody does."""
        loop = getattr(running_kernel(), "io_loop", None)
        if loop is not None and not self._on:
            self._on = True
            loop.add_callback(loop.call_later, BETWEEN, self._again)

    def _again(self) -> None:
        self._on = False
        if self._look():
            self.begin()
