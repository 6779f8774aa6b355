"""Decoding while a recording arrives: the same samples as decoding all of it at once."""

from __future__ import annotations

import gc
import logging
import threading

import numpy as np
import pytest

from mediarecorder import media
from mediarecorder.errors import DecodingError
from mediarecorder.media import streaming
from mediarecorder.media.samples import SampleBuffer, Samples
from mediarecorder.media.streaming import StreamingDecoder
from tests.recordings import blob_of

pytest.importorskip("av")


class Ear:
    """Notes what it hears, and on which thread."""

    def __init__(self) -> None:
        self.blocks: list[Samples] = []
        self.heard = threading.Semaphore(0)
        self.outcome: str | None = None
        self.thread: threading.Thread | None = None

    def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
        assert first == sum(map(len, self.blocks))
        assert sample_rate > 0
        self.blocks.append(block)
        self.thread = threading.current_thread()
        self.heard.release()

    def on_end(self, outcome: str) -> None:
        self.outcome = outcome


def decoded(blob: bytes, size: int) -> SampleBuffer:
    buffer = SampleBuffer()
    decoder = StreamingDecoder(buffer)
    for start in range(0, len(blob), size):
        decoder.feed(blob[start : start + size])
    decoder.end()
    return buffer


@pytest.mark.parametrize("size", [1, 37, 4_000, 1 << 20])
@pytest.mark.parametrize("name", ["opus.webm", "pcm.webm", "opus.mp4", "opus.ogg"])
def test_it_is_the_same_as_decoding_the_whole(name: str, size: int) -> None:
    """However the parts are cut; and the last packet is among them."""
    samples, rate = media.decode(blob_of(name))
    along = decoded(blob_of(name).tobytes(), size).samples()
    assert along is not None
    np.testing.assert_array_equal(along[0], samples)
    assert along[1] == rate


def test_samples_come_while_it_goes_on() -> None:
    blob = blob_of("opus.webm").tobytes()
    ear = Ear()
    buffer = SampleBuffer(ear)
    decoder = StreamingDecoder(buffer)
    decoder.feed(blob[: len(blob) // 2])
    for _ in range(6):  # of 17 frames of 60 ms
        assert ear.heard.acquire(timeout=10)
    assert buffer.outcome is None
    assert ear.thread not in (None, threading.current_thread())
    decoder.feed(blob[len(blob) // 2 :])
    decoder.end()
    assert ear.outcome == buffer.outcome == "done"
    samples, _ = media.decode(blob_of("opus.webm"))
    np.testing.assert_array_equal(np.concatenate(ear.blocks), samples)


@pytest.mark.parametrize("blob", [b"", b"no recording at all", b"\x1aE\xdf\xa3webm" + bytes(200)])
def test_what_cannot_be_decoded_says_so(blob: bytes) -> None:
    buffer = decoded(blob, 50)
    assert buffer.samples() is None
    assert buffer.outcome != "done"
    assert str(buffer.outcome).endswith(".")


def test_a_header_alone_has_no_samples() -> None:
    assert decoded(blob_of("header-only.webm").tobytes(), 50).samples() is None


def test_a_recording_that_breaks_off_gives_what_came_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    blob = blob_of("opus.webm")[:7000]
    with caplog.at_level(logging.ERROR):
        along = decoded(blob.tobytes(), 999).samples()
    assert along is not None
    np.testing.assert_array_equal(along[0], media.decode(blob)[0])


def test_more_than_it_can_take_is_left_to_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, whoever sends too much too fast."""
    monkeypatch.setattr(streaming, "MOST_BEHIND", 100_000)
    held = threading.Event()

    class Slow(Ear):
        def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
            held.wait(10)

    buffer = SampleBuffer(Slow())
    decoder = StreamingDecoder(buffer)
    blob = blob_of("pcm.webm").tobytes()
    decoder.feed(blob)
    for _ in range(5):
        decoder.feed(bytes(50_000))
    pipe = decoder._pipe
    assert pipe._put - pipe._taken <= 100_000
    held.set()
    decoder.end()
    assert buffer.samples() is None
    assert buffer.outcome == "The kernel is too slow to decode along."


def test_a_take_that_is_forgotten_ends_its_thread() -> None:
    decoder = StreamingDecoder(SampleBuffer())
    thread = decoder._thread
    decoder.feed(blob_of("opus.webm").tobytes())
    del decoder
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_samples_grow_in_place() -> None:
    """In amortised steps, and the last is a view: nothing is copied when it is asked for."""
    buffer = SampleBuffer()
    whole = np.arange(30_000, dtype=np.float32).reshape(-1, 2)
    for block in np.split(whole, 100):
        buffer.add(block, 8_000)
    buffer.end("done")
    first, second = buffer.samples(), buffer.samples()
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first[0], whole)
    assert np.shares_memory(first[0], second[0])
    assert first[1] == 8_000


def test_a_layout_that_changes_makes_all_worth_nothing() -> None:
    buffer = SampleBuffer()
    buffer.add(np.zeros((10, 2), np.float32), 8_000)
    with pytest.raises(DecodingError, match="changes within"):
        buffer.add(np.zeros((10, 1), np.float32), 8_000)
    buffer.end("done")
    assert buffer.samples() is None
    with pytest.raises(DecodingError, match="after their end"):
        buffer.add(np.zeros((10, 2), np.float32), 8_000)
