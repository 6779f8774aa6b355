"""web-platform-tests mediacapture-streams: GUM-deny, GUM-impossible-constraint and others."""

from __future__ import annotations

import pytest

from tests.e2e.conformance.bench import ONE_TAKE, Bench


@pytest.mark.parametrize(
    "name", ["NotAllowedError", "NotFoundError", "NotReadableError", "AbortError", "SecurityError"]
)
def test_a_refused_start_fires_exactly_one_error(bench: Bench, name: str) -> None:
    """mediacapture-streams/GUM-deny.https.html; the recorder can be started again."""
    bench.make()
    bench.witness.refuse_permission(name)
    bench.run("rec.start()")
    bench.until("error")
    (error,) = bench.log()
    assert (error["error"], error["state"]) == (name, "inactive")
    bench.witness.release_permission()
    bench.record()
    assert bench.events() == ["error", *ONE_TAKE]


@pytest.mark.parametrize(
    ("constraint", "name"),
    [
        ("sample_rate=3001", "OverconstrainedError"),
        ("device='no such microphone'", "NotFoundError"),
    ],
)
def test_a_constraint_that_no_device_satisfies(bench: Bench, constraint: str, name: str) -> None:
    """mediacapture-streams/GUM-required-constraint-with-ideal-value.https.html and others."""
    bench.run("from mediarecorder import Microphone")
    bench.make(f"Microphone({constraint})")
    bench.run("rec.start()")
    bench.until("error")
    (error,) = bench.log()
    assert (error["error"], error["state"]) == (name, "inactive")
    assert error["message"]
    assert bench.state == "inactive"
    assert bench.witness.live_tracks() == 0


def test_settings_are_those_of_the_track(bench: Bench) -> None:
    """mediacapture-streams/MediaStreamTrack-getSettings.https.html."""
    bench.make()
    bench.run("rec.start()")
    bench.until("start")
    get_settings = "witness.native().stream.getTracks()[0].getSettings()"
    expected = bench.notebook.page.evaluate(get_settings)
    bench.run("rec.stop()")
    bench.until("stop")
    settings = bench.value("dict(rec.take.settings)")
    assert settings["sampleRate"] == expected["sampleRate"]
    assert settings["echoCancellation"] is expected["echoCancellation"] is False
    assert settings["deviceId"] == expected["deviceId"]
