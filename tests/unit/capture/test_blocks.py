"""Blocks of samples during a recording. The page decodes, so that PyAV is not required."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mediarecorder import Block, MediaRecorder, SamplesEvent
from mediarecorder.errors import (
    AbortError,
    DecodingError,
    InvalidStateError,
    NotAllowedError,
    NotSupportedError,
)
from mediarecorder.testing import FakeBrowser, FakePage
from tests.recordings import blob_of
from tests.sound import tone

RATE = 8_000


class Scene:
    """A recorder, and a fake page that the test controls."""

    def __init__(self, *, decode: bool = True) -> None:
        self.rec = MediaRecorder(decode=decode)
        self.sent: list[dict[str, Any]] = []
        self.rec._controller.link._send = lambda content, *_: self.sent.append(content)
        self.page = FakePage("ours")
        self.receive(self.page.hello())

    def receive(self, message: object, *buffers: bytes) -> None:
        self.rec._controller.link.receive(message, buffers)

    def letter(self, kind: str, *buffers: bytes, **fields: Any) -> None:
        run = self.rec._controller.runs.latest
        assert run is not None
        self.receive(self.page.letter(kind, take=run.take, **fields), *buffers)

    def start(self) -> None:
        self.rec.start()
        self.begin()

    def begin(self) -> None:
        self.page.heard = self.page.done = self.rec._controller.link._router.count
        self.page.state = "recording"
        self.letter("started", at=0, settings={})

    def give(self, samples: NDArray[np.float32]) -> None:
        channels = samples.shape[1]
        self.letter("pcm", samples.tobytes(), sample_rate=RATE, channels=channels)

    def end(self, decoding: str = "done") -> None:
        self.page.state = "inactive"
        fields = {
            "ended_by": "stop",
            "mime_type": "audio/webm",
            "timecode": None,
            "seconds": 1.0,
        }
        self.letter("stopped", **fields, decoding=decoding)

    @property
    def options(self) -> dict[str, Any]:
        return [m for m in self.sent if m["kind"] == "welcome"][-1]["options"]  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _core_alone(core_alone: None) -> None:
    """Hide PyAV in all tests, so that the page decodes."""


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.rec._controller._leave()


SOUND = tone([440, 880], 1, RATE)


def test_blocks_are_contiguous_and_make_up_the_take(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks(0.1)
    for part in np.array_split(SOUND, 7):
        scene.give(part)
    scene.end()
    got = list(blocks)
    assert [len(block) for block in got] == [800] * 10
    assert [block.time for block in got] == pytest.approx(np.arange(10) / 10)
    assert {block.sample_rate for block in got} == {RATE}
    assert {(block.dtype.str, block.ndim, block.overflow) for block in got} == {("<f4", 2, 0)}
    assert scene.rec.take is not None
    np.testing.assert_array_equal(np.concatenate(got), scene.rec.take.samples)
    np.testing.assert_array_equal(scene.rec.take.samples, SOUND)
    assert list(blocks) == []


def test_the_last_block_has_the_remaining_samples(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks(0.3)
    scene.give(SOUND)
    scene.end()
    assert [len(block) for block in blocks] == [2400, 2400, 2400, 800]


def test_blocks_are_available_during_the_recording(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks()
    scene.give(SOUND[:1000])
    first = next(blocks)
    np.testing.assert_array_equal(first, SOUND[:800])
    assert scene.rec.state == "recording"


def test_a_reader_waits_for_samples_from_another_thread(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks()
    timer = threading.Timer(0.05, scene.give, [SOUND[:800]])
    timer.start()
    np.testing.assert_array_equal(next(blocks), SOUND[:800])
    timer.join()


def test_an_async_reader_waits_for_samples(scene: Scene) -> None:
    async def read() -> list[Block]:
        blocks = scene.rec.blocks(0.25)
        scene.start()
        loop = asyncio.get_running_loop()
        for n, part in enumerate(np.split(SOUND, 4)):
            loop.call_later(0.01 * n, scene.give, part)
        loop.call_later(0.1, scene.end)
        return [block async for block in blocks]

    got = asyncio.run(read())
    assert [len(block) for block in got] == [2000] * 4
    np.testing.assert_array_equal(np.concatenate(got), SOUND)


def test_a_cancelled_reader_does_not_stop_the_recording(scene: Scene) -> None:
    async def read() -> None:
        scene.start()
        blocks = scene.rec.blocks()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(blocks), 0.01)
        scene.give(SOUND[:800])
        np.testing.assert_array_equal(await anext(blocks), SOUND[:800])

    asyncio.run(read())
    assert scene.rec.state == "recording"


def test_an_interrupt_ends_the_recording(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.start()
    blocks = scene.rec.blocks()

    def interrupt(_seconds: float) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(scene.rec._controller.link.wakeup, "wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        next(blocks)
    assert scene.rec.state == "inactive"
    assert scene.sent[-1]["op"] == "stop"


def test_a_reader_before_the_start_reads_the_next_take(scene: Scene) -> None:
    """From its beginning, whether Python or a button starts it."""
    blocks = scene.rec.blocks(1)
    started = FakePage.letter(scene.page, "started", take="button", at=0, settings={})
    scene.page.state = "recording"
    scene.receive(started)
    scene.give(SOUND)
    scene.end()
    (block,) = blocks
    np.testing.assert_array_equal(block, SOUND)


def test_a_reader_during_a_take_starts_at_the_current_time(scene: Scene) -> None:
    scene.start()
    scene.give(SOUND[:4000])
    blocks = scene.rec.blocks(0.25)
    scene.give(SOUND[4000:])
    scene.end()
    first, second = blocks
    assert (first.time, second.time, first.overflow) == (0.5, 0.75, 0)
    np.testing.assert_array_equal(np.concatenate([first, second]), SOUND[4000:])
    assert blocks.overflow == 0


def test_readers_are_independent(scene: Scene) -> None:
    scene.start()
    one, other = scene.rec.blocks(0.5), scene.rec.blocks(0.25)
    scene.give(SOUND)
    assert len(next(one)) == 4000
    scene.end()
    assert [len(block) for block in other] == [2000] * 4
    assert [block.time for block in one] == [0.5]


def test_a_slow_reader_loses_the_oldest_samples_and_reports_the_overflow(scene: Scene) -> None:
    """The take is complete nevertheless."""
    scene.start()
    blocks = scene.rec.blocks(0.1, buffer=0.5)
    parts = np.split(tone([440, 880], 2, RATE), 20)
    scene.give(parts[0])
    assert next(blocks).time == 0
    for part in parts[1:]:
        scene.give(part)
    scene.end()
    got = list(blocks)
    assert [block.time for block in got] == pytest.approx([1.5, 1.6, 1.7, 1.8, 1.9])
    assert [block.overflow for block in got] == [14 * 800, 0, 0, 0, 0]
    assert blocks.overflow == 14 * 800
    np.testing.assert_array_equal(np.concatenate(got), np.concatenate(parts[15:]))
    assert scene.rec.take is not None
    assert len(scene.rec.take.samples) == 2 * RATE


def test_the_samples_before_a_gap_are_a_short_block(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks(0.1, buffer=0.1)
    scene.give(SOUND[:1200])
    assert len(next(blocks)) == 800
    for part in np.split(SOUND[1200:7600], 8):
        scene.give(part)
    scene.end()
    short, after = blocks
    assert (short.time, len(short), short.overflow) == (0.1, 400, 0)
    assert (after.time, len(after), after.overflow) == (0.85, 800, 5600)


def test_a_reader_of_a_closed_recorder_ends(scene: Scene) -> None:
    blocks = scene.rec.blocks()
    closing = threading.Timer(0.05, scene.rec.close)
    closing.start()
    assert list(blocks) == []
    closing.join()
    with pytest.raises(InvalidStateError, match="closed"):
        scene.rec.blocks()


def test_a_garbage_collected_reader_is_removed(scene: Scene) -> None:
    blocks = scene.rec.blocks()
    assert scene.rec._controller._readers.is_wanted
    del blocks
    gc.collect()
    assert not scene.rec._controller._readers.is_wanted


def test_pages_are_notified_of_readers(scene: Scene) -> None:
    assert scene.options["live"] is False
    blocks = scene.rec.blocks()
    assert scene.options["live"] is True
    scene.start()
    scene.end()
    assert list(blocks) == []
    scene.rec.start()
    assert scene.options["live"] is False


def test_without_decode_only_a_reader_enables_decoding() -> None:
    """The take does not keep these samples, so that memory does not grow with its length."""
    scene = Scene(decode=False)
    assert scene.options["decode"] is False
    blocks = scene.rec.blocks(1)
    assert scene.options["decode"] is True
    scene.start()
    scene.give(SOUND)
    scene.end()
    np.testing.assert_array_equal(next(blocks), SOUND)
    assert scene.rec.take is not None
    assert scene.rec.take._signal is None
    scene.start()
    with pytest.raises(InvalidStateError, match="not decoded while it is recorded"):
        scene.rec.blocks()
    scene.rec._controller._leave()


def test_the_error_that_ended_the_take_is_raised_after_the_last_block(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks(1)
    scene.give(SOUND)
    scene.receive(scene.page.note("bye"))
    np.testing.assert_array_equal(next(blocks), SOUND)
    with pytest.raises(AbortError):
        next(blocks)
    assert list(blocks) == []


def test_a_refused_start_is_raised(scene: Scene) -> None:
    scene.rec.start()
    blocks = scene.rec.blocks()
    scene.page.heard = scene.page.done = scene.rec._controller.link._router.count
    fault = {"name": "NotAllowedError", "message": "No.", "cause": None}
    scene.letter("failed", fault=fault)
    with pytest.raises(NotAllowedError):
        next(blocks)


def test_a_decoding_failure_is_raised(scene: Scene) -> None:
    scene.start()
    blocks = scene.rec.blocks()
    scene.end("EncodingError: the bytes are damaged.")
    with pytest.raises(DecodingError, match="the bytes are damaged"):
        next(blocks)


def test_resampling_is_continuous_across_blocks(scene: Scene) -> None:
    soxr = pytest.importorskip("soxr")
    scene.start()
    blocks = scene.rec.blocks(0.05, sample_rate=16_000)
    for part in np.array_split(SOUND, 13):
        scene.give(part)
    scene.end()
    got = list(blocks)
    assert {block.sample_rate for block in got} == {16_000}
    assert [block.time for block in got] == pytest.approx(np.arange(len(got)) / 20)
    whole = np.concatenate(got)
    assert whole.shape == (16_000, 2)
    at_once = soxr.resample(SOUND, RATE, 16_000)
    np.testing.assert_allclose(whole, at_once, atol=1e-5)


def test_without_soxr_the_error_names_the_extra(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    with pytest.raises(NotSupportedError, match="soxr") as caught:
        scene.rec.blocks(sample_rate=16_000)
    assert 'pip install "mediarecorder[soxr]"' in str(caught.value.hint)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"seconds": 0}, ValueError),
        ({"seconds": "0.1"}, TypeError),
        ({"seconds": float("nan")}, ValueError),
        ({"seconds": None}, TypeError),
        ({"buffer": -1}, ValueError),
        ({"buffer": None}, TypeError),
        ({"sample_rate": 0}, ValueError),
        ({"sample_rate": 16e3}, TypeError),
        ({"sample_rate": True}, TypeError),
        ({"sample_rate": 10**9}, ValueError),
    ],
)
def test_invalid_arguments_are_refused_at_the_call(
    scene: Scene, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        scene.rec.blocks(**arguments)


def test_a_block_is_an_array_with_a_time() -> None:
    block = Block(SOUND[:10], 1.5, RATE, 3)
    assert block.shape == (10, 2)
    half = np.abs(block[5:])
    assert isinstance(half, Block)
    assert (half.time, half.sample_rate, half.overflow) == (1.5, RATE, 3)
    with pytest.raises(ValueError, match="read-only"):
        block[0] = 0
    assert float(block.max()) == SOUND[:10].max()


# Listeners ------------------------------------------------------------------------------------


def test_samples_events_are_fired_between_start_and_stop(scene: Scene) -> None:
    events: list[Any] = []
    for name in ("start", "samples", "dataavailable", "stop"):
        scene.rec.on(name, events.append)
    scene.start()
    for part in np.split(SOUND, 4):
        scene.give(part)
    scene.end()
    names = [event.type for event in events]
    assert names == ["start", *["samples"] * 4, "dataavailable", "stop"]
    received = [event.samples for event in events if isinstance(event, SamplesEvent)]
    assert [block.time for block in received] == [0, 0.25, 0.5, 0.75]
    np.testing.assert_array_equal(np.concatenate(received), SOUND)


def test_pages_are_notified_of_listeners(scene: Scene) -> None:
    assert scene.options["live"] is False
    listener: list[Any] = []
    scene.rec.on("samples", listener.append)
    assert scene.options["live"] is True
    scene.rec.off("samples", listener.append)
    assert scene.options["live"] is False


def test_a_listener_added_during_a_take_receives_the_remaining_samples(scene: Scene) -> None:
    scene.start()
    scene.give(SOUND[:3000])
    received: list[Block] = []
    scene.rec.on("samples", lambda event: received.append(event.samples))
    scene.give(SOUND[3000:])
    scene.end()
    (block,) = received
    assert block.time == 3000 / RATE
    np.testing.assert_array_equal(block, SOUND[3000:])


def test_an_exception_of_a_listener_does_not_affect_the_take(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    @scene.rec.on("samples")
    def fail(_event: SamplesEvent) -> None:
        raise RuntimeError("a mistake")

    scene.start()
    with caplog.at_level(logging.CRITICAL):
        scene.give(SOUND)
        scene.end()
    assert scene.rec.take is not None
    assert len(scene.rec.take.samples) == RATE
    assert "a mistake" in scene.rec._notice


def test_a_fake_browser_supplies_blocks(rec: MediaRecorder, browser: FakeBrowser) -> None:
    blocks = rec.blocks(0.5)
    rec.start()
    browser.settle()
    rec.stop()
    got = np.concatenate(list(blocks))
    assert rec.take is not None
    np.testing.assert_array_equal(got, rec.take.samples)


def test_the_kernel_decodes_during_the_recording(
    monkeypatch: pytest.MonkeyPatch, core_alone: None
) -> None:
    """With PyAV, the page sends only parts of the blob."""
    monkeypatch.delitem(sys.modules, "av")
    pytest.importorskip("av")
    scene = Scene()
    assert scene.options["decode"] is False
    received: list[Block] = []
    scene.rec.on("samples", lambda event: received.append(event.samples))
    blocks = scene.rec.blocks(0.1)
    scene.start()
    blob = blob_of("opus.webm").tobytes()
    for start in range(0, len(blob), 2000):
        scene.letter("data", blob[start : start + 2000])
        if start == 6000:
            assert next(blocks).time == 0  # during the recording
    scene.end()
    take = scene.rec.take
    assert take is not None
    assert take._signal is not None
    assert len(take.samples) == 17 * 2880
    assert scene.rec.value is take.samples
    np.testing.assert_array_equal(np.concatenate(received), take.samples)
    np.testing.assert_array_equal(np.concatenate(list(blocks)), take.samples[4800:])
    scene.rec._controller._leave()
