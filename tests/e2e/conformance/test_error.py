"""web-platform-tests mediacapture-record/MediaRecorder-error.html."""

from __future__ import annotations

import pytest

from tests.e2e.conformance.bench import ONE_TAKE, Bench

both_changes = pytest.mark.parametrize("change", ["add_track", "remove_track"])


@both_changes
def test_stops_with_an_error_when_the_tracks_change(bench: Bench, change: str) -> None:
    bench.make()
    bench.run("rec.start(100)")
    bench.until("dataavailable")
    assert bench.state == "recording"
    getattr(bench.witness, change)()
    stop = bench.until("stop")
    assert stop["ended_by"] == "error"
    assert stop["size"] == sum(entry["size"] for entry in bench.log("dataavailable")) > 0
    (error,) = bench.log("error")
    assert (error["error"], error["state"]) == ("InvalidModificationError", "inactive")
    assert error["message"]
    after = bench.events()[bench.events().index("error") :]
    assert after == ["error", "dataavailable", "stop"]
    assert bench.state == "inactive"
    bench.record()


@both_changes
def test_stops_with_an_error_while_paused(bench: Bench, change: str) -> None:
    bench.make()
    bench.run("rec.start(); rec.pause()")
    bench.until("pause")
    getattr(bench.witness, change)()
    bench.until("stop")
    assert bench.events() == ["start", "pause", "error", "dataavailable", "stop"]
    assert bench.log("error")[0]["error"] == "InvalidModificationError"


def test_start_while_recording(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start()")
    bench.until("start")
    assert bench.raised("rec.start()") == "InvalidStateError"
    assert bench.call("(rec.pause(), raised(rec.start), rec.state)") == (
        None,
        "InvalidStateError",
        "paused",
    )
    bench.run("rec.resume(); rec.stop()")
    bench.until("stop")
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]
    bench.record()
    assert bench.events()[-3:] == ONE_TAKE
