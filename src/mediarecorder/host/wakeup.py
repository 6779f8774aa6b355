"""A signal for waiting calls, whether they block a thread or await in an event loop."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Wakeup:
    """An event for threads and event loops. It can be set from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        self._event.set()
        for waiter in tuple(self._waiters):
            with suppress(RuntimeError):  # its loop is closed, so it no longer waits
                waiter.get_loop().call_soon_threadsafe(_wake, waiter)

    def wait(self, seconds: float) -> bool:
        """Block until the next `notify` or the timeout; return whether there was a `notify`."""
        notified = self._event.wait(seconds)
        self._event.clear()
        return notified

    async def wait_async(self, seconds: float) -> None:
        """Await the next `notify` or the timeout."""
        import asyncio  # imports ssl, which takes half as long as importing this package

        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation (the notebook's stop
            # button) that coincides with the result (bpo-37658).
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._waiters.discard(waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
