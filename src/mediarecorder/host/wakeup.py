"""Something has arrived: heard by a call that blocks in one thread, or awaits in its loop."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Wakeup:
    """Rings when something has arrived, on whatever thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        self._event.set()
        for waiter in tuple(self._waiters):
            with suppress(RuntimeError):  # its loop is closed: nobody sleeps there any more
                waiter.get_loop().call_soon_threadsafe(_wake, waiter)

    def wait(self, seconds: float) -> bool:
        """Block until it rings; whether it did."""
        notified = self._event.wait(seconds)
        self._event.clear()
        return notified

    async def wait_async(self, seconds: float) -> None:
        """Wait until it rings, and let the loop run meanwhile.

        Not by `asyncio.wait_for`, which until Python 3.12 forgets a cancellation, the
        notebook's stop button, that comes just when it rings (bpo-37658).
        """
        import asyncio  # with it comes ssl: half as long to load as all of ours

        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._waiters.discard(waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
