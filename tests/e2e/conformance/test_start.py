"""web-platform-tests mediacapture-record/MediaRecorder-start.html."""

from __future__ import annotations

import pytest

from tests.e2e.conformance.bench import ONE_TAKE, Bench

VIDEO = "return document.createElement('canvas').captureStream()"
ENDED = """
    const { stream } = new AudioContext().createMediaStreamDestination();
    stream.getTracks().forEach((track) => track.stop());
    return stream;
"""


@pytest.mark.parametrize("stream", [VIDEO, ENDED], ids=["video", "tracks that have ended"])
def test_a_stream_that_cannot_be_recorded_as_this_type(bench: Bench, stream: str) -> None:
    """Chromium's own state stays "recording" when start() throws; Python's state does not."""
    bench.make("mime_type='audio/webm;codecs=opus'")
    bench.use_stream(stream)
    bench.run("rec.start()")
    bench.until("error")
    (error,) = bench.log()
    assert (error["error"], error["state"]) == ("NotSupportedError", "inactive")
    assert bench.raised("rec.pause()") == "InvalidStateError"
    assert {recorder["state"] for recorder in bench.native()} == {"inactive"}
    assert bench.witness.live_tracks() == 0

    bench.use_microphone()
    bench.record()
    assert bench.events() == ["error", *ONE_TAKE]
