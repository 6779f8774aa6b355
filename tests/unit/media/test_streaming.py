"""Decoding during a recording yields the same samples as decoding the complete recording."""

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


class Listener:
    """Keeps the blocks of samples, and the thread that delivers them."""

    def __init__(self) -> None:
        self.blocks: list[Samples] = []
        self.arrivals = threading.Semaphore(0)
        self.outcome: str | None = None
        self.thread: threading.Thread | None = None

    def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
        assert first == sum(map(len, self.blocks))
        assert sample_rate > 0
        self.blocks.append(block)
        self.thread = threading.current_thread()
        self.arrivals.release()

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
def test_the_samples_equal_those_of_the_complete_recording(name: str, size: int) -> None:
    """For all sizes of parts, and including the last packet."""
    samples, rate = media.decode(blob_of(name))
    streamed = decoded(blob_of(name).tobytes(), size).samples()
    assert streamed is not None
    np.testing.assert_array_equal(streamed[0], samples)
    assert streamed[1] == rate


def test_samples_are_delivered_during_the_recording() -> None:
    blob = blob_of("opus.webm").tobytes()
    listener = Listener()
    buffer = SampleBuffer(listener)
    decoder = StreamingDecoder(buffer)
    decoder.feed(blob[: len(blob) // 2])
    for _ in range(6):  # of 17 frames of 60 ms
        assert listener.arrivals.acquire(timeout=10)
    assert buffer.outcome is None
    assert listener.thread not in (None, threading.current_thread())
    decoder.feed(blob[len(blob) // 2 :])
    decoder.end()
    assert listener.outcome == buffer.outcome == "done"
    samples, _ = media.decode(blob_of("opus.webm"))
    np.testing.assert_array_equal(np.concatenate(listener.blocks), samples)


@pytest.mark.parametrize("blob", [b"", b"no recording at all", b"\x1aE\xdf\xa3webm" + bytes(200)])
def test_the_outcome_explains_why_bytes_cannot_be_decoded(blob: bytes) -> None:
    buffer = decoded(blob, 50)
    assert buffer.samples() is None
    assert buffer.outcome != "done"
    assert str(buffer.outcome).endswith(".")


def test_a_header_alone_has_no_samples() -> None:
    assert decoded(blob_of("header-only.webm").tobytes(), 50).samples() is None


def test_a_truncated_recording_is_decoded_up_to_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    blob = blob_of("opus.webm")[:7000]
    with caplog.at_level(logging.ERROR):
        streamed = decoded(blob.tobytes(), 999).samples()
    assert streamed is not None
    np.testing.assert_array_equal(streamed[0], media.decode(blob)[0])


def test_a_decoder_that_falls_too_far_behind_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded when parts arrive faster than they are decoded."""
    monkeypatch.setattr(streaming, "MOST_BEHIND", 100_000)
    resume = threading.Event()

    class Slow(Listener):
        def on_samples(self, first: int, block: Samples, sample_rate: int) -> None:
            resume.wait(10)

    buffer = SampleBuffer(Slow())
    decoder = StreamingDecoder(buffer)
    blob = blob_of("pcm.webm").tobytes()
    decoder.feed(blob)
    for _ in range(5):
        decoder.feed(bytes(50_000))
    pipe = decoder._pipe
    assert pipe._put - pipe._taken <= 100_000
    resume.set()
    decoder.end()
    assert buffer.samples() is None
    assert buffer.outcome == "The kernel is too slow to decode during the recording."


def test_the_thread_of_a_garbage_collected_decoder_ends() -> None:
    decoder = StreamingDecoder(SampleBuffer())
    thread = decoder._thread
    decoder.feed(blob_of("opus.webm").tobytes())
    del decoder
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_samples_are_not_copied_at_the_end() -> None:
    """The buffer grows in amortised steps, and the result is a view of it."""
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


def test_a_change_of_layout_discards_all_samples() -> None:
    buffer = SampleBuffer()
    buffer.add(np.zeros((10, 2), np.float32), 8_000)
    with pytest.raises(DecodingError, match="changes within"):
        buffer.add(np.zeros((10, 1), np.float32), 8_000)
    buffer.end("done")
    assert buffer.samples() is None
    with pytest.raises(DecodingError, match="after their end"):
        buffer.add(np.zeros((10, 2), np.float32), 8_000)
