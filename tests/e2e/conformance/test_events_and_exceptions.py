"""web-platform-tests mediacapture-record/MediaRecorder-events-and-exceptions.html."""

from __future__ import annotations

from tests.e2e.conformance.bench import Bench, every_type

REFUSED = "[raised(call) for call in (rec.stop, rec.pause, rec.resume, rec.request_data)]"

CHAIN = f"""
rec.on("start", lambda event: rec.pause())
rec.on("pause", lambda event: rec.resume())
rec.on("resume", lambda event: rec.stop())
refused = []
rec.on("stop", lambda event: refused.extend({REFUSED}))
rec.start()
"""


def test_an_unsupported_type(bench: Bench) -> None:
    """The page reports it when it is up; from then on, start() raises synchronously."""
    bench.make("mime_type='audio/invalid'")
    (error,) = bench.log()
    assert (error["type"], error["error"]) == ("error", "NotSupportedError")
    assert "audio/invalid" in error["message"]
    assert bench.raised("rec.start()") == "NotSupportedError"
    assert bench.state == "inactive"
    assert bench.witness.requests() == []
    assert len(bench.log()) == 1


def test_an_unsupported_type_started_before_the_page_is_up(bench: Bench) -> None:
    bench.run("rec = MediaRecorder(mime_type='audio/invalid'); log = watch(rec); rec.start()")
    bench.until("error")
    assert bench.raised("rec.start()") == "NotSupportedError"
    (error,) = bench.log()
    assert (error["error"], error["state"]) == ("NotSupportedError", "inactive")
    assert bench.witness.requests() == []


def test_a_new_recorder_refuses(bench: Bench) -> None:
    """stop() raises too: only here, Python follows the reference instead of the standard."""
    bench.make()
    assert bench.call(REFUSED) == ["InvalidStateError"] * 4
    bench.record()
    assert bench.events() == ["start", "dataavailable", "stop"]
    assert bench.witness.calls() == ["start", "stop"]


def test_start_on_an_empty_stream(bench: Bench) -> None:
    bench.make()
    bench.use_stream("return new MediaStream()")
    bench.run("rec.start()")
    bench.until("error")
    (error,) = bench.log()
    assert (error["error"], error["state"]) == ("NotSupportedError", "inactive")
    assert bench.state == "inactive"

    bench.use_microphone()
    bench.record()
    assert bench.events() == ["error", "start", "dataavailable", "stop"]


@every_type
def test_a_chain_of_calls_from_one_event_to_the_next(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    bench.run(CHAIN)
    bench.until("stop")
    assert [(entry["type"], entry["state"]) for entry in bench.log()] == [
        ("start", "recording"),
        ("pause", "paused"),
        ("resume", "recording"),
        ("dataavailable", "inactive"),
        ("stop", "inactive"),
    ]
    (data,) = bench.log("dataavailable")
    assert data["size"] > 0
    assert bench.notebook.until("refused") == ["InvalidStateError"] * 4
    assert bench.events().count("stop") == 1
    assert bench.witness.calls() == ["start", "pause", "resume", "stop"]
