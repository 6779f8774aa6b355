"""The recorder with a fake browser: calls, states, events, takes."""

from __future__ import annotations

import gc
import json
import logging
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediarecorder import Event, MediaRecorder, StopEvent, Take, errors
from mediarecorder.testing import FakeBrowser
from mediarecorder.wire.protocol import EndedBy

DATA = Path(__file__).parents[1] / "data"


pytestmark = pytest.mark.usefixtures("core_alone")


def log_of(rec: MediaRecorder) -> list[Event]:
    log: list[Event] = []
    for name in ("start", "dataavailable", "pause", "resume", "stop", "error"):
        rec.on(name, log.append)
    return log


def types(log: list[Event]) -> list[str]:
    return [event.type for event in log]


def test_one_recording(rec: MediaRecorder, browser: FakeBrowser, wav: Path) -> None:
    log = log_of(rec)
    rec.start()
    assert rec.state == "recording"
    browser.settle()
    assert rec.mime_type == "audio/wav"
    rec.pause()
    assert rec.state == "paused"
    rec.resume()
    assert rec.state == "recording"
    rec.stop()
    assert rec.state == "inactive"
    browser.settle()
    assert types(log) == ["start", "pause", "resume", "dataavailable", "stop"]
    take = rec.take
    assert take is not None
    assert take.blob.tobytes() == wav.read_bytes() == log[3].data.tobytes()  # type: ignore[attr-defined]
    assert np.shares_memory(take.blob, log[3].data)  # type: ignore[attr-defined]
    assert take.samples.shape == (44100, 2)
    assert rec.value is take.samples
    rec.set_state({"takes": 7})  # a page's echo has no effect
    assert rec.takes == 1
    assert take.complete
    assert take.ended_by == "stop"
    assert rec.mime_type == ""


@pytest.mark.parametrize("silence", [(30, -50), [30, -50.0], (np.float32(30), np.int64(-50))])
def test_limits_are_sent_to_the_page(wav: Path, silence: Any) -> None:
    rec = MediaRecorder(max_duration=600, max_bytes=50_000_000, stop_on_silence=silence)
    with FakeBrowser(rec, wav) as browser:
        limits = json.loads(json.dumps(browser._options["limits"]))
    assert limits == {
        "max_duration": 600,
        "max_bytes": 50_000_000,
        "stop_on_silence": [30, -50],
    }


@pytest.mark.parametrize("limit", ["max_duration", "max_bytes", "silence"])
def test_a_take_that_a_limit_ends_is_complete(
    rec: MediaRecorder, browser: FakeBrowser, wav: Path, limit: EndedBy
) -> None:
    log = log_of(rec)
    rec.start()
    browser.settle()
    browser._finish(limit)
    take = rec.wait()
    assert (take.complete, take.ended_by, rec.state) == (True, limit, "inactive")
    assert take.blob.tobytes() == wav.read_bytes()
    assert types(log) == ["start", "dataavailable", "stop"]
    assert rec._notice == f"The recording has ended by itself ({limit}); it is kept."
    rec.start()
    rec.stop()
    assert rec.wait().ended_by == "stop"
    assert rec._notice == ""


def test_the_blob_is_all_data_of_the_events(
    rec: MediaRecorder, browser: FakeBrowser, wav: Path
) -> None:
    blobs: list[bytes] = []
    rec.on("dataavailable", lambda event: blobs.append(event.data.tobytes()))
    rec.start()
    rec.request_data()
    rec.stop()
    browser.settle()
    assert blobs == [wav.read_bytes(), b""]
    assert rec.take is not None
    assert rec.take.blob.tobytes() == wav.read_bytes()


@pytest.mark.parametrize("method", ["stop", "pause", "resume", "request_data"])
def test_an_inactive_recorder_refuses(
    rec: MediaRecorder, browser: FakeBrowser, method: str
) -> None:
    sent: list[Any] = []
    rec._controller.link._send = sent.append
    with pytest.raises(errors.InvalidStateError, match="inactive"):
        getattr(rec, method)()
    assert sent == []


def test_a_recording_recorder_refuses_to_start(rec: MediaRecorder, browser: FakeBrowser) -> None:
    log = log_of(rec)
    rec.start()
    with pytest.raises(errors.InvalidStateError, match="recording"):
        rec.start()
    rec.stop()
    browser.settle()
    assert types(log) == ["start", "dataavailable", "stop"]


def test_repeated_pause_and_resume_have_no_effect(rec: MediaRecorder, browser: FakeBrowser) -> None:
    log = log_of(rec)
    rec.start()
    rec.pause()
    rec.pause()
    rec.resume()
    rec.resume()
    rec.stop()
    browser.settle()
    assert types(log) == ["start", "pause", "resume", "dataavailable", "stop"]


def test_an_exception_of_a_listener_does_not_affect_the_take(
    rec: MediaRecorder, browser: FakeBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    takes: list[Any] = []
    rec.on("stop", lambda event: 1 / 0)
    rec.on("stop", lambda event: takes.append(event.take))
    rec.start()
    rec.stop()
    browser.settle()
    assert takes == [rec.take]
    assert "A listener of 'stop' raised" in caplog.text
    assert rec._notice == "A listener of 'stop' raised ZeroDivisionError: division by zero"


def test_an_exception_of_an_observer_does_not_affect_the_take(
    rec: MediaRecorder, browser: FakeBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    log = log_of(rec)
    rec.observe(lambda change: 1 / 0, "take")
    rec.start()
    rec.stop()
    browser.settle()
    assert types(log)[-1] == "stop"
    assert "An observer of 'take' raised" in caplog.text


def test_listeners_are_called_once_in_order_and_not_after_off(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    called: list[str] = []

    @rec.on("stop")
    def first(event: StopEvent) -> None:
        called.append("first")

    def second(event: StopEvent) -> None:
        called.append("second")

    rec.on("stop", second)
    rec.on("stop", first)
    for _ in range(2):
        rec.start()
        rec.stop()
        browser.settle()
        rec.off("stop", second)
    rec.off("stop", second)
    assert called == ["first", "second", "first"]


def test_a_listener_may_start_the_next_take(rec: MediaRecorder, browser: FakeBrowser) -> None:
    takes: list[str] = []

    @rec.on("stop")
    def again(event: StopEvent) -> None:
        takes.append(event.take.id)
        if len(takes) == 1:
            rec.start()
            rec.stop()

    rec.start()
    rec.stop()
    browser.settle()
    assert len(set(takes)) == 2


def test_close_finishes_the_current_take(rec: MediaRecorder, browser: FakeBrowser) -> None:
    log = log_of(rec)
    rec.start()
    rec.close()
    rec.close()
    browser.settle()
    assert types(log) == ["start", "dataavailable", "stop"]
    assert rec.comm is None
    with pytest.raises(errors.InvalidStateError, match="closed"):
        rec.start()


def test_a_listener_may_close_the_recorder(rec: MediaRecorder, browser: FakeBrowser) -> None:
    log = log_of(rec)
    rec.on("start", lambda event: rec.close())
    rec.start()
    browser.settle()
    assert types(log) == ["start", "dataavailable", "stop"]
    assert rec.comm is None


def test_a_recorder_without_a_page_closes_at_once() -> None:
    rec = MediaRecorder()
    rec.start()
    rec.close()
    assert rec.state == "inactive"
    assert rec.comm is None


def test_trait_updates_of_a_page_are_ignored(rec: MediaRecorder, browser: FakeBrowser) -> None:
    message = {"method": "update", "state": {"state": "recording", "_esm": "alert(1)"}}
    rec.comm.handle_msg({"content": {"data": message}, "buffers": []})
    assert rec.state == "inactive"
    assert "alert(1)" not in str(rec._esm)


def test_no_bytes_and_no_device_names_are_synced(rec: MediaRecorder, browser: FakeBrowser) -> None:
    rec.start()
    rec.stop()
    browser.settle()
    synced = {name: value for name, value in rec.get_state().items() if name != "_esm"}
    assert "fake" not in repr(synced)
    assert not any(isinstance(value, (bytes, memoryview)) for value in synced.values())


def test_the_page_decides_whether_a_type_is_supported(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    assert rec.is_type_supported("")
    assert rec.is_type_supported("audio/webm; codecs=Opus")
    assert not rec.is_type_supported("audio/strange;codecs=unheard")


def test_is_type_supported_raises_without_a_page(rec: MediaRecorder) -> None:
    with pytest.raises(errors.NoBrowserError, match="No page"):
        rec.is_type_supported("audio/webm")


def test_an_unsupported_type_is_an_event_and_then_raises_at_the_call(
    browser: FakeBrowser, rec: MediaRecorder
) -> None:
    log = log_of(rec)
    fault = {"name": "NotSupportedError", "message": "no such type", "cause": None}
    for _ in range(2):
        browser._send(browser._page.letter("tried", fault=fault))
    assert types(log) == ["error"]
    assert "no such type" in rec._notice
    with pytest.raises(errors.NotSupportedError, match="no such type") as raised:
        rec.start()
    assert raised.value.hint
    assert rec.state == "inactive"


def test_a_refused_start_fires_only_an_error_event(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    log = log_of(rec)
    browser._execute = lambda op, take, seconds: _refuse(browser, take)  # type: ignore[method-assign]
    rec.start()
    browser.settle()
    assert types(log) == ["error"]
    error = log[0].error  # type: ignore[attr-defined]
    assert isinstance(error, errors.NotAllowedError)
    assert (error.message, error.hint) == errors.ADVICE["dismissed"]
    assert rec._notice == str(error) == f"{error.message} {error.hint}"
    assert rec.state == "inactive"


def _refuse(browser: FakeBrowser, take: str | None) -> None:
    browser._page.done = browser._page.heard
    fault = {"name": "NotAllowedError", "message": "Permission dismissed", "cause": "dismissed"}
    browser._send(browser._page.letter("failed", take=take, fault=fault))


def test_unavailable_samples_are_reported(
    wav: Path, rec: MediaRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    with FakeBrowser(rec, wav) as browser, caplog.at_level(logging.WARNING):
        browser._options["decode"] = False
        browser._sound.mime_type = "audio/webm;codecs=opus"
        browser._blob = (DATA / "opus.webm").read_bytes()
        rec.start()
        rec.stop()
        browser.settle()
    assert rec.take is not None
    assert rec.value is None
    assert "mediarecorder[av]" in rec._notice


def test_a_closed_recorder_is_garbage_collected_with_its_takes(wav: Path) -> None:
    rec = MediaRecorder(decode=False)
    rec.set_trait("take", Take.load(wav))
    take, recorder = weakref.ref(rec.take), weakref.ref(rec)
    rec.close()
    del rec
    gc.collect()
    assert recorder() is None
    assert take() is None
