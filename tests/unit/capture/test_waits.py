"""Waiting in one cell, with a fake browser: results, timeouts, errors, and interrupts."""

from __future__ import annotations

import asyncio
import datetime
import queue
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediarecorder import MediaRecorder, Take, errors
from mediarecorder.capture import waits
from mediarecorder.testing import FakeBrowser

RATE = 44_100


pytestmark = pytest.mark.usefixtures("core_alone")


def _has_begun(rec: MediaRecorder) -> bool:
    return rec._controller.runs.latest is not None and rec._controller.runs.latest.begun


def log_of(rec: MediaRecorder) -> list[str]:
    log: list[str] = []
    for name in ("start", "dataavailable", "pause", "resume", "stop", "error"):
        rec.on(name, lambda event: log.append(event.type))
    return log


@pytest.mark.parametrize("seconds", [0.25, 1 / 3, 0.999, 1])
def test_record_returns_the_exact_number_of_frames(
    rec: MediaRecorder, browser: FakeBrowser, seconds: float
) -> None:
    take = rec.record(seconds)
    assert take.samples.shape == (round(seconds * RATE), 2)
    assert rec.take is not None
    assert rec.take.samples.shape == (RATE, 2)
    assert np.shares_memory(take.blob, rec.take.blob)
    assert rec.state == "inactive"


def test_a_recording_is_saved_in_its_own_container(
    rec: MediaRecorder, browser: FakeBrowser, tmp_path: Path
) -> None:
    assert Take.load(rec.record(0.5).save(tmp_path / "x.wav")).samples.shape == (RATE // 2, 2)


def test_a_shorter_take_is_returned_unchanged(rec: MediaRecorder, browser: FakeBrowser) -> None:
    assert rec.record(5).samples.shape == (RATE, 2)


def test_record_async(rec: MediaRecorder, browser: FakeBrowser) -> None:
    async def both() -> tuple[Take, Take]:
        take = await rec.record_async(0.5)
        return take, await rec.wait_async()

    take, latest = asyncio.run(both())
    assert len(take.samples) == RATE // 2
    assert latest is rec.take


def test_wait_returns_the_latest_take_repeatedly(rec: MediaRecorder, browser: FakeBrowser) -> None:
    rec.start()
    rec.stop()
    assert rec.wait() is rec.wait() is rec.take
    rec.start()
    threading.Timer(0.05, rec.stop).start()
    before = rec.take
    assert rec.wait() is rec.take is not before


def test_wait_without_a_start(rec: MediaRecorder) -> None:
    with pytest.raises(errors.InvalidStateError, match="Nothing has been started"):
        rec.wait()


def test_a_timeout_of_wait_does_not_stop_the_recording(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    rec.start()
    with pytest.raises(TimeoutError, match="goes on"):
        rec.wait(timeout=0.05)
    assert rec.state == "recording"
    rec.stop()
    assert rec.wait().complete


def test_no_page_shows_the_recorder(rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)
    for _ in range(2):
        with pytest.raises(errors.NoBrowserError, match="No page shows") as raised:
            rec.record(1)
        assert raised.value.hint
        assert rec.state == "inactive"


def test_a_thread_without_a_page(rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)
    hints: list[str] = []

    def wait() -> None:
        with pytest.raises(errors.NoBrowserError) as raised:
            rec.record(1)
        hints.append(raised.value.hint)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert "let the cell end" in hints[0]


def test_the_page_does_not_answer(
    rec: MediaRecorder, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)
    browser._handle = lambda message: None  # type: ignore[method-assign]
    with pytest.raises(errors.NoBrowserError, match="does not answer"):
        rec.record(1)
    assert rec.state == "inactive"


def test_the_received_data_of_a_silent_page_is_kept(
    rec: MediaRecorder, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "RECORDING_LEASE", 0.1)
    log = log_of(rec)
    with pytest.raises(errors.AbortError, match="does not answer any more"):
        rec.record()
    assert log == ["start", "error", "dataavailable", "stop"]
    take = rec.take
    assert take is not None
    assert not take.complete
    assert take.ended_by == "page gone"
    assert take.blob.tobytes() == browser._blob
    assert take.mime_type == "audio/wav"
    assert rec.state == "inactive"


def test_a_page_that_closes_ends_the_take_at_once(rec: MediaRecorder, browser: FakeBrowser) -> None:
    log = log_of(rec)
    rec.start()
    browser.settle()
    browser._send(browser._page.note("bye"))
    assert log == ["start", "error", "dataavailable", "stop"]
    assert rec.state == "inactive"
    assert rec.take is not None
    assert rec.take.ended_by == "page gone"


def test_a_page_that_was_given_up_is_told_so(rec: MediaRecorder, browser: FakeBrowser) -> None:
    rec.start()
    browser.settle()
    rec._controller.link.give_up()
    answers: list[Any] = []
    browser._handle = answers.append  # type: ignore[assignment, method-assign]
    browser._send(browser._page.note("note"))
    browser.settle()
    assert answers == [{"kind": "lost", "page": browser._page.id}]


def test_an_interrupt_ends_the_recording_and_keeps_it(
    rec: MediaRecorder, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        if _has_begun(rec):
            raise KeyboardInterrupt

    monkeypatch.setattr("mediarecorder.host.progress.Progress.update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        rec.record()
    assert rec.state == "inactive"
    browser.settle()
    assert rec.take is not None
    assert rec.take.complete


def test_a_cancelled_task_ends_the_recording_and_keeps_it(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(rec.record_async())
        while not _has_begun(rec):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert rec.state == "inactive"
    browser.settle()
    assert rec.take is not None
    assert rec.take.complete


def test_a_second_recording_call_is_refused(rec: MediaRecorder, browser: FakeBrowser) -> None:
    async def twice() -> None:
        task = asyncio.create_task(rec.record_async())
        while not _has_begun(rec):
            await asyncio.sleep(0.01)
        with pytest.raises(errors.InvalidStateError):
            await rec.record_async(1)
        rec.stop()
        assert (await task).complete

    asyncio.run(twice())


def test_a_listener_cannot_wait(rec: MediaRecorder, browser: FakeBrowser) -> None:
    raised: list[Exception] = []

    @rec.on("start")
    def wait(event: object) -> None:
        with pytest.raises(errors.NotSupportedError, match="cannot wait") as caught:
            rec.wait()
        raised.append(caught.value)

    rec.record(0.5)
    assert len(raised) == 1


def test_an_exception_of_a_listener_is_a_warning_of_the_waiting_call(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    rec.on("stop", lambda event: 1 / 0)
    with pytest.warns(UserWarning, match="ZeroDivisionError"):
        take = rec.record(0.5)
    assert take.complete


def test_listeners_and_observers_run_in_the_context_of_the_waiting_cell(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    cell = ContextVar("cell", default="none")
    seen: list[str] = []
    rec.on("stop", lambda event: seen.append(cell.get()))
    rec.observe(lambda change: seen.append(cell.get()), "take")

    async def run(name: str) -> None:
        cell.set(name)
        await rec.record_async(0.5)

    for name in ("first", "second"):
        asyncio.run(run(name))
    assert seen == ["first", "first", "second", "second"]
    rec.start()
    rec.stop()
    browser.settle()
    assert seen[4:] == ["none", "none"]


@pytest.mark.parametrize("where", ["start", "dataavailable", "stop", "take"])
def test_an_interrupt_in_a_listener_loses_no_event(
    rec: MediaRecorder, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The kernel raises it in the main thread, which may be running a listener."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    log = log_of(rec)
    if where == "take":
        rec.observe(interrupt, "take")
    else:
        rec.on(where, interrupt)  # type: ignore[call-overload]
    sent: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    send = browser._send
    with monkeypatch.context() as patch:
        patch.setattr(browser, "_send", lambda *message: sent.put(message))
        rec.start()
        rec.stop()
        browser.settle()
    interrupts = 0
    while not sent.empty():
        try:
            send(*sent.get())
        except KeyboardInterrupt:
            interrupts += 1
    assert interrupts == 1
    assert rec.wait(timeout=5) is rec.take
    assert log == ["start", "dataavailable", "stop"]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "1", True, 10**9])
def test_invalid_lengths_are_refused_at_the_call(rec: MediaRecorder, seconds: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="seconds must be"):
        rec.record(seconds)
    with pytest.raises((TypeError, ValueError), match="timeout must be"):
        rec.wait(timeout=seconds)
    assert rec.state == "inactive"


def test_a_listener_may_start_the_next_take(rec: MediaRecorder, browser: FakeBrowser) -> None:
    restarted = threading.Event()

    @rec.on("stop")
    def start_again(event: object) -> None:
        if not restarted.is_set():
            restarted.set()
            rec.start()

    first = rec.record(0.5)
    assert rec.state == "recording"
    rec.stop()
    assert rec.wait().id != first.id


def test_two_hundred_takes_in_a_row(rec: MediaRecorder, browser: FakeBrowser) -> None:
    log = log_of(rec)
    ids = {rec.record(0.01).id for _ in range(200)}
    assert len(ids) == 200
    assert log == ["start", "dataavailable", "stop"] * 200


def test_a_page_decodes_if_the_kernel_cannot(
    browser: FakeBrowser, rec: MediaRecorder, wav: Path
) -> None:
    opus = (Path(__file__).parents[2] / "data" / "opus.webm").read_bytes()
    take = Take(
        np.frombuffer(opus, np.uint8),
        mime_type="audio/webm;codecs=opus",
        id="x",
        started_at=datetime.datetime.now(datetime.timezone.utc),
        settings={},
    )
    assert take.samples.shape == (RATE, 2)  # the fake browser always returns the same sound
    assert take.sample_rate == RATE
    assert rec._controller.runs.buffers == {}
