"""What a page may not say, one rule each; `test_fuzz` says all of it at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mediarecorder import MediaRecorder
from mediarecorder.host.session import message_session
from mediarecorder.testing import FakePage
from mediarecorder.wire.link import MOST_PRESSES
from mediarecorder.wire.pages import MOST_PAGES
from mediarecorder.wire.protocol import ProtocolError
from mediarecorder.wire.refusals import Refusals

END: dict[str, Any] = {
    "ended_by": "stop",
    "mime_type": "audio/webm",
    "timecode": None,
    "seconds": 1.0,
    "decoding": None,
}


class Scene:
    """A recorder whose page `ours` records the take `t`, while others look on."""

    def __init__(self, *, decode: bool = False) -> None:
        self.rec = MediaRecorder(decode=decode)
        self.events: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.rec._controller.link._send = lambda content, *_: self.sent.append(content)
        for name in ("start", "error", "dataavailable", "stop"):
            self.rec.on(name, lambda event: self.events.append(event.type))
        self.pages = {name: FakePage(name) for name in ("ours", "other")}
        for name, page in self.pages.items():
            with message_session({"session": name}):
                self.say(page.hello())
        self.say(self.letter("ours", "started", at=0, settings={}))
        self.say(self.letter("ours", "data"), b"ours")

    def letter(self, page: str, kind: str, take: str = "t", **fields: Any) -> dict[str, Any]:
        return self.pages[page].letter(kind, take=take, **fields)

    def say(self, message: object, *buffers: bytes) -> None:
        self.rec._controller.link.receive(message, buffers)

    def end(self) -> None:
        self.say(self.letter("ours", "stopped", **END))

    @property
    def refused(self) -> Refusals:
        return self.rec._controller.link.refused


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.rec._controller._leave()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("started", {"at": 0, "settings": {}}),
        ("paused", {}),
        ("data", {}),
        ("dataavailable", {"mime_type": "", "timecode": None}),
        ("pcm", {"sample_rate": 8_000, "channels": 1}),
        ("decoded", {"decoding": "done"}),
        ("failed", {"fault": {"name": "AbortError", "message": "No.", "cause": None}}),
        ("stopped", END),
    ],
)
@pytest.mark.parametrize("page", ["other", "ours"])
def test_no_letter_fits_another_pages_take_or_one_that_is_over(
    scene: Scene, page: str, kind: str, fields: dict[str, Any]
) -> None:
    if page == "ours":
        scene.end()
    before = [*scene.events]
    scene.say(scene.letter(page, kind, **fields))
    assert scene.refused == {"order": 1}
    assert scene.events == before
    if page == "other":
        scene.end()
    assert scene.rec.take is not None
    assert scene.rec.take.blob.tobytes() == b"ours"
    assert scene.events == ["start", "dataavailable", "stop"]


def test_a_take_that_begins_twice_keeps_its_bytes(scene: Scene) -> None:
    scene.say(scene.letter("ours", "started", at=0, settings={}))
    scene.say(scene.letter("ours", "started", take="another", at=0, settings={}))
    scene.end()
    assert scene.rec.take is not None
    assert scene.rec.take.blob.tobytes() == b"ours"
    assert scene.refused == {"order": 2}


@pytest.mark.usefixtures("core_alone")
def test_samples_whose_layout_changes_are_none() -> None:
    scene = Scene(decode=True)
    for rate, channels, block in [
        (8_000, 1, b"1234"),
        (8_000, 2, b"12345678"),
        (8_000, 1, b"1234"),
    ]:
        letter = scene.letter("ours", "pcm", sample_rate=rate, channels=channels)
        scene.say(letter, block)
    scene.say(scene.letter("ours", "stopped", **END | {"decoding": "done"}))
    assert scene.rec.take is not None
    assert scene.rec.take._signal is None
    assert scene.refused == {"samples": 2}
    scene.rec._controller._leave()


def test_a_page_that_pretends_to_record_does_not_get_the_stop(scene: Scene) -> None:
    scene.pages["other"].state = "recording"
    scene.say(scene.pages["other"].note("note"))
    scene.pages["ours"].state = "recording"
    scene.say(scene.pages["ours"].note("note"))
    scene.rec.stop()
    assert [m["page"] for m in scene.sent if m["kind"] == "command"] == ["ours"]


def test_a_page_that_hears_nothing_holds_up_no_other(scene: Scene) -> None:
    """Its command goes on being sent; the one of the page that records was heard."""
    scene.end()
    scene.pages["other"].state = "recording"
    scene.say(scene.pages["other"].note("note"))
    scene.rec.stop()  # which `other` never hears
    with message_session({"session": "ours"}):
        scene.rec.start()
    assert scene.rec._controller.link.unheard
    scene.pages["ours"].heard = 2
    scene.say(scene.pages["ours"].note("note"))
    assert not scene.rec._controller.link.unheard


def test_a_crowd_moves_no_page_that_records(scene: Scene) -> None:
    for n in range(10 * MOST_PAGES):
        scene.say(FakePage(f"one of many {n}").hello())
    assert len(scene.rec._controller.link.pages) == MOST_PAGES
    assert "ours" not in [m["page"] for m in scene.sent if m["kind"] == "lost"]
    assert "other" in [m["page"] for m in scene.sent if m["kind"] == "lost"]
    scene.end()
    assert scene.rec.take is not None
    assert scene.rec.take.complete


def test_a_button_elsewhere_opens_no_microphone(scene: Scene) -> None:
    for op in ("start", "request_data"):
        scene.say(scene.pages["other"].note("press", op=op))
    assert scene.refused == {"malformed": 2}
    assert [m for m in scene.sent if m["kind"] == "command"] == []


def test_buttons_elsewhere_are_pressed_only_so_often(scene: Scene) -> None:
    scene.pages["ours"].state = "recording"
    scene.say(scene.pages["ours"].note("note"))
    for n in range(10 * MOST_PRESSES):
        scene.say(scene.pages["other"].note("press", op=["pause", "resume"][n % 2]))
    assert len(scene.rec._controller.link._router._commands.waiting) == MOST_PRESSES
    assert scene.refused == {"too many": 9 * MOST_PRESSES}


def test_answers_to_nothing_are_not_remembered(scene: Scene) -> None:
    other = scene.pages["other"]
    for n in range(1_000):
        scene.say(other.note("answer", mime_type=f"audio/{n}", supported=True))
        scene.say(other.note("hello", version=1, types={f"audio/{n}": True}))
    assert scene.rec._controller.link.pages.get("other").types == other.types  # type: ignore[union-attr]
    assert scene.refused == {"order": 1_000}


def test_a_flood_makes_no_flood_of_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    refusals = Refusals()
    with caplog.at_level(logging.WARNING, "mediarecorder"):
        for _ in range(12_345):
            refusals.note(ProtocolError("it is not so"))
        refusals.note(ProtocolError("nor so", "order"))
    assert refusals == {"malformed": 12_345, "order": 1}
    counts = [record.args[1] for record in caplog.records]  # type: ignore[index]
    assert counts == [1, 10, 100, 1_000, 10_000, 1]
