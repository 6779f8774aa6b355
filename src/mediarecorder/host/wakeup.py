"""Wakes the calls that wait: those that block in a thread, and those that await in a loop."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Wakeup:
    """An event for threads and for loops, set from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        self._event.set()
        for waiter in tuple(self._waiters):
            with suppress(RuntimeError):  # its loop is closed, and nothing waits there any more
                waiter.get_loop().call_soon_threadsafe(_wake, waiter)

    def wait(self, seconds: float) -> bool:
        """Block until the next `notify`, at most so long; whether there was one."""
        notified = self._event.wait(seconds)
        self._event.clear()
        return notified

    async def wait_async(self, seconds: float) -> None:
        """Wait until the next `notify`, at most so long, and let the loop run meanwhile."""
        import asyncio  # with it comes ssl: half as long to load as all of ours

        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            # Not wait_for: until Python 3.12 it loses a cancellation (the notebook's stop
            # button) that comes at the same moment as the result (bpo-37658).
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._waiters.discard(waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
