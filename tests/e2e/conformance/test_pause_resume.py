"""web-platform-tests mediacapture-record/MediaRecorder-pause-resume.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import Bench, every_type

pytestmark = every_type


def test_state_and_events_of_pause_and_resume(bench: Bench, mime_type: str) -> None:
    """Each call changes the state at once; the second of two of a kind does nothing."""
    bench.make(f"mime_type={mime_type!r}")
    bench.run("states = {}")
    for call, event in [("pause", "pause"), ("resume", "resume"), ("stop", "stop")]:
        if call == "pause":
            bench.run("rec.start(); states['start'] = rec.state")
            bench.until("start")
        again = "" if call == "stop" else f"rec.{call}(); "
        bench.run(f"rec.{call}(); {again}states[{call!r}] = rec.state")
        bench.until(event)
    assert bench.value("states") == {
        "start": "recording",
        "pause": "paused",
        "resume": "recording",
        "stop": "inactive",
    }
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert [entry["state"] for entry in bench.log()] == [
        "recording",
        "paused",
        "recording",
        "inactive",
        "inactive",
    ]
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]


def test_all_in_one_cell(bench: Bench, mime_type: str) -> None:
    """The page hears all of it while it still asks for permission, and does it in order."""
    bench.make(f"mime_type={mime_type!r}")
    calls = ("start", "pause", "pause", "resume", "resume", "stop")
    states = bench.call(f"[(getattr(rec, call)(), rec.state)[1] for call in {calls}]")
    assert states == ["recording", "paused", "paused", "recording", "recording", "inactive"]
    bench.until("stop")
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]


def test_stop_in_paused_state(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.run("rec.start()")
    bench.until("start")
    bench.run("rec.pause()")
    bench.until("pause")
    assert bench.call("(rec.stop(), rec.state)") == (None, "inactive")
    bench.until("stop")
    bench.run("rec.start()")
    assert bench.until("start", 2)["state"] == "recording"
    assert bench.events() == ["start", "pause", "dataavailable", "stop", "start"]
