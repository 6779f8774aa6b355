"""The bell: heard once, in whatever thread or loop, and never louder than the stop button."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from mediarecorder.host.wakeup import Bell


def test_it_is_heard_once_even_if_it_rang_before() -> None:
    bell = Bell()
    bell.ring()
    assert bell.wait(5)
    assert not bell.wait(0.01)


def test_another_thread_wakes_a_thread_and_a_loop() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.ring).start()
    assert bell.wait(5)
    threading.Timer(0.05, bell.ring).start()
    began = time.monotonic()
    asyncio.run(bell.wait_async(5))
    assert time.monotonic() - began < 4


def test_nobody_waits_longer_than_asked_and_is_forgotten_then() -> None:
    bell = Bell()
    asyncio.run(bell.wait_async(0.01))
    assert not bell._sleepers
    bell.ring()


@pytest.mark.parametrize("steps", range(8))
def test_a_cancellation_at_the_very_moment_of_the_bell(steps: int) -> None:
    async def forever(bell: Bell) -> None:
        while True:
            await bell.wait_async(60)

    async def run() -> None:
        bell = Bell()
        task = asyncio.create_task(forever(bell))
        await asyncio.sleep(0.01)
        bell.ring()
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=0.5)
        assert task.cancelled()

    asyncio.run(run())
