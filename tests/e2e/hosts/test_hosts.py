"""The same short scenario in every host; the app embeds the recorders as the host's users do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.e2e.hosts.scene import Scene
from tests.e2e.hosts.servers import Line


@pytest.fixture(autouse=True)
def idle(scene: Scene) -> None:
    """Both recorders are idle before each test."""
    scene.until_idle(2)


def check_sound(stop: Line, frequencies: Sequence[float]) -> None:
    """Check that each channel has the microphone's tone, for about half a second or more."""
    frames, channels = stop["shape"]
    assert channels == len(frequencies)
    assert 0.4 < frames / stop["sample_rate"] < 5
    assert stop["spectrum"] == pytest.approx(list(frequencies), abs=4)
    assert stop["complete"]


def test_python_starts_and_stops(scene: Scene) -> None:
    scene.user.press("Start in Python")
    scene.next("first", "start")
    for _ in range(3):
        assert scene.next("first", "dataavailable")["bytes"] > 0
    scene.user.press("Stop in Python")
    scene.next("first", "dataavailable")
    check_sound(scene.next("first", "stop"), scene.user.frequencies)


def test_the_buttons_start_and_stop(scene: Scene) -> None:
    scene.user.press("Record")
    scene.next("first", "start")
    scene.until_half_a_second()
    scene.user.press("Stop")
    assert scene.next("first", "dataavailable")["bytes"] > 0
    check_sound(scene.next("first", "stop"), scene.user.frequencies)


def test_two_record_at_once(scene: Scene) -> None:
    scene.user.press("Record")
    scene.next("first", "start")
    scene.user.press("Record")  # the second recorder's; the first one shows Stop
    scene.next("second", "start")
    scene.until_half_a_second()
    scene.user.press("Stop")
    check_sound(scene.next("first", "stop"), scene.user.frequencies)
    scene.until_idle(1)
    scene.user.press("Stop")
    check_sound(scene.next("second", "stop"), scene.user.frequencies)


def test_the_app_reacts_to_a_take(scene: Scene) -> None:
    scene.user.press("Record")
    scene.next("first", "start")
    scene.until_half_a_second()
    scene.user.press("Stop")
    frames, _ = scene.next("first", "stop")["shape"]
    scene.until(lambda: scene.next("first", "reaction")["frames"] == frames)


def test_a_refusal_is_told(scene: Scene) -> None:
    scene.user.allow(False)
    try:
        scene.user.press("Start in Python")
        assert scene.next("first", "error")["error"] == "NotAllowedError"
        assert "microphone" in scene.until(scene.user.alert).lower()
    finally:
        scene.user.allow(True)
    scene.until_idle(2)
