"""web-platform-tests mediacapture-record/MediaRecorder-stop.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import ONE_TAKE, Bench, every_type

pytestmark = every_type

END_TRACKS = "() => { witness.endTracks(); return witness.native().state }"


def test_stops_when_all_tracks_are_ended(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.run("rec.start()")
    bench.until("start")
    assert bench.state == "recording"
    assert bench.notebook.page.evaluate(END_TRACKS) == "recording"
    stop = bench.until("stop")
    assert stop["state"] == "inactive"
    assert stop["ended_by"] == "track ended"
    assert bench.events() == ONE_TAKE
    assert bench.state == "inactive"
    assert bench.witness.calls() == ["start"]


def test_stops_and_fires_a_stop_event_when_stop_is_called(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.run("rec.start()")
    bench.until("start")
    assert bench.call("(rec.state, rec.stop(), rec.state)") == ("recording", None, "inactive")
    stop = bench.until("stop")
    assert stop["state"] == "inactive"
    assert stop["ended_by"] == "stop"
    assert bench.events() == ONE_TAKE
    assert bench.state == "inactive"
    assert bench.witness.live_tracks() == 0


def test_stop_after_creation(bench: Bench, mime_type: str) -> None:
    """Python raises, where the standard has a no-op; the page receives no command."""
    bench.make(f"mime_type={mime_type!r}")
    assert bench.raised("rec.stop()") == "InvalidStateError"
    bench.record()
    assert bench.events() == ONE_TAKE
    assert [recorder["calls"] for recorder in bench.native()[:-1]] == [[]]
    assert bench.witness.calls() == ["start", "stop"]


def test_stop_after_having_just_been_stopped(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.record()
    assert bench.raised("rec.stop()") == "InvalidStateError"
    bench.record()
    assert bench.events() == ONE_TAKE * 2
    assert [bench.witness.calls(take) for take in (0, 1)] == [["start", "stop"]] * 2


def test_stop_after_having_just_been_spontaneously_stopped(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.run("rec.start()")
    bench.until("start")
    bench.witness.end_tracks()
    bench.until("stop")
    assert bench.raised("rec.stop()") == "InvalidStateError"
    bench.record()
    assert bench.events() == ONE_TAKE * 2
    assert [bench.witness.calls(take) for take in (0, 1)] == [["start"], ["start", "stop"]]


def test_start_event_even_if_stopped_synchronously(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    states = bench.call_in_one_turn("(rec.start(), rec.state, rec.stop(), rec.state)")
    assert states == (None, "recording", None, "inactive")
    bench.until("stop")
    assert bench.events() == ONE_TAKE


def test_start_event_even_if_a_track_is_removed_synchronously(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.after_next("start", "recorder.stream.removeTrack(recorder.stream.getTracks()[0])")
    bench.run("rec.start()")
    bench.until("stop")
    assert bench.events() == ["start", "error", "dataavailable", "stop"]
    (error,) = bench.log("error")
    assert (error["error"], error["state"]) == ("InvalidModificationError", "inactive")
    assert bench.witness.live_tracks() == 0


def test_only_start_and_stop_in_a_basic_recording_flow(bench: Bench, mime_type: str) -> None:
    """`start(0)` requests the shortest slices: here ten per second, with a warning."""
    bench.make(f"mime_type={mime_type!r}")
    (warning,) = bench.call("warned(lambda: rec.start(0))")
    assert warning.startswith("UserWarning: A timeslice of 0 ms is shorter")
    bench.until("dataavailable", 2)
    bench.run("rec.stop()")
    bench.until("stop")
    first, *data, last = bench.events()
    assert (first, set(data), last) == ("start", {"dataavailable"}, "stop")
    assert len(data) >= 3
    assert bench.witness.takes()[0]["timeslice"] == 100
