"""Takes that were cut off come back: from a page that keeps them, from a journal, from both."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mediarecorder
from mediarecorder import MediaRecorder, errors, recovery
from mediarecorder.capture.orphans import MOST_KEPT, TakeLedger
from mediarecorder.journal import Head, Writer
from mediarecorder.testing import FakeBrowser
from mediarecorder.wire import pages

PARTS = [b"header", b"one", b"two", b"three"]
AT = 1.7e12
MOMENT = datetime.datetime.fromtimestamp(AT / 1000, datetime.timezone.utc)


class Cupboard(FakeBrowser):
    """A browser that keeps parts of takes; `deaf` to so many questions first."""

    def __init__(self, recorder: MediaRecorder, file: Path) -> None:
        super().__init__(recorder, file)
        self.takes: dict[str, tuple[str | None, dict[int, bytes]]] = {}
        self.fetched: list[tuple[str, int, int]] = []
        self.deaf = 0

    def keep(self, take: str, parts: dict[int, bytes], ended_by: str | None = None) -> None:
        self.takes[take] = ended_by, parts

    def offer(self) -> None:
        for take, (ended_by, parts) in self.takes.items():
            fields = {"at": AT, "mime_type": "audio/webm", "settings": {"label": "fake"}}
            end = {"seconds": 1.5, "ended_by": ended_by, "parts": max(parts) + 1}
            self._send(self._page.letter("kept", take=take, **fields, **end))

    def _handle(self, message: dict[str, Any]) -> None:
        match message["kind"]:
            case "seek" | "fetch" if self.deaf:
                self.deaf -= 1
            case "seek":
                self.offer()
                self._send(self._page.letter("listed"))
            case "fetch":
                self._give(message["take"], message["first"], message["most"])
            case "forget":
                self.takes.pop(message["take"], None)
            case _:
                super()._handle(message)

    def _give(self, take: str, first: int, most: int) -> None:
        self.fetched.append((take, first, most))
        there = sorted(number for number in self.takes[take][1] if number >= first)
        begin = there[0] if there else first
        run = [n for place, n in enumerate(there) if n == begin + place][:most]
        data = b"".join(self.takes[take][1][number] for number in run)
        numbers = {"first": begin, "next": begin + len(run)}
        self._send(self._page.letter("stretch", take=take, **numbers), data)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TakeLedger, "finished", {})
    monkeypatch.setattr(TakeLedger, "cut_off", {})


@pytest.fixture
def cupboard(rec: MediaRecorder, wav: Path) -> Iterator[Cupboard]:
    browser = Cupboard(rec, wav)
    with browser:
        yield browser


def test_what_a_page_keeps_comes_whole_and_is_forgotten_there(cupboard: Cupboard) -> None:
    cupboard.keep("a", dict(enumerate(PARTS)))
    cupboard.keep("b", dict(enumerate(PARTS)), "stop")
    cut_off, whole = mediarecorder.recover()
    assert (cut_off.id, cut_off.complete, cut_off.ended_by) == ("a", False, "page gone")
    assert (whole.id, whole.complete, whole.ended_by) == ("b", True, "stop")
    assert cut_off.blob.tobytes() == whole.blob.tobytes() == b"".join(PARTS)
    assert (cut_off.started_at, cut_off.duration) == (MOMENT, 1.5)
    assert cut_off.settings["label"] == "fake"
    cupboard.settle()
    assert cupboard.takes == {}
    assert mediarecorder.recover() == []


def test_what_has_arrived_is_not_fetched_again(
    rec: MediaRecorder, cupboard: Cupboard, caplog: pytest.LogCaptureFixture
) -> None:
    rec.start()
    cupboard.settle()
    cupboard._send(cupboard._page.note("bye"))
    assert rec.take is not None
    before = rec.take.blob.tobytes()
    known = TakeLedger.cut_off[rec.take.id].parts
    cupboard.__dict__["_page"] = type(cupboard._page)("its next life")
    cupboard._send(cupboard._page.hello())
    cupboard.settle()
    cupboard.keep(rec.take.id, {known: b"more", known + 1: b"and more"})
    (take,) = mediarecorder.recover()
    assert take.id == rec.take.id
    assert take.blob.tobytes() == before + b"moreand more"
    assert [first for _, first, _ in cupboard.fetched] == [known]


def test_a_page_that_keeps_what_is_here_already_is_told_to_forget_it(
    rec: MediaRecorder, cupboard: Cupboard
) -> None:
    take = rec.record(0.5)
    cupboard.keep(take.id, {0: b"what was acknowledged, and the page has not heard it"})
    cupboard.offer()
    cupboard.settle()
    assert cupboard.takes == {}
    assert "recover()" not in rec._notice


def test_a_page_that_still_speaks_is_not_lost_because_another_says_so(
    rec: MediaRecorder, cupboard: Cupboard
) -> None:
    rec.start()
    cupboard.settle()
    run = rec._controller.runs.latest
    assert run is not None
    stranger = type(cupboard._page)("stranger")
    cupboard._send(stranger.hello())
    fields = {"at": AT, "mime_type": "audio/webm", "settings": {}, "seconds": 1.0, "parts": 1}
    cupboard._send(stranger.letter("kept", take=run.take, ended_by=None, **fields))
    assert rec.state == "recording"
    rec.stop()
    assert rec.wait().complete
    assert rec._controller.intake._disputed == {}
    cupboard._send(stranger.note("bye"))


def test_a_page_that_has_fallen_silent_is_lost_as_another_says(
    rec: MediaRecorder, cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    rec.start()
    cupboard.settle()
    take = rec._controller.runs.latest.take if rec._controller.runs.latest else ""
    parts = rec._controller.runs.pending[take].parts
    again = type(cupboard._page)("the same page, loaded anew")
    cupboard._send(again.hello())
    fields = {"at": AT, "mime_type": "audio/webm", "settings": {}, "seconds": 1.0}
    letter = again.letter("kept", take=take, ended_by=None, parts=parts + 1, **fields)
    cupboard._send(letter)
    assert rec.state == "recording"  # it has spoken just now
    monkeypatch.setattr(pages, "SILENCE", 0.0)
    assert rec._controller.intake.check() is False
    assert rec.state == "inactive"
    assert rec.take is not None
    assert (rec.take.id, rec.take.ended_by) == (take, "page gone")
    assert [kept.take for _, kept in rec._controller.intake.orphans.takes] == [take]
    assert "recover()" in rec._notice
    cupboard._send(again.note("bye"))


def test_parts_that_were_kept_nowhere_are_told(
    cupboard: Cupboard, caplog: pytest.LogCaptureFixture
) -> None:
    cupboard.keep("a", {0: b"header", 3: b"three"}, "stop")
    with caplog.at_level(logging.WARNING):
        (take,) = mediarecorder.recover()
    assert "Parts of take a are missing" in caplog.text
    assert (take.blob.tobytes(), take.complete) == (b"headerthree", False)


def test_a_question_that_gets_lost_is_asked_again(
    cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "RETRY_SECONDS", 0.02)
    cupboard.keep("a", dict(enumerate(PARTS)))
    cupboard.deaf = 2
    assert mediarecorder.recover()[0].blob.tobytes() == b"".join(PARTS)


def test_nobody_answers(rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "ANSWER_SECONDS", 0.05)
    with pytest.raises(errors.NoBrowserError, match="No page has said") as raised:
        mediarecorder.recover()
    assert raised.value.hint


def journal_with(folder: Path, take: str, parts: list[bytes]) -> None:
    writer = Writer.begin(folder, Head(take, "audio/webm", MOMENT, {"label": "fake"}))
    for part in parts:
        writer.append(part)
    writer.close()


def test_a_journal_and_a_page_have_it_together(cupboard: Cupboard, tmp_path: Path) -> None:
    journal_with(tmp_path, "a", PARTS[:2])
    cupboard.keep("a", {0: PARTS[0], 2: PARTS[2], 3: PARTS[3]}, "kernel gone")
    (take,) = mediarecorder.recover(tmp_path)
    assert (take.id, take.complete, take.ended_by) == ("a", False, "kernel gone")
    assert take.blob.tobytes() == b"".join(PARTS)
    assert cupboard.fetched == [("a", 2, 1), ("a", 3, 1)]
    (file,) = tmp_path.glob("*.webm")
    assert file.read_bytes() == b"".join(PARTS)
    cupboard.settle()
    assert cupboard.takes == {}


def test_what_only_a_journal_can_complete_stays_kept_until_it_is_named(
    cupboard: Cupboard, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal_with(tmp_path, "a", PARTS[:2])
    cupboard.keep("a", {0: PARTS[0], 2: PARTS[2], 3: PARTS[3]}, "stop")
    with caplog.at_level(logging.WARNING):
        (take,) = mediarecorder.recover()
    assert take.blob.tobytes() == PARTS[0] + PARTS[2] + PARTS[3]
    assert not take.complete
    assert "recover(JOURNAL)" in caplog.text
    (take,) = mediarecorder.recover(tmp_path)
    assert take.blob.tobytes() == b"".join(PARTS)
    assert take.complete
    cupboard.settle()
    assert cupboard.takes == {}


def test_a_page_that_goes_half_way_costs_nothing(
    cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "ANSWER_SECONDS", 0.5)
    for take in ("a", "b"):
        cupboard.keep(take, dict(enumerate(PARTS)))
    answer = cupboard._give
    with monkeypatch.context() as gone:
        gone.setattr(cupboard, "_give", lambda take, *more: take == "b" or answer(take, *more))
        with pytest.raises(errors.NoBrowserError, match="does not answer any more"):
            mediarecorder.recover()
    assert [take.id for take in mediarecorder.recover()] == ["a", "b"]
    cupboard.settle()
    assert cupboard.takes == {}


def test_a_journal_alone_needs_no_page(
    rec: MediaRecorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(recovery, "ANSWER_SECONDS", 0.05)
    journal_with(tmp_path, "a", PARTS)
    with caplog.at_level(logging.WARNING):
        (take,) = mediarecorder.recover(tmp_path)
    assert take.blob.tobytes() == b"".join(PARTS)
    assert take.ended_by == "kernel gone"
    assert "Only the journal" in caplog.text


def test_a_page_that_tells_of_too_many_takes_and_sends_unasked_is_refused(
    rec: MediaRecorder, cupboard: Cupboard
) -> None:
    for n in range(MOST_KEPT + 10):
        cupboard.keep(f"take-{n}", {0: b"part"})
    cupboard.offer()
    cupboard._give("take-0", 0, 1)
    assert len(rec._controller.intake.orphans.takes) == MOST_KEPT
    assert rec._controller.intake.orphans.stretch(0) is None
    assert rec._controller.link.refused["too many"] == 10
    assert rec._controller.link.refused["order"] == 1


def test_the_word_of_what_is_kept_goes_when_it_has_come(
    rec: MediaRecorder, cupboard: Cupboard
) -> None:
    cupboard.keep("a", dict(enumerate(PARTS)))
    cupboard.offer()
    assert "recover()" in rec._notice
    mediarecorder.recover()
    assert rec._notice == ""
