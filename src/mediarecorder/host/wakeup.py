"""Something has arrived: heard by a call that blocks in one thread, or awaits in its loop."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Bell:
    """Rings when something has arrived, on whatever thread."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._sleepers: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        self._rung.set()
        for sleeper in tuple(self._sleepers):
            with suppress(RuntimeError):  # its loop is closed: nobody sleeps there any more
                sleeper.get_loop().call_soon_threadsafe(_wake, sleeper)

    def wait(self, seconds: float) -> bool:
        """Block until it rings; whether it did."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung

    async def wait_async(self, seconds: float) -> None:
        """Wait until it rings, and let the loop run meanwhile.

        Not by `asyncio.wait_for`, which until Python 3.12 forgets a cancellation, the
        notebook's stop button, that comes just when it rings (bpo-37658).
        """
        import asyncio  # with it comes ssl: half as long to load as all of ours

        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            await asyncio.wait([sleeper], timeout=seconds)
        finally:
            self._sleepers.discard(sleeper)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
