"""web-platform-tests mediacapture-record/MediaRecorder-requestData.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import ONE_TAKE, Bench

SILENT = "return new AudioContext().createMediaStreamDestination().stream"


def test_immediately_after_start(bench: Bench) -> None:
    """Nothing is encoded yet, so an empty blob at time zero follows the `start` event."""
    bench.make()
    bench.call_in_one_turn("(rec.start(), rec.request_data())")
    data = bench.until("dataavailable")
    assert (data["size"], data["timecode"], data["state"]) == (0, 0, "recording")
    assert bench.events()[:2] == ["start", "dataavailable"]
    bench.until("start")
    bench.run("rec.stop()")
    bench.until("stop")
    assert bench.events() == ["start", "dataavailable", "dataavailable", "stop"]
    assert bench.witness.calls() == ["start", "requestData", "stop"]


def test_after_onstart(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start()")
    bench.until("start")
    bench.run("rec.request_data()")
    data = bench.until("dataavailable")
    assert data["size"] > 0
    assert data["state"] == "recording"
    assert data["mime_type"] == data["rec.mime_type"] != ""


def test_the_blobs_together_are_the_recording(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start()")
    bench.until("start")
    for count in (1, 2):
        bench.run("rec.request_data()")
        bench.until("dataavailable", count)
    bench.run("rec.request_data(); rec.stop()")
    stop = bench.until("stop")
    data = bench.log("dataavailable")
    assert bench.events() == ["start", *["dataavailable"] * 4, "stop"]
    assert sum(entry["size"] for entry in data) == stop["size"] == bench.witness.takes()[-1]["size"]
    assert bench.value("rec.take.blob.tobytes().hex()") == bench.witness.bytes().hex()


def test_while_paused(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start(); rec.pause()")
    bench.until("pause")
    bench.run("rec.request_data()")
    bench.until("dataavailable")
    bench.run("rec.request_data()")
    data = bench.until("dataavailable", 2)
    assert (data["size"], data["state"]) == (0, "paused")
    bench.run("rec.stop()")
    bench.until("stop")
    assert bench.events() == ["start", "pause", *["dataavailable"] * 3, "stop"]


def test_of_a_stream_without_data(bench: Bench) -> None:
    bench.make()
    bench.use_stream(SILENT)
    bench.run("rec.start(); rec.request_data(); rec.stop()")
    stop = bench.until("stop")
    assert bench.events() == ["start", "dataavailable", *ONE_TAKE[1:]]
    assert [entry["size"] for entry in bench.log("dataavailable")] == [0, 0]
    assert stop["size"] == 0
