"""The same short scenario wherever notebooks live, each as its users embed a widget."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.e2e.hosts.scene import Scene
from tests.e2e.hosts.servers import Line


@pytest.fixture(autouse=True)
def at_rest(scene: Scene) -> None:
    """Before each test, both recorders are."""
    scene.until_at_rest(2)


def check_sound(stop: Line, hears: Sequence[float]) -> None:
    """Half a second or more of what the microphone heard, in each channel."""
    frames, channels = stop["shape"]
    assert channels == len(hears)
    assert 0.4 < frames / stop["sample_rate"] < 5
    assert stop["spectrum"] == pytest.approx(list(hears), abs=4)
    assert stop["complete"]


def test_python_starts_and_stops(scene: Scene) -> None:
    scene.person.press("Start in Python")
    scene.next("first", "start")
    for _ in range(3):
        assert scene.next("first", "dataavailable")["bytes"] > 0
    scene.person.press("Stop in Python")
    scene.next("first", "dataavailable")
    check_sound(scene.next("first", "stop"), scene.person.hears)


def test_the_buttons_start_and_stop(scene: Scene) -> None:
    scene.person.press("Record")
    scene.next("first", "start")
    scene.until_half_a_second()
    scene.person.press("Stop")
    assert scene.next("first", "dataavailable")["bytes"] > 0
    check_sound(scene.next("first", "stop"), scene.person.hears)


def test_two_record_at_once(scene: Scene) -> None:
    scene.person.press("Record")
    scene.next("first", "start")
    scene.person.press("Record")  # the only one that is left
    scene.next("second", "start")
    scene.until_half_a_second()
    scene.person.press("Stop")
    check_sound(scene.next("first", "stop"), scene.person.hears)
    scene.until_at_rest(1)
    scene.person.press("Stop")
    check_sound(scene.next("second", "stop"), scene.person.hears)


def test_the_app_reacts_to_a_take(scene: Scene) -> None:
    scene.person.press("Record")
    scene.next("first", "start")
    scene.until_half_a_second()
    scene.person.press("Stop")
    frames, _ = scene.next("first", "stop")["shape"]
    scene.until(lambda: scene.next("first", "reaction")["frames"] == frames)


def test_a_refusal_is_told(scene: Scene) -> None:
    scene.person.allow(False)
    try:
        scene.person.press("Start in Python")
        assert scene.next("first", "error")["error"] == "NotAllowedError"
        assert "microphone" in scene.until(scene.person.alert).lower()
    finally:
        scene.person.allow(True)
    scene.until_at_rest(2)
