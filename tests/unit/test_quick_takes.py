"""Five hundred quick takes while every thread is busy: nothing is torn, lost or out of order."""

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
"""What a listener may see: `stop()` is asked for before the page has said that it began."""


@pytest.fixture
def busy() -> Iterator[None]:
    """Two more threads that never rest."""
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
    heard: list[tuple[str, str]] = []
    threads: set[int] = set()
    stops: list[StopEvent] = []
    torn: list[str] = []

    def note(name: str, state: str) -> None:
        threads.add(threading.get_ident())
        heard.append((name, state))

    rec.on("start", lambda event: note(event.type, rec.state))
    rec.on("dataavailable", lambda event: note(event.type, rec.state))
    rec.on("stop", lambda event: note(event.type, rec.state))
    rec.on("stop", stops.append)

    for _ in range(TAKES):
        rec.start()
        if rec.state != "recording":
            torn.append(rec.state)
        sum(range(1_000))
        rec.stop()
        if rec.state != "inactive":
            torn.append(rec.state)
        take = rec.wait(timeout=30)
        if take is not rec.take or rec.value is not take.samples:
            torn.append(take.id)

    assert torn == []
    assert [name for name, _ in heard] == ["start", "dataavailable", "stop"] * TAKES
    assert all(state in STATES[name] for name, state in heard)
    assert threading.get_ident() not in threads
    assert len({event.take.id for event in stops}) == TAKES
    assert {event.take.blob.tobytes() for event in stops} == {browser._blob}


def test_quick_takes_that_nobody_waits_for(
    rec: MediaRecorder, browser: FakeBrowser, busy: None
) -> None:
    heard: list[str] = []
    takes: list[str] = []
    for name in ("start", "dataavailable", "stop", "error"):
        rec.on(name, lambda event: heard.append(event.type))
    rec.on("stop", lambda event: takes.append(event.take.id))
    for _ in range(100):
        rec.start()
        rec.stop()
    browser.settle()
    assert heard == ["start", "dataavailable", "stop"] * 100
    assert len(set(takes)) == 100
    assert rec.state == "inactive"
