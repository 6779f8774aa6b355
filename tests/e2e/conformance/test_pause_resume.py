"""web-platform-tests mediacapture-record/MediaRecorder-pause-resume.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import Bench, every_type

STEPS = [
    ("rec.start()", "start", "recording"),
    ("rec.pause(); rec.pause()", "pause", "paused"),
    ("rec.resume(); rec.resume()", "resume", "recording"),
    ("rec.stop()", "stop", "inactive"),
]


@every_type
def test_state_and_events_of_pause_and_resume(bench: Bench, mime_type: str) -> None:
    """Each call changes the state at once; a repeated call does nothing."""
    bench.make(f"mime_type={mime_type!r}")
    for calls, event, state in STEPS:
        bench.run(f"{calls}; at_once = rec.state")
        assert bench.value("at_once") == state
        assert bench.until(event)["state"] == state
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.log("dataavailable")[0]["state"] == "inactive"
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]


@every_type
def test_all_in_one_cell(bench: Bench, mime_type: str) -> None:
    """All calls arrive while the page still requests permission; it executes them in order."""
    bench.make(f"mime_type={mime_type!r}")
    calls = ("start", "pause", "pause", "resume", "resume", "stop")
    states = bench.call_in_one_turn(f"[(getattr(rec, call)(), rec.state)[1] for call in {calls}]")
    assert states == ["recording", "paused", "paused", "recording", "recording", "inactive"]
    bench.until("stop")
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]


@every_type
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


def test_buttons_fire_the_same_events(bench: Bench) -> None:
    """Buttons give the same states and events as calls; both may alternate."""
    bench.make()
    bench.run("rec")
    button = bench.notebook.page.locator("button[data-op=start]:enabled")
    button.click()
    assert bench.until("start")["state"] == "recording"
    bench.notebook.page.get_by_role("button", name="Pause", exact=True).click()
    assert bench.until("pause")["state"] == "paused"
    bench.run("rec.resume()")
    bench.until("resume")
    bench.notebook.page.locator("button[data-op=stop]").click()
    stop = bench.until("stop")
    assert stop["ended_by"] == "stop"
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.raised("rec.stop()") == "InvalidStateError"
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]
    button.click()
    bench.until("start", 2)
    bench.run("rec.stop()")
    bench.until("stop", 2)
    assert len({entry["take"] for entry in bench.log("stop")}) == 2
