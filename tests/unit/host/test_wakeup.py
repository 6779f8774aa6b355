"""A wakeup reaches each thread and each loop once, and never hides an interrupt."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from mediarecorder.host.wakeup import Wakeup


def test_an_earlier_notification_wakes_once() -> None:
    wakeup = Wakeup()
    wakeup.notify()
    assert wakeup.wait(5)
    assert not wakeup.wait(0.01)


def test_a_notification_from_another_thread_wakes_a_thread_and_a_loop() -> None:
    wakeup = Wakeup()
    threading.Timer(0.05, wakeup.notify).start()
    assert wakeup.wait(5)
    threading.Timer(0.05, wakeup.notify).start()
    began = time.monotonic()
    asyncio.run(wakeup.wait_async(5))
    assert time.monotonic() - began < 4


def test_a_waiter_is_removed_after_its_timeout() -> None:
    wakeup = Wakeup()
    asyncio.run(wakeup.wait_async(0.01))
    assert not wakeup._waiters
    wakeup.notify()


@pytest.mark.parametrize("steps", range(8))
def test_a_cancellation_at_the_moment_of_a_wakeup(steps: int) -> None:
    async def forever(wakeup: Wakeup) -> None:
        while True:
            await wakeup.wait_async(60)

    async def run() -> None:
        wakeup = Wakeup()
        task = asyncio.create_task(forever(wakeup))
        await asyncio.sleep(0.01)
        wakeup.notify()
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=0.5)
        assert task.cancelled()

    asyncio.run(run())
