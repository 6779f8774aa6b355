"""Five hundred quick takes on a busy machine: none is inconsistent, lost or out of order."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator

import pytest

from mediarecorder import MediaRecorder, StopEvent
from mediarecorder.testing import FakeBrowser

pytestmark = pytest.mark.usefixtures("core_alone")

TAKES = 500
STATES = {"start": {"recording", "inactive"}, "dataavailable": {"inactive"}, "stop": {"inactive"}}
"""The states that a listener may see: `stop()` may precede the page's "started" letter."""


@pytest.fixture
def busy() -> Iterator[None]:
    """Run two more threads that are always busy."""
    done = threading.Event()

    def work() -> None:
        data = bytes(50_000)
        while not done.is_set():
            hashlib.sha256(data)
            sum(range(2_000))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    done.set()
    for thread in threads:
        thread.join()


def test_quick_takes(rec: MediaRecorder, browser: FakeBrowser, busy: None) -> None:
    events: list[tuple[str, str]] = []
    threads: set[int] = set()
    stops: list[StopEvent] = []
    inconsistent: list[str] = []

    def note(name: str, state: str) -> None:
        threads.add(threading.get_ident())
        events.append((name, state))

    rec.on("start", lambda event: note(event.type, rec.state))
    rec.on("dataavailable", lambda event: note(event.type, rec.state))
    rec.on("stop", lambda event: note(event.type, rec.state))
    rec.on("stop", stops.append)

    for _ in range(TAKES):
        rec.start()
        if rec.state != "recording":
            inconsistent.append(rec.state)
        sum(range(1_000))
        rec.stop()
        if rec.state != "inactive":
            inconsistent.append(rec.state)
        take = rec.wait(timeout=30)
        if take is not rec.take or rec.value is not take.samples:
            inconsistent.append(take.id)

    assert inconsistent == []
    assert [name for name, _ in events] == ["start", "dataavailable", "stop"] * TAKES
    assert all(state in STATES[name] for name, state in events)
    assert threading.get_ident() not in threads
    assert len({event.take.id for event in stops}) == TAKES
    assert {event.take.blob.tobytes() for event in stops} == {browser._blob}


def test_quick_takes_without_waiting(rec: MediaRecorder, browser: FakeBrowser, busy: None) -> None:
    events: list[str] = []
    takes: list[str] = []
    for name in ("start", "dataavailable", "stop", "error"):
        rec.on(name, lambda event: events.append(event.type))
    rec.on("stop", lambda event: takes.append(event.take.id))
    for _ in range(100):
        rec.start()
        rec.stop()
    browser.settle()
    assert events == ["start", "dataavailable", "stop"] * 100
    assert len(set(takes)) == 100
    assert rec.state == "inactive"
