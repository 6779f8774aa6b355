"""The rules that refuse messages of pages, one by one; `test_fuzz` combines them."""

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
    """A recorder whose page `ours` records the take `t`, while `other` is connected."""

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
                self.receive(page.hello())
        self.receive(self.letter("ours", "started", at=0, settings={}))
        self.receive(self.letter("ours", "data"), b"ours")

    def letter(self, page: str, kind: str, take: str = "t", **fields: Any) -> dict[str, Any]:
        return self.pages[page].letter(kind, take=take, **fields)

    def receive(self, message: object, *buffers: bytes) -> None:
        self.rec._controller.link.receive(message, buffers)

    def end(self) -> None:
        self.receive(self.letter("ours", "stopped", **END))

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
def test_letters_about_another_pages_or_an_ended_take_are_refused(
    scene: Scene, page: str, kind: str, fields: dict[str, Any]
) -> None:
    if page == "ours":
        scene.end()
    before = [*scene.events]
    scene.receive(scene.letter(page, kind, **fields))
    assert scene.refused == {"order": 1}
    assert scene.events == before
    if page == "other":
        scene.end()
    assert scene.rec.take is not None
    assert scene.rec.take.blob.tobytes() == b"ours"
    assert scene.events == ["start", "dataavailable", "stop"]


def test_a_take_that_begins_twice_keeps_its_bytes(scene: Scene) -> None:
    scene.receive(scene.letter("ours", "started", at=0, settings={}))
    scene.receive(scene.letter("ours", "started", take="another", at=0, settings={}))
    scene.end()
    assert scene.rec.take is not None
    assert scene.rec.take.blob.tobytes() == b"ours"
    assert scene.refused == {"order": 2}


@pytest.mark.usefixtures("core_alone")
def test_samples_with_a_changing_layout_are_discarded() -> None:
    scene = Scene(decode=True)
    for rate, channels, block in [
        (8_000, 1, b"1234"),
        (8_000, 2, b"12345678"),
        (8_000, 1, b"1234"),
    ]:
        letter = scene.letter("ours", "pcm", sample_rate=rate, channels=channels)
        scene.receive(letter, block)
    scene.receive(scene.letter("ours", "stopped", **END | {"decoding": "done"}))
    assert scene.rec.take is not None
    assert scene.rec.take._signal is None
    assert scene.refused == {"samples": 2}
    scene.rec._controller._leave()


def test_stop_goes_to_the_page_that_records(scene: Scene) -> None:
    scene.pages["other"].state = "recording"
    scene.receive(scene.pages["other"].note("note"))
    scene.pages["ours"].state = "recording"
    scene.receive(scene.pages["ours"].note("note"))
    scene.rec.stop()
    assert [m["page"] for m in scene.sent if m["kind"] == "command"] == ["ours"]


def test_a_page_that_receives_nothing_does_not_delay_another(scene: Scene) -> None:
    """Its command is repeated, while the command to the recording page is acknowledged."""
    scene.end()
    scene.pages["other"].state = "recording"
    scene.receive(scene.pages["other"].note("note"))
    scene.rec.stop()  # `other` never receives it
    with message_session({"session": "ours"}):
        scene.rec.start()
    assert scene.rec._controller.link.unheard
    scene.pages["ours"].heard = 2
    scene.receive(scene.pages["ours"].note("note"))
    assert not scene.rec._controller.link.unheard


def test_many_pages_do_not_displace_the_recording_page(scene: Scene) -> None:
    for n in range(10 * MOST_PAGES):
        scene.receive(FakePage(f"one of many {n}").hello())
    assert len(scene.rec._controller.link.pages) == MOST_PAGES
    assert "ours" not in [m["page"] for m in scene.sent if m["kind"] == "lost"]
    assert "other" in [m["page"] for m in scene.sent if m["kind"] == "lost"]
    scene.end()
    assert scene.rec.take is not None
    assert scene.rec.take.complete


def test_a_button_of_another_page_cannot_start_a_recording(scene: Scene) -> None:
    for op in ("start", "request_data"):
        scene.receive(scene.pages["other"].note("press", op=op))
    assert scene.refused == {"malformed": 2}
    assert [m for m in scene.sent if m["kind"] == "command"] == []


def test_presses_of_another_pages_buttons_are_limited(scene: Scene) -> None:
    scene.pages["ours"].state = "recording"
    scene.receive(scene.pages["ours"].note("note"))
    for n in range(10 * MOST_PRESSES):
        scene.receive(scene.pages["other"].note("press", op=["pause", "resume"][n % 2]))
    assert len(scene.rec._controller.link._router._commands.waiting) == MOST_PRESSES
    assert scene.refused == {"too many": 9 * MOST_PRESSES}


def test_unrequested_answers_are_not_stored(scene: Scene) -> None:
    other = scene.pages["other"]
    for n in range(1_000):
        scene.receive(other.note("answer", mime_type=f"audio/{n}", supported=True))
        scene.receive(other.note("hello", version=1, types={f"audio/{n}": True}))
    assert scene.rec._controller.link.pages.get("other").types == other.types  # type: ignore[union-attr]
    assert scene.refused == {"order": 1_000}


def test_the_number_of_log_lines_is_limited(caplog: pytest.LogCaptureFixture) -> None:
    refusals = Refusals()
    with caplog.at_level(logging.WARNING, "mediarecorder"):
        for _ in range(12_345):
            refusals.note(ProtocolError("a field is invalid"))
        refusals.note(ProtocolError("a letter is out of order", "order"))
    assert refusals == {"malformed": 12_345, "order": 1}
    counts = [record.args[1] for record in caplog.records]  # type: ignore[index]
    assert counts == [1, 10, 100, 1_000, 10_000, 1]
