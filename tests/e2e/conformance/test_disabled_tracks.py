"""web-platform-tests mediacapture-record/MediaRecorder-disabled-tracks.https.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import Bench

# A microphone whose tracks are disabled from the beginning.
MUTED = """
    const { mediaDevices } = navigator;
    const stream = await MediaDevices.prototype.getUserMedia.call(mediaDevices, { audio: true });
    stream.getTracks().forEach((track) => (track.enabled = false));
    return stream;
"""


def test_disabled_tracks_are_recorded(bench: Bench) -> None:
    """A disabled track delivers data, which is silence."""
    bench.make("mime_type='audio/webm;codecs=pcm'")
    bench.use_stream(MUTED)
    bench.run("rec.start()")
    bench.until("start")
    bench.run("rec.request_data()")
    data = bench.until("dataavailable")
    assert (data["state"], data["size"] > 0) == ("recording", True)
    bench.run("rec.stop()")
    bench.until("stop")
    assert bench.events() == ["start", "dataavailable", "dataavailable", "stop"]
    assert bench.value("(rec.take.samples.size > 0, bool(rec.take.samples.any()))") == [True, False]
