"""The view's access to a recorder's take, its notice, and its cause."""

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
    """The page's end of the view's messages."""

    def __init__(self, rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rec = rec
        self.answers: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            rec, "send", lambda content, buffers=(): self.answers.append((content, list(buffers)))
        )

    def ask(self, content: object) -> tuple[dict[str, Any], list[bytes]]:
        self.rec._handle_custom_msg(content, [])
        return self.answers.pop()


def test_the_view_has_a_summary_of_the_take(rec: MediaRecorder, browser: FakeBrowser) -> None:
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


def test_showing_a_take_does_not_decode_it(wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rec = MediaRecorder(decode=False)
    with FakeBrowser(rec, wav) as browser:
        take = record(rec, browser)
        assert take._signal is None
        assert rec._shown["waveform"] is False
        assert (rec._shown["sample_rate"], rec._shown["channels"]) == (None, None)
        page = Page(rec, monkeypatch)
        page.ask({"kind": "peaks", "take": take.id})  # sent only when the user asks for it
        assert (rec._shown["sample_rate"], rec._shown["waveform"]) == (44_100, True)


def test_the_player_receives_the_waveform_the_sound_and_the_file(
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
def test_a_request_for_another_take_gets_an_error(
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
    ("name", "cause", "expected"),
    [
        ("NotAllowedError", None, "NotAllowedError"),
        ("NotAllowedError", "frame", "frame"),
        ("NotFoundError", None, "NotFoundError"),
    ],
)
def test_a_notice_has_its_cause(
    rec: MediaRecorder, name: str, cause: Cause | None, expected: str
) -> None:
    error = error_of(Fault(name, "No.", cause))
    rec._controller.intake._fail(error)
    assert rec._notice == str(error)
    assert rec._cause == expected
    rec._publisher.notice("")
    assert (rec._notice, rec._cause) == ("", "")
