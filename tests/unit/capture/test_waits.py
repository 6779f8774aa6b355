"""One cell is enough, with the browser that is none: the waits, and that they end."""

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
def test_record_gives_exactly_what_was_asked_for(
    rec: MediaRecorder, browser: FakeBrowser, seconds: float
) -> None:
    take = rec.record(seconds)
    assert take.samples.shape == (round(seconds * RATE), 2)
    assert rec.take is not None
    assert rec.take.samples.shape == (RATE, 2)
    assert np.shares_memory(take.blob, rec.take.blob)
    assert rec.state == "inactive"


def test_a_recording_saves_into_its_own_container(
    rec: MediaRecorder, browser: FakeBrowser, tmp_path: Path
) -> None:
    assert Take.load(rec.record(0.5).save(tmp_path / "x.wav")).samples.shape == (RATE // 2, 2)


def test_what_is_shorter_than_asked_stays_as_it_is(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    assert rec.record(5).samples.shape == (RATE, 2)


def test_record_awaited(rec: MediaRecorder, browser: FakeBrowser) -> None:
    async def both() -> tuple[Take, Take]:
        take = await rec.record_async(0.5)
        return take, await rec.wait_async()

    take, latest = asyncio.run(both())
    assert len(take.samples) == RATE // 2
    assert latest is rec.take


def test_wait_gives_the_latest_take_however_often(rec: MediaRecorder, browser: FakeBrowser) -> None:
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


def test_wait_may_run_out_of_time_and_the_recording_goes_on(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    rec.start()
    with pytest.raises(TimeoutError, match="goes on"):
        rec.wait(timeout=0.05)
    assert rec.state == "recording"
    rec.stop()
    assert rec.wait().complete


def test_nobody_shows_the_recorder(rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)
    for _ in range(2):
        with pytest.raises(errors.NoBrowserError, match="No page shows") as raised:
            rec.record(1)
        assert raised.value.hint
        assert rec.state == "inactive"


def test_nobody_answers_a_thread(rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)
    told: list[str] = []

    def wait() -> None:
        with pytest.raises(errors.NoBrowserError) as raised:
            rec.record(1)
        told.append(raised.value.hint)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert "let the cell end" in told[0]


def test_the_page_does_not_answer(
    rec: MediaRecorder, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)
    browser._handle = lambda message: None  # type: ignore[method-assign]
    with pytest.raises(errors.NoBrowserError, match="does not answer"):
        rec.record(1)
    assert rec.state == "inactive"


def test_a_page_that_falls_silent_is_given_up_and_what_came_is_kept(
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


def test_a_page_that_says_goodbye_ends_the_take_at_once(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
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
    told: list[Any] = []
    browser._handle = told.append  # type: ignore[assignment, method-assign]
    browser._send(browser._page.note("note"))
    browser.settle()
    assert told == [{"kind": "lost", "page": browser._page.id}]


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


def test_a_second_wait_is_refused(rec: MediaRecorder, browser: FakeBrowser) -> None:
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


def test_what_a_listener_raised_is_told_by_the_waiting_call(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    rec.on("stop", lambda event: 1 / 0)
    with pytest.warns(UserWarning, match="ZeroDivisionError"):
        take = rec.record(0.5)
    assert take.complete


def test_listeners_and_observers_see_the_context_of_the_cell_that_waits(
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
def test_an_interrupt_of_a_listener_loses_nothing(
    rec: MediaRecorder, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """A kernel raises it in the main thread, which may be in a listener just then."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    log = log_of(rec)
    if where == "take":
        rec.observe(interrupt, "take")
    else:
        rec.on(where, interrupt)  # type: ignore[call-overload]
    sent: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    send = browser._send
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(browser, "_send", lambda *message: sent.put(message))
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
def test_bad_lengths_are_refused_at_the_call(rec: MediaRecorder, seconds: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="seconds must be"):
        rec.record(seconds)
    with pytest.raises((TypeError, ValueError), match="timeout must be"):
        rec.wait(timeout=seconds)
    assert rec.state == "inactive"


def test_a_listener_may_start_the_next_take(rec: MediaRecorder, browser: FakeBrowser) -> None:
    again = threading.Event()

    @rec.on("stop")
    def go_on(event: object) -> None:
        if not again.is_set():
            again.set()
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


def test_a_page_decodes_what_the_kernel_cannot(
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
    assert take.samples.shape == (RATE, 2)  # the browser that is none knows but one sound
    assert take.sample_rate == RATE
    assert rec._controller.runs.buffers == {}
