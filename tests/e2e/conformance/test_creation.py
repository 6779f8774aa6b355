"""web-platform-tests mediacapture-record/MediaRecorder-creation.https.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import Bench


def test_creation(bench: Bench) -> None:
    """Making a recorder opens nothing and records nothing."""
    bench.make()
    assert bench.state == "inactive"
    assert bench.value("(rec.mime_type, rec.audio_bitrate_mode)") == ["", "variable"]
    assert bench.value("rec.audio_bits_per_second") != 0
    assert bench.value("rec.video_bits_per_second") != 0
    assert bench.call("rec.source == __import__('mediarecorder').Microphone()") is True
    assert bench.log() == []
    assert bench.witness.requests() == []
    assert [(native["state"], native["tracks"]) for native in bench.native()] == [("inactive", [])]
