"""A recorder with a journal: what is acknowledged is on disk, also where the disk is full."""

from __future__ import annotations

import errno
import io
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from mediarecorder import DataAvailableEvent, ErrorEvent, MediaRecorder, Take, journal
from mediarecorder.capture import take_bytes
from mediarecorder.errors import AbortError, UnknownError
from mediarecorder.journal import writer
from mediarecorder.testing import FakeBrowser, FakePage

HERE = Path(__file__).parent
WEBM = "audio/webm;codecs=opus"


class Talk:
    """A recorder, and a page in the hands of the test that records by its own button."""

    def __init__(self, folder: Path | None, take: str = "a1") -> None:
        self.rec = MediaRecorder(journal=folder, decode=False)
        self.page = FakePage()
        self.take = take
        self.log: list[Any] = []
        self.sent: list[dict[str, Any]] = []
        self.rec._controller.link._send = lambda content, *_: self.sent.append(content)
        for name in ("start", "dataavailable", "stop", "error"):
            self.rec.on(name, self.log.append)
        self.say(self.page.hello())

    def say(self, content: dict[str, Any], *buffers: bytes) -> None:
        self.rec._receive(None, content, buffers)

    def letter(self, kind: str, *buffers: bytes, **fields: Any) -> None:
        self.say(self.page.letter(kind, take=self.take, **fields), *buffers)

    def begin(self) -> None:
        self.page.state, self.page.mime_type = "recording", WEBM
        self.letter("started", at=1e12, settings={"label": "test"})

    def give(self, *parts: bytes) -> None:
        for part in parts:
            self.letter("data", part)

    def data(self, *rest: bytes) -> None:
        self.letter("dataavailable", *rest, mime_type=WEBM, timecode=0.0)

    def stop(self) -> Take:
        self.page.state = "inactive"
        end = {"ended_by": "stop", "mime_type": WEBM, "timecode": 0.0, "seconds": 3.0}
        self.letter("stopped", **end, decoding=None)
        assert self.rec.take is not None
        return self.rec.take

    def close(self) -> None:
        """Go, so that nobody asks this page to decode."""
        self.say(self.page.note("bye"))
        self.rec.close()

    def kinds(self) -> list[str]:
        return [event.type for event in self.log]

    def errors(self) -> list[Exception]:
        return [event.error for event in self.log if isinstance(event, ErrorEvent)]


@pytest.fixture
def talk_in() -> Iterator[Callable[[Path | None], Talk]]:
    with ExitStack() as at_last:
        yield lambda folder: at_last.enter_context(closing(Talk(folder)))


TalkIn = Callable[[Path | None], Talk]


def only(folder: Path) -> journal.Record:
    (record,) = journal.load(folder)
    return record


# What is written ------------------------------------------------------------------------


def test_a_take_is_on_disk_while_it_arrives_and_after(talk_in: TalkIn, tmp_path: Path) -> None:
    talk = talk_in(tmp_path / "new" / "journal")
    talk.begin()
    assert only(tmp_path / "new/journal").live
    for n, part in enumerate([b"one", b"two", b"three"]):
        talk.give(part)
        assert only(tmp_path / "new/journal").count == n + 1
    take = talk.stop()
    record = only(tmp_path / "new/journal")
    assert record.path.name == "20010909T014640.000Z-a1.webm"
    assert record.path.read_bytes() == take.blob.tobytes() == b"onetwothree"
    assert record.complete
    assert not record.live
    again = record.take()
    for name in ("id", "mime_type", "started_at", "settings", "complete", "ended_by", "duration"):
        assert getattr(again, name) == getattr(take, name), name
    assert talk.kinds() == ["start", "dataavailable", "stop"]


def test_the_last_bytes_of_an_event_come_with_it(talk_in: TalkIn, tmp_path: Path) -> None:
    talk = talk_in(tmp_path)
    talk.begin()
    talk.give(b"one")
    talk.data(b"two")
    talk.data(b"three")
    take = talk.stop()
    events = [event for event in talk.log if isinstance(event, DataAvailableEvent)]
    assert [event.data.tobytes() for event in events] == [b"onetwo", b"three", b""]
    assert only(tmp_path).path.read_bytes() == take.blob.tobytes() == b"onetwothree"


def test_each_event_has_its_own_bytes_however_late_it_is_delivered(
    talk_in: TalkIn, tmp_path: Path
) -> None:
    """A listener blocks; meanwhile everything else arrives, is written, and acknowledged."""
    talk = talk_in(tmp_path)
    entered, leave = threading.Event(), threading.Event()

    def block(_: object) -> None:
        entered.set()
        assert leave.wait(10)

    talk.rec.on("start", block)
    thread = threading.Thread(target=talk.begin)
    thread.start()
    assert entered.wait(10)
    for part in (b"1", b"22", b"333"):
        talk.give(part)
        talk.data()
    talk.give(b"4444")
    assert only(tmp_path).blob.tobytes() == b"1223334444"
    assert talk.sent[-1]["upto"] == 8
    assert talk.kinds() == ["start"]
    leave.set()
    thread.join()
    talk.stop()
    data = [e.data.tobytes() for e in talk.log if isinstance(e, DataAvailableEvent)]
    assert data == [b"1", b"22", b"333", b"4444"]


def test_a_long_take_is_a_map_of_its_file(
    talk_in: TalkIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAPPED", 1000)
    talk = talk_in(tmp_path)
    talk.begin()
    talk.give(b"1" * 999)
    talk.data()
    talk.give(b"2" * 1001)
    take = talk.stop()
    data = [e.data for e in talk.log if isinstance(e, DataAvailableEvent)]
    assert [is_map(array) for array in (*data, take.blob)] == [False, True, True]
    assert take.blob.tobytes() == b"1" * 999 + b"2" * 1001
    assert not take.blob.flags.writeable


def is_map(array: Any) -> bool:
    while array is not None and type(array).__name__ != "memmap":
        array = getattr(array, "base", None)
    return array is not None


def test_a_take_whose_page_has_gone_is_ended_as_that(talk_in: TalkIn, tmp_path: Path) -> None:
    talk = talk_in(tmp_path)
    talk.begin()
    talk.give(b"1")
    talk.say(talk.page.note("bye"))
    (record,) = journal.unfinished(tmp_path)
    assert record.end is not None
    assert (record.end.ended_by, record.end.complete) == ("page gone", False)
    assert record.blob.tobytes() == b"1"


def test_a_recorder_in_use(tmp_path: Path, wav: Path) -> None:
    rec = MediaRecorder(journal=str(tmp_path / "journal"))
    with FakeBrowser(rec, wav):
        takes = [rec.record(0.5), rec.record(0.5)]
    records = journal.load(tmp_path / "journal")
    assert [record.head.id for record in records] == [take.id for take in takes]
    assert {record.path.read_bytes() for record in records} == {wav.read_bytes()}
    assert len(Take.load(records[0].path).samples) == 44_100


@pytest.mark.parametrize("folder", [3, "", b"", True, object()])
def test_a_journal_that_is_no_path(folder: Any) -> None:
    with pytest.raises(TypeError, match="journal must be the path of a folder"):
        MediaRecorder(journal=folder)


def test_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "in", Path("/proc/journal")):
        with pytest.raises(OSError, match="Give a folder that this kernel may write"):
            MediaRecorder(journal=folder)


# A full disk ----------------------------------------------------------------------------


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that gives the disk so many bytes more."""
    real = writer._write
    room = 0

    def write(file: io.FileIO, position: int, data: bytes) -> None:
        nonlocal room
        real(file, position, data[:room])
        if len(data) > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        room -= len(data)

    def give(more: int) -> None:
        nonlocal room
        room = more
        monkeypatch.setattr(writer, "_write", write)

    return give


def test_a_disk_that_is_full_at_any_byte(
    talk_in: TalkIn, tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    parts = [bytes([n]) * 30 for n in range(5)]
    for room in itertools.count(0, 7):
        folder = tmp_path / str(room)
        talk = talk_in(folder)
        full_disk(room)
        talk.begin()
        talk.give(*parts[:3])
        talk.data()
        talk.give(*parts[3:])
        take = talk.stop()
        assert take.complete
        assert take.blob.tobytes() == b"".join(parts)
        data = [e.data.tobytes() for e in talk.log if isinstance(e, DataAvailableEvent)]
        assert b"".join(data) == b"".join(parts)
        for record in journal.load(folder):
            assert record.path.read_bytes() == b"".join(parts[: record.count])
            assert record.complete == (not talk.errors())
        if not talk.errors():
            break
        (error,) = talk.errors()
        assert isinstance(error, UnknownError)
        assert "No space left on device" in error.message
        assert isinstance(error.__cause__, OSError)
        assert talk.rec._notice == str(error)
    assert room > 500  # the last one had room for everything


def test_a_take_without_its_journal_is_stopped_when_memory_is_full(
    talk_in: TalkIn,
    tmp_path: Path,
    full_disk: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(take_bytes, "MEMORY_LIMIT", 100)
    talk = talk_in(tmp_path)
    talk.begin()
    full_disk(0)
    talk.give(b"1" * 60, b"2" * 40)
    assert [type(error) for error in talk.errors()] == [UnknownError]
    talk.give(b"3", b"4")
    assert [type(error) for error in talk.errors()] == [UnknownError, AbortError]
    assert [m["op"] for m in talk.sent if m["kind"] == "command"] == ["stop"]
    assert talk.rec.state == "inactive"
    talk.page.heard = talk.page.done = 1
    take = talk.stop()
    assert take.blob.tobytes() == b"1" * 60 + b"2" * 40 + b"34"
    assert talk.kinds() == ["start", "error", "error", "dataavailable", "stop"]
    assert "The recording was stopped" in caplog.text


def test_memory_without_a_journal_has_no_limit(
    talk_in: TalkIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_bytes, "MEMORY_LIMIT", 100)
    talk = talk_in(None)
    talk.begin()
    talk.give(b"1" * 200)
    assert talk.stop().blob.size == 200
    assert talk.kinds() == ["start", "dataavailable", "stop"]


# In processes of their own --------------------------------------------------------------


def run(script: str, *arguments: object) -> Any:
    """What a script of this folder prints."""
    command = [sys.executable, "-W", "error", str(HERE / script), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=HERE.parents[2], check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of this kind")
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """The system itself refuses to write more: by RLIMIT_FSIZE."""
    seen = run("limited.py", tmp_path)
    assert seen["errors"] == ["UnknownError"]
    assert "File too large" in seen["message"]
    assert seen["whole"]
    record = only(tmp_path)
    assert record.count == seen["limit"] // seen["part"]
    assert record.path.stat().st_size == record.size
    assert record.end is not None
    assert not record.complete
    assert record.damaged() == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_kernel_that_is_killed_has_written_what_it_acknowledged(tmp_path: Path) -> None:
    rounds = run("killed.py", tmp_path)
    assert len(rounds) == 40
    assert max(r["acknowledged"] for r in rounds) > 5
    for r in rounds:
        assert r["acknowledged"] <= r["count"] <= r["acknowledged"] + 1
        assert r["whole"]
        assert r["damaged"] == []


MIB = 1 << 20
linux = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")


@linux
@pytest.mark.parametrize("mebibytes", [128, pytest.param(2048, marks=pytest.mark.soak)])
def test_memory_of_a_long_take(tmp_path: Path, mebibytes: int) -> None:
    """With a journal none; without one, that of its bytes and not of a second copy."""
    parts, never, now_and_then = 16 * mebibytes, 10**9, 4 * mebibytes
    for every in (never, now_and_then):
        seen = run("memory.py", tmp_path / str(every), parts, every)
        assert seen["size"] >= mebibytes * MIB
        assert max(seen["most"], seen["after"]) < 16 * MIB
        seen = run("memory.py", "", parts, every)
        assert seen["most"] < 1.3 * seen["size"] + 16 * MIB
        assert seen["peak"] < 1.3 * seen["size"] + 100 * MIB
