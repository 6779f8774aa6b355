"""Behaviour of browsers that no web-platform-test covers: no data, late data, quick calls."""

from __future__ import annotations

import pytest

from tests.e2e.conformance.bench import ONE_TAKE, Bench

WITHOUT_SOURCE = "return new AudioContext().createMediaStreamDestination().stream"
SUSPENDED = """
    const context = new AudioContext();
    await context.suspend();
    const output = context.createMediaStreamDestination();
    const oscillator = new OscillatorNode(context);
    oscillator.connect(output);
    oscillator.start();
    return output.stream;
"""
CLOSABLE = """
    const context = (window.closable = new AudioContext());
    const output = context.createMediaStreamDestination();
    const oscillator = new OscillatorNode(context);
    oscillator.connect(output);
    oscillator.start();
    return output.stream;
"""

no_data = pytest.mark.parametrize(
    "stream", [WITHOUT_SOURCE, SUSPENDED], ids=["without a source", "suspended"]
)


@no_data
def test_a_stream_without_data_and_start_event(bench: Bench, stream: str) -> None:
    bench.make()
    bench.use_stream(stream)
    bench.run("rec.start(100)")
    bench.notebook.page.wait_for_function("witness.report().takes.length === 1")
    assert bench.value("(rec.state, log)") == ["recording", []]
    bench.run("rec.pause()")
    bench.until("pause")
    bench.run("rec.resume(); rec.stop()")
    stop = bench.until("stop")
    assert stop["size"] == 0
    assert bench.events() == ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.value("(rec.take.samples.dtype.str, rec.take.samples.ndim)") == ["<f4", 2]
    assert bench.value("len(rec.take.samples)") == 0

    bench.use_microphone()
    assert bench.record()["size"] > 0


def test_data_that_stops_without_an_event(bench: Bench) -> None:
    """A closed AudioContext leaves its track live and its recorder recording."""
    bench.make()
    bench.use_stream(CLOSABLE)
    bench.run("rec.start(100)")
    bench.until("dataavailable", 2)
    bench.notebook.page.evaluate("closable.close()")
    assert bench.state == "recording"
    bench.run("rec.stop()")
    stop = bench.until("stop")
    assert stop["size"] == sum(entry["size"] for entry in bench.log("dataavailable")) > 0
    assert bench.value("len(rec.take.samples)") > 0


def test_a_browser_that_never_fires_stop(bench: Bench) -> None:
    """After some seconds the take ends without the event, with all received data."""
    bench.make()
    bench.after_next("start", "recorder.onstop = null")
    bench.run("rec.start(100)")
    bench.until("dataavailable", 2)
    bench.run("rec.stop()")
    stop = bench.until("stop")
    assert stop["size"] == bench.witness.takes()[-1]["size"] > 0
    assert bench.events()[-2:] == ["dataavailable", "stop"]
    assert bench.record()["take"] != stop["take"]


def test_two_takes_of_one_cell_never_mix(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start()")
    bench.until("start")
    bench.run("rec.stop(); rec.start(); rec.pause(); rec.resume(); rec.stop(); rec.start()")
    bench.until("start", 3)
    assert bench.state == "recording"
    bench.run("rec.stop()")
    bench.until("stop", 3)
    second = ["start", "pause", "resume", "dataavailable", "stop"]
    assert bench.events() == [*ONE_TAKE, *second, *ONE_TAKE]
    stops, data = bench.log("stop"), bench.log("dataavailable")
    assert len({stop["take"] for stop in stops}) == 3
    sizes = [take["size"] for take in bench.witness.takes()]
    assert [entry["size"] for entry in stops] == [entry["size"] for entry in data] == sizes
    assert bench.witness.live_tracks() == 0


def test_a_start_waits_for_the_end_of_the_previous_take(bench: Bench) -> None:
    """The browser fires `stop` late; commands that arrive meanwhile keep their order."""
    bench.make()
    late = "const { onstop } = recorder; recorder.onstop = () => setTimeout(onstop, 500)"
    bench.after_next("start", late)
    bench.run("rec.start()")
    bench.until("start")
    bench.run("rec.stop(); rec.start(); rec.pause()")
    assert bench.until("pause")["state"] == "paused"
    assert bench.events() == [*ONE_TAKE, "start", "pause"]
    bench.run("rec.stop()")
    bench.until("stop", 2)
    assert bench.events() == [*ONE_TAKE, "start", "pause", *ONE_TAKE[1:]]


def test_starting_again_from_the_stop_event(bench: Bench) -> None:
    bench.make()
    bench.run("rec.on('start', lambda event: rec.stop())")
    bench.run("rec.on('stop', lambda event: len(log) == 3 and rec.start())")
    bench.run("rec.start()")
    bench.until("stop", 2)
    assert bench.events() == ONE_TAKE * 2
    assert bench.state == "inactive"


@pytest.mark.parametrize("timeslice", [0, 99.9])
def test_short_timeslices_are_raised_with_a_warning(bench: Bench, timeslice: float) -> None:
    """Chromium fires a flood of one-byte blobs after start(0)."""
    bench.make("mime_type='audio/webm;codecs=pcm'")
    (warning,) = bench.call(f"warned(lambda: rec.start({timeslice}))")
    assert warning.startswith("UserWarning: A timeslice of ")
    bench.until("dataavailable", 3)
    bench.run("rec.stop()")
    bench.until("stop")
    first, second, third = bench.log("dataavailable")[:3]
    assert second["timecode"] - first["timecode"] >= 50
    assert third["timecode"] - second["timecode"] >= 50
    assert bench.witness.takes()[0]["timeslice"] == 100


def test_timeslices_that_webidl_would_wrap_are_refused(bench: Bench) -> None:
    bench.make()
    for timeslice in ("-1", "float('nan')", "float('inf')", "2**31"):
        assert bench.call(f"(raised(lambda: rec.start({timeslice})), rec.state)") == (
            "ValueError",
            "inactive",
        )
    bench.record()
    assert bench.events() == ONE_TAKE


LATE = """
    const late = (text) => recorder.dispatchEvent(
      new BlobEvent("dataavailable", { data: new Blob(text ? [text] : []), timecode: 0 }));
    late(""); late("some bytes"); late("");
"""


@pytest.mark.parametrize("timeslice", ["", "100"])
def test_more_than_one_blob_after_stop(bench: Bench, timeslice: str) -> None:
    """Firefox fires several, some of them empty. Python gets one event with all bytes."""
    bench.make()
    bench.run(f"rec.start({timeslice})")
    bench.until("start")
    bench.after_next("stop", LATE)
    bench.run("rec.stop()")
    stop = bench.until("stop")
    take, data = bench.witness.takes()[0], bench.log("dataavailable")
    blobs = [event["state"] for event in take["events"] if event["type"] == "dataavailable"]
    assert blobs.count("inactive") >= 4
    assert len(data) <= blobs.count("recording") + 1
    assert bench.events()[-2:] == ["dataavailable", "stop"]
    assert sum(entry["size"] for entry in data) == stop["size"] == take["size"]
    assert bench.value("rec.take.blob.tobytes().hex()") == bench.witness.bytes().hex()


def test_a_blob_after_the_stop_event_is_dropped(bench: Bench) -> None:
    """Firefox fires such blobs after start(0)."""
    bench.make()
    bench.after_next("start", f"recorder.addEventListener('stop', () => {{ {LATE} }})")
    bench.record()
    bench.record()
    assert bench.events() == ONE_TAKE * 2
    first, second = bench.log("stop")
    assert first["size"] == bench.witness.takes()[0]["size"] - len("some bytes")
    assert second["size"] == bench.witness.takes()[1]["size"]


def test_a_second_stop_keeps_the_pending_blob(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start()")
    bench.until("start")
    assert bench.call("(rec.stop(), raised(rec.stop))") == (None, "InvalidStateError")
    stop = bench.until("stop")
    assert bench.events() == ONE_TAKE
    assert stop["size"] == bench.witness.takes()[-1]["size"] > 0


def test_listeners_that_raise_do_not_affect_the_others(bench: Bench) -> None:
    bench.run("rec = MediaRecorder(); names = ('start', 'dataavailable', 'stop')")
    bench.run("for name in names: rec.on(name, lambda event: 1 / 0)")
    bench.run("log = watch(rec)")
    bench.record()
    assert bench.events() == ONE_TAKE


def test_two_recorders_at_once(bench: Bench) -> None:
    """Both record the microphone; each has its own events and its own take."""
    bench.make()
    bench.run("other = MediaRecorder(); others = watch(other)")
    bench.run("rec.start(); other.start()")
    bench.until("start")
    bench.notebook.until("others")
    bench.run("rec.stop()")
    bench.until("stop")
    assert bench.value("(other.state, [entry['type'] for entry in others])") == [
        "recording",
        ["start"],
    ]
    bench.run("other.stop()")
    bench.notebook.until("len(others) == 3")
    assert bench.value("rec.take.id != other.take.id") is True
    assert bench.witness.live_tracks() == 0
