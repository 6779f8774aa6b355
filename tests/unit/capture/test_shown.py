"""What the views may know of a recorder's take and of what is wrong, and what they may ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediarecorder import MediaRecorder, Take
from mediarecorder.errors import Cause
from mediarecorder.player.responses import PEAKS
from mediarecorder.testing import FakeBrowser
from mediarecorder.wire.faults import error_of
from mediarecorder.wire.protocol import Fault

pytestmark = pytest.mark.usefixtures("core_alone")


def record(rec: MediaRecorder, browser: FakeBrowser) -> Take:
    rec.start()
    browser.settle()
    rec.stop()
    return rec.wait()


class Page:
    """A page that asks."""

    def __init__(self, rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rec = rec
        self.answers: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            rec, "send", lambda content, buffers=(): self.answers.append((content, list(buffers)))
        )

    def ask(self, content: object) -> tuple[dict[str, Any], list[bytes]]:
        self.rec._handle_custom_msg(content, [])
        return self.answers.pop()


def test_the_take_is_shown_in_a_few_words(rec: MediaRecorder, browser: FakeBrowser) -> None:
    assert rec._shown == {}
    take = record(rec, browser)
    assert rec._shown == {
        "id": take.id,
        "waveform": True,
        "seconds": 1.0,
        "mime_type": "audio/wav",
        "sample_rate": 44_100,
        "channels": 2,
        "interrupted": "",
        "span": False,
    }
    assert record(rec, browser).id == rec._shown["id"] != take.id


def test_a_take_is_not_decoded_just_to_be_shown(wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rec = MediaRecorder(decode=False)
    with FakeBrowser(rec, wav) as browser:
        take = record(rec, browser)
        assert take._signal is None
        assert rec._shown["waveform"] is False
        assert (rec._shown["sample_rate"], rec._shown["channels"]) == (None, None)
        page = Page(rec, monkeypatch)
        page.ask({"kind": "peaks", "take": take.id})  # which a page does only when it is told to
        assert (rec._shown["sample_rate"], rec._shown["waveform"]) == (44_100, True)


def test_its_player_gets_picture_sound_and_file(
    rec: MediaRecorder, browser: FakeBrowser, wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = record(rec, browser)
    page = Page(rec, monkeypatch)
    answer, [data] = page.ask({"kind": "peaks", "take": take.id})
    assert answer == {"kind": "peaks", "take": take.id}
    peaks = np.frombuffer(data, "<f4")
    assert len(peaks) == PEAKS
    assert peaks.max() == np.abs(take.samples).max()
    answer, [data] = page.ask({"kind": "audio", "form": "own", "take": take.id})
    assert (answer["type"], data) == ("audio/wav", wav.read_bytes())
    answer, [data] = page.ask({"kind": "file", "take": take.id})
    assert answer["name"].endswith(".wav")
    assert data.startswith(b"RIFF")


@pytest.mark.parametrize("kind", ["peaks", "file"])
def test_who_asks_for_another_take_is_told_so(
    rec: MediaRecorder, browser: FakeBrowser, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(rec, monkeypatch)
    for _ in range(2):
        answer, buffers = page.ask({"kind": kind, "take": "none of ours"})
        assert (answer["kind"], answer["about"], answer["take"]) == ("error", kind, "none of ours")
        assert "another take" in answer["text"]
        assert buffers == []
        record(rec, browser)


@pytest.mark.parametrize(
    ("name", "cause", "told"),
    [
        ("NotAllowedError", None, "NotAllowedError"),
        ("NotAllowedError", "frame", "frame"),
        ("NotFoundError", None, "NotFoundError"),
    ],
)
def test_the_views_hear_what_a_notice_is_about(
    rec: MediaRecorder, name: str, cause: Cause | None, told: str
) -> None:
    error = error_of(Fault(name, "No.", cause))
    rec._controller.intake._fail(error)
    assert rec._notice == str(error)
    assert rec._cause == told
    rec._publisher.notice("")
    assert (rec._notice, rec._cause) == ("", "")
