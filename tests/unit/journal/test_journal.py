"""A recorder with a journal: acknowledged parts are on disk, and a full disk loses no data."""

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


class Recording:
    """A recorder, and a fake page that records as if its own button was pressed."""

    def __init__(self, folder: Path | None, take: str = "a1") -> None:
        self.rec = MediaRecorder(journal=folder, decode=False)
        self.page = FakePage()
        self.take = take
        self.log: list[Any] = []
        self.sent: list[dict[str, Any]] = []
        self.rec._controller.link._send = lambda content, *_: self.sent.append(content)
        for name in ("start", "dataavailable", "stop", "error"):
            self.rec.on(name, self.log.append)
        self.receive(self.page.hello())

    def receive(self, content: dict[str, Any], *buffers: bytes) -> None:
        self.rec._receive(None, content, buffers)

    def letter(self, kind: str, *buffers: bytes, **fields: Any) -> None:
        self.receive(self.page.letter(kind, take=self.take, **fields), *buffers)

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
        """Disconnect the page, so that it is not requested to decode."""
        self.receive(self.page.note("bye"))
        self.rec.close()

    def kinds(self) -> list[str]:
        return [event.type for event in self.log]

    def errors(self) -> list[Exception]:
        return [event.error for event in self.log if isinstance(event, ErrorEvent)]


@pytest.fixture
def record_in() -> Iterator[Callable[[Path | None], Recording]]:
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(closing(Recording(folder)))


RecordIn = Callable[[Path | None], Recording]


def only(folder: Path) -> journal.Record:
    (record,) = journal.load(folder)
    return record


# Contents -------------------------------------------------------------------------------


def test_a_take_is_on_disk_during_and_after_its_recording(
    record_in: RecordIn, tmp_path: Path
) -> None:
    recording = record_in(tmp_path / "new" / "journal")
    recording.begin()
    assert only(tmp_path / "new/journal").live
    for n, part in enumerate([b"one", b"two", b"three"]):
        recording.give(part)
        assert only(tmp_path / "new/journal").count == n + 1
    take = recording.stop()
    record = only(tmp_path / "new/journal")
    assert record.path.name == "20010909T014640.000Z-a1.webm"
    assert record.path.read_bytes() == take.blob.tobytes() == b"onetwothree"
    assert record.complete
    assert not record.live
    again = record.take()
    for name in ("id", "mime_type", "started_at", "settings", "complete", "ended_by", "duration"):
        assert getattr(again, name) == getattr(take, name), name
    assert recording.kinds() == ["start", "dataavailable", "stop"]


def test_an_event_includes_the_bytes_of_its_own_letter(record_in: RecordIn, tmp_path: Path) -> None:
    recording = record_in(tmp_path)
    recording.begin()
    recording.give(b"one")
    recording.data(b"two")
    recording.data(b"three")
    take = recording.stop()
    events = [event for event in recording.log if isinstance(event, DataAvailableEvent)]
    assert [event.data.tobytes() for event in events] == [b"onetwo", b"three", b""]
    assert only(tmp_path).path.read_bytes() == take.blob.tobytes() == b"onetwothree"


def test_a_delayed_event_has_its_own_bytes(record_in: RecordIn, tmp_path: Path) -> None:
    """While a listener blocks, further parts arrive, and are written and acknowledged."""
    recording = record_in(tmp_path)
    entered, leave = threading.Event(), threading.Event()

    def block(_: object) -> None:
        entered.set()
        assert leave.wait(10)

    recording.rec.on("start", block)
    thread = threading.Thread(target=recording.begin)
    thread.start()
    assert entered.wait(10)
    for part in (b"1", b"22", b"333"):
        recording.give(part)
        recording.data()
    recording.give(b"4444")
    assert only(tmp_path).blob.tobytes() == b"1223334444"
    assert recording.sent[-1]["upto"] == 8
    assert recording.kinds() == ["start"]
    leave.set()
    thread.join()
    recording.stop()
    data = [e.data.tobytes() for e in recording.log if isinstance(e, DataAvailableEvent)]
    assert data == [b"1", b"22", b"333", b"4444"]


def test_a_long_take_is_memory_mapped(
    record_in: RecordIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAPPED", 1000)
    recording = record_in(tmp_path)
    recording.begin()
    recording.give(b"1" * 999)
    recording.data()
    recording.give(b"2" * 1001)
    take = recording.stop()
    data = [e.data for e in recording.log if isinstance(e, DataAvailableEvent)]
    assert [is_memory_mapped(array) for array in (*data, take.blob)] == [False, True, True]
    assert take.blob.tobytes() == b"1" * 999 + b"2" * 1001
    assert not take.blob.flags.writeable


def is_memory_mapped(array: Any) -> bool:
    while array is not None and type(array).__name__ != "memmap":
        array = getattr(array, "base", None)
    return array is not None


def test_the_take_of_a_closed_page_is_ended_by_page_gone(
    record_in: RecordIn, tmp_path: Path
) -> None:
    recording = record_in(tmp_path)
    recording.begin()
    recording.give(b"1")
    recording.receive(recording.page.note("bye"))
    (record,) = journal.unfinished(tmp_path)
    assert record.end is not None
    assert (record.end.ended_by, record.end.complete) == ("page gone", False)
    assert record.blob.tobytes() == b"1"


def test_recorded_takes_are_in_the_journal(tmp_path: Path, wav: Path) -> None:
    rec = MediaRecorder(journal=str(tmp_path / "journal"))
    with FakeBrowser(rec, wav):
        takes = [rec.record(0.5), rec.record(0.5)]
    records = journal.load(tmp_path / "journal")
    assert [record.head.id for record in records] == [take.id for take in takes]
    assert {record.path.read_bytes() for record in records} == {wav.read_bytes()}
    assert len(Take.load(records[0].path).samples) == 44_100


@pytest.mark.parametrize("folder", [3, "", b"", True, object()])
def test_invalid_paths_are_refused(folder: Any) -> None:
    with pytest.raises(TypeError, match="journal must be the path of a folder"):
        MediaRecorder(journal=folder)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "in", Path("/proc/journal")):
        with pytest.raises(OSError, match="Give a folder that this kernel can write to"):
            MediaRecorder(journal=folder)


# A full disk ----------------------------------------------------------------------------


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that limits the free space of the disk to a number of bytes."""
    real = writer._write
    space = 0

    def write(file: io.FileIO, position: int, data: bytes) -> None:
        nonlocal space
        real(file, position, data[:space])
        if len(data) > space:
            raise OSError(errno.ENOSPC, "No space left on device")
        space -= len(data)

    def limit(free: int) -> None:
        nonlocal space
        space = free
        monkeypatch.setattr(writer, "_write", write)

    return limit


def test_a_disk_that_is_full_after_any_byte(
    record_in: RecordIn, tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    parts = [bytes([n]) * 30 for n in range(5)]
    for space in itertools.count(0, 7):
        folder = tmp_path / str(space)
        recording = record_in(folder)
        full_disk(space)
        recording.begin()
        recording.give(*parts[:3])
        recording.data()
        recording.give(*parts[3:])
        take = recording.stop()
        assert take.complete
        assert take.blob.tobytes() == b"".join(parts)
        data = [e.data.tobytes() for e in recording.log if isinstance(e, DataAvailableEvent)]
        assert b"".join(data) == b"".join(parts)
        for record in journal.load(folder):
            assert record.path.read_bytes() == b"".join(parts[: record.count])
            assert record.complete == (not recording.errors())
        if not recording.errors():
            break
        (error,) = recording.errors()
        assert isinstance(error, UnknownError)
        assert "No space left on device" in error.message
        assert isinstance(error.__cause__, OSError)
        assert recording.rec._notice == str(error)
    assert space > 500  # the last disk had space for all bytes


def test_a_take_without_its_journal_is_stopped_at_the_memory_limit(
    record_in: RecordIn,
    tmp_path: Path,
    full_disk: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(take_bytes, "MEMORY_LIMIT", 100)
    recording = record_in(tmp_path)
    recording.begin()
    full_disk(0)
    recording.give(b"1" * 60, b"2" * 40)
    assert [type(error) for error in recording.errors()] == [UnknownError]
    recording.give(b"3", b"4")
    assert [type(error) for error in recording.errors()] == [UnknownError, AbortError]
    assert [m["op"] for m in recording.sent if m["kind"] == "command"] == ["stop"]
    assert recording.rec.state == "inactive"
    recording.page.heard = recording.page.done = 1
    take = recording.stop()
    assert take.blob.tobytes() == b"1" * 60 + b"2" * 40 + b"34"
    assert recording.kinds() == ["start", "error", "error", "dataavailable", "stop"]
    assert "The recording was stopped" in caplog.text


def test_memory_without_a_journal_has_no_limit(
    record_in: RecordIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_bytes, "MEMORY_LIMIT", 100)
    recording = record_in(None)
    recording.begin()
    recording.give(b"1" * 200)
    assert recording.stop().blob.size == 200
    assert recording.kinds() == ["start", "dataavailable", "stop"]


# In separate processes ------------------------------------------------------------------


def run(script: str, *arguments: object) -> Any:
    """Run a script of this folder, and return its output."""
    command = [sys.executable, "-W", "error", str(HERE / script), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=HERE.parents[2], check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is missing")
def test_a_file_at_the_systems_size_limit(tmp_path: Path) -> None:
    """The system refuses further writes: RLIMIT_FSIZE."""
    result = run("limited.py", tmp_path)
    assert result["errors"] == ["UnknownError"]
    assert "File too large" in result["message"]
    assert result["whole"]
    record = only(tmp_path)
    assert record.count == result["limit"] // result["part"]
    assert record.path.stat().st_size == record.size
    assert record.end is not None
    assert not record.complete
    assert record.damaged() == []


@pytest.mark.skipif(sys.platform == "win32", reason="os.fork is missing")
def test_a_killed_kernel_has_written_all_acknowledged_parts(tmp_path: Path) -> None:
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
    """With a journal it stays constant; without one it grows by the size of the take, once."""
    parts, never, sometimes = 16 * mebibytes, 10**9, 4 * mebibytes
    for every in (never, sometimes):
        result = run("memory.py", tmp_path / str(every), parts, every)
        assert result["size"] >= mebibytes * MIB
        assert max(result["most"], result["after"]) < 16 * MIB
        result = run("memory.py", "", parts, every)
        assert result["most"] < 1.3 * result["size"] + 16 * MIB
        assert result["peak"] < 1.3 * result["size"] + 100 * MIB
