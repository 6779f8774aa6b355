"""Recovery of interrupted takes: from a page's backup, from a journal, and from both."""

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


class BackupBrowser(FakeBrowser):
    """A fake browser with backups of takes. It ignores the first `ignored` requests."""

    def __init__(self, recorder: MediaRecorder, file: Path) -> None:
        super().__init__(recorder, file)
        self.takes: dict[str, tuple[str | None, dict[int, bytes]]] = {}
        self.fetched: list[tuple[str, int, int]] = []
        self.ignored = 0

    def store(self, take: str, parts: dict[int, bytes], ended_by: str | None = None) -> None:
        self.takes[take] = ended_by, parts

    def announce(self) -> None:
        for take, (ended_by, parts) in self.takes.items():
            fields = {"at": AT, "mime_type": "audio/webm", "settings": {"label": "fake"}}
            end = {"seconds": 1.5, "ended_by": ended_by, "parts": max(parts) + 1}
            self._send(self._page.letter("kept", take=take, **fields, **end))

    def _handle(self, message: dict[str, Any]) -> None:
        match message["kind"]:
            case "seek" | "fetch" if self.ignored:
                self.ignored -= 1
            case "seek":
                self.announce()
                self._send(self._page.letter("listed"))
            case "fetch":
                self._send_stretch(message["take"], message["first"], message["most"])
            case "forget":
                self.takes.pop(message["take"], None)
            case _:
                super()._handle(message)

    def _send_stretch(self, take: str, first: int, most: int) -> None:
        self.fetched.append((take, first, most))
        stored = sorted(number for number in self.takes[take][1] if number >= first)
        begin = stored[0] if stored else first
        run = [n for place, n in enumerate(stored) if n == begin + place][:most]
        data = b"".join(self.takes[take][1][number] for number in run)
        numbers = {"first": begin, "next": begin + len(run)}
        self._send(self._page.letter("stretch", take=take, **numbers), data)


@pytest.fixture(autouse=True)
def empty_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TakeLedger, "finished", {})
    monkeypatch.setattr(TakeLedger, "cut_off", {})


@pytest.fixture
def browser(rec: MediaRecorder, wav: Path) -> Iterator[BackupBrowser]:
    browser = BackupBrowser(rec, wav)
    with browser:
        yield browser


def test_a_backup_is_recovered_and_then_deleted(browser: BackupBrowser) -> None:
    browser.store("a", dict(enumerate(PARTS)))
    browser.store("b", dict(enumerate(PARTS)), "stop")
    cut_off, whole = mediarecorder.recover()
    assert (cut_off.id, cut_off.complete, cut_off.ended_by) == ("a", False, "page gone")
    assert (whole.id, whole.complete, whole.ended_by) == ("b", True, "stop")
    assert cut_off.blob.tobytes() == whole.blob.tobytes() == b"".join(PARTS)
    assert (cut_off.started_at, cut_off.duration) == (MOMENT, 1.5)
    assert cut_off.settings["label"] == "fake"
    browser.settle()
    assert browser.takes == {}
    assert mediarecorder.recover() == []


def test_received_parts_are_not_fetched_again(
    rec: MediaRecorder, browser: BackupBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    rec.start()
    browser.settle()
    browser._send(browser._page.note("bye"))
    assert rec.take is not None
    before = rec.take.blob.tobytes()
    known = TakeLedger.cut_off[rec.take.id].parts
    browser.__dict__["_page"] = type(browser._page)("the reloaded page")
    browser._send(browser._page.hello())
    browser.settle()
    browser.store(rec.take.id, {known: b"more", known + 1: b"and more"})
    (take,) = mediarecorder.recover()
    assert take.id == rec.take.id
    assert take.blob.tobytes() == before + b"moreand more"
    assert [first for _, first, _ in browser.fetched] == [known]


def test_the_backup_of_a_finished_take_is_deleted(
    rec: MediaRecorder, browser: BackupBrowser
) -> None:
    take = rec.record(0.5)
    browser.store(take.id, {0: b"acknowledged, but the acknowledgement was lost"})
    browser.announce()
    browser.settle()
    assert browser.takes == {}
    assert "recover()" not in rec._notice


def test_another_page_cannot_end_the_take_of_an_active_page(
    rec: MediaRecorder, browser: BackupBrowser
) -> None:
    rec.start()
    browser.settle()
    run = rec._controller.runs.latest
    assert run is not None
    stranger = type(browser._page)("stranger")
    browser._send(stranger.hello())
    fields = {"at": AT, "mime_type": "audio/webm", "settings": {}, "seconds": 1.0, "parts": 1}
    browser._send(stranger.letter("kept", take=run.take, ended_by=None, **fields))
    assert rec.state == "recording"
    rec.stop()
    assert rec.wait().complete
    assert rec._controller.intake._disputed == {}
    browser._send(stranger.note("bye"))


def test_another_page_ends_the_take_of_a_silent_page(
    rec: MediaRecorder, browser: BackupBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    rec.start()
    browser.settle()
    take = rec._controller.runs.latest.take if rec._controller.runs.latest else ""
    parts = rec._controller.runs.pending[take].parts
    again = type(browser._page)("the same page, reloaded")
    browser._send(again.hello())
    fields = {"at": AT, "mime_type": "audio/webm", "settings": {}, "seconds": 1.0}
    letter = again.letter("kept", take=take, ended_by=None, parts=parts + 1, **fields)
    browser._send(letter)
    assert rec.state == "recording"  # its last message is recent
    monkeypatch.setattr(pages, "SILENCE", 0.0)
    assert rec._controller.intake.check() is False
    assert rec.state == "inactive"
    assert rec.take is not None
    assert (rec.take.id, rec.take.ended_by) == (take, "page gone")
    assert [kept.take for _, kept in rec._controller.intake.orphans.takes] == [take]
    assert "recover()" in rec._notice
    browser._send(again.note("bye"))


def test_missing_parts_are_reported(
    browser: BackupBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    browser.store("a", {0: b"header", 3: b"three"}, "stop")
    with caplog.at_level(logging.WARNING):
        (take,) = mediarecorder.recover()
    assert "Parts of take a are missing" in caplog.text
    assert (take.blob.tobytes(), take.complete) == (b"headerthree", False)


def test_a_lost_request_is_sent_again(
    browser: BackupBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "RETRY_SECONDS", 0.02)
    browser.store("a", dict(enumerate(PARTS)))
    browser.ignored = 2
    assert mediarecorder.recover()[0].blob.tobytes() == b"".join(PARTS)


def test_no_page_answers(rec: MediaRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "ANSWER_SECONDS", 0.05)
    with pytest.raises(errors.NoBrowserError, match="No page has said") as raised:
        mediarecorder.recover()
    assert raised.value.hint


def journal_with(folder: Path, take: str, parts: list[bytes]) -> None:
    writer = Writer.begin(folder, Head(take, "audio/webm", MOMENT, {"label": "fake"}))
    for part in parts:
        writer.append(part)
    writer.close()


def test_a_journal_and_a_backup_complete_each_other(browser: BackupBrowser, tmp_path: Path) -> None:
    journal_with(tmp_path, "a", PARTS[:2])
    browser.store("a", {0: PARTS[0], 2: PARTS[2], 3: PARTS[3]}, "kernel gone")
    (take,) = mediarecorder.recover(tmp_path)
    assert (take.id, take.complete, take.ended_by) == ("a", False, "kernel gone")
    assert take.blob.tobytes() == b"".join(PARTS)
    assert browser.fetched == [("a", 2, 1), ("a", 3, 1)]
    (file,) = tmp_path.glob("*.webm")
    assert file.read_bytes() == b"".join(PARTS)
    browser.settle()
    assert browser.takes == {}


def test_a_backup_is_not_deleted_while_only_a_journal_can_complete_it(
    browser: BackupBrowser, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal_with(tmp_path, "a", PARTS[:2])
    browser.store("a", {0: PARTS[0], 2: PARTS[2], 3: PARTS[3]}, "stop")
    with caplog.at_level(logging.WARNING):
        (take,) = mediarecorder.recover()
    assert take.blob.tobytes() == PARTS[0] + PARTS[2] + PARTS[3]
    assert not take.complete
    assert "recover(JOURNAL)" in caplog.text
    (take,) = mediarecorder.recover(tmp_path)
    assert take.blob.tobytes() == b"".join(PARTS)
    assert take.complete
    browser.settle()
    assert browser.takes == {}


def test_a_page_that_closes_during_recovery_loses_nothing(
    browser: BackupBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "ANSWER_SECONDS", 0.5)
    for take in ("a", "b"):
        browser.store(take, dict(enumerate(PARTS)))
    answer = browser._send_stretch
    with monkeypatch.context() as patch:
        patch.setattr(
            browser, "_send_stretch", lambda take, *more: take == "b" or answer(take, *more)
        )
        with pytest.raises(errors.NoBrowserError, match="does not answer any more"):
            mediarecorder.recover()
    assert [take.id for take in mediarecorder.recover()] == ["a", "b"]
    browser.settle()
    assert browser.takes == {}


def test_recovery_from_a_journal_needs_no_page(
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


def test_too_many_takes_and_unrequested_parts_are_refused(
    rec: MediaRecorder, browser: BackupBrowser
) -> None:
    for n in range(MOST_KEPT + 10):
        browser.store(f"take-{n}", {0: b"part"})
    browser.announce()
    browser._send_stretch("take-0", 0, 1)
    assert len(rec._controller.intake.orphans.takes) == MOST_KEPT
    assert rec._controller.intake.orphans.stretch(0) is None
    assert rec._controller.link.refused["too many"] == 10
    assert rec._controller.link.refused["order"] == 1


def test_the_notice_of_backups_disappears_after_recovery(
    rec: MediaRecorder, browser: BackupBrowser
) -> None:
    browser.store("a", dict(enumerate(PARTS)))
    browser.announce()
    assert "recover()" in rec._notice
    mediarecorder.recover()
    assert rec._notice == ""
