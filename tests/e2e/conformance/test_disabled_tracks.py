"""web-platform-tests mediacapture-record/MediaRecorder-disabled-tracks.https.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import Bench

# A microphone that is muted from the first moment on.
MUTED = """
    const { mediaDevices } = navigator;
    const stream = await MediaDevices.prototype.getUserMedia.call(mediaDevices, { audio: true });
    stream.getTracks().forEach((track) => (track.enabled = false));
    return stream;
"""


def test_disabled_tracks_are_recorded(bench: Bench) -> None:
    """A track that is off gives data all the same; and that data is silence."""
    bench.make("mime_type='audio/webm;codecs=pcm'")
    bench.hear(MUTED)
    bench.run("rec.start()")
    bench.until("start")
    bench.run("rec.request_data()")
    data = bench.until("dataavailable")
    assert (data["state"], data["size"] > 0) == ("recording", True)
    bench.run("rec.stop()")
    bench.until("stop")
    assert bench.events() == ["start", "dataavailable", "dataavailable", "stop"]
    assert bench.value("(rec.take.samples.size > 0, bool(rec.take.samples.any()))") == [True, False]
