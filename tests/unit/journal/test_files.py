"""The files of a journal: every intact part is read from truncated and damaged files."""

from __future__ import annotations

import datetime
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("hypothesis")
from hypothesis import given, settings
from hypothesis import strategies as st

from mediarecorder import Take, journal
from mediarecorder.journal import INDEX, Head, Record, Writer, writer
from tests.recordings import DATA, MIME_TYPES, STARTED_AT

HEAD = Head("a1", "audio/webm;codecs=opus", STARTED_AT, {"label": "Mic \ud800 ü", "sampleRate": 1})
END: dict[str, Any] = {"ended_by": "stop", "seconds": 2.5, "mime_type": "audio/webm"}
PARTS = st.lists(st.binary(min_size=1, max_size=40), max_size=6)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def write(
    folder: Path, parts: list[bytes], head: Head = HEAD, complete: bool | None = None
) -> Path:
    """Write a take, with an end unless `complete` is None."""
    with closing(Writer.begin(folder, head)) as file:
        for part in parts:
            file.append(part)
        if complete is not None:
            file.end(**END, complete=complete)
    return folder / head.file_name


def index_of(path: Path) -> Path:
    return Path(f"{path}{INDEX}")


def only(folder: Path) -> Record:
    (record,) = journal.load(folder)
    return record


def cut(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])


@settings(deadline=None)
@given(PARTS)
def test_written_takes_are_read_back(parts: list[bytes]) -> None:
    with temporary_folder() as folder:
        path = write(folder, parts, complete=True)
        assert path.name == "20261124T182755.000Z-a1.webm"
        assert path.read_bytes() == b"".join(parts)
        record = only(folder)
        assert (record.count, record.size, record.head) == (len(parts), path.stat().st_size, HEAD)
        assert record.blob.tobytes() == b"".join(parts)
        assert record.complete
        assert record.damaged() == []
        assert journal.unfinished(folder) == []


@settings(deadline=None)
@given(PARTS, st.data())
def test_a_truncated_container_loses_its_incomplete_parts(
    parts: list[bytes], data: st.DataObject
) -> None:
    with temporary_folder() as folder:
        path = write(folder, parts, complete=True)
        size = path.stat().st_size
        length = data.draw(st.integers(0, size))
        cut(path, length)
        whole = [n for n in range(len(parts) + 1) if len(b"".join(parts[:n])) <= length][-1]
        record = only(folder)
        assert record.count == whole
        assert record.blob.tobytes() == b"".join(parts[:whole])
        assert record.complete == (length == size)


@settings(deadline=None)
@given(PARTS, st.data())
def test_a_truncated_index_loses_the_parts_of_its_incomplete_lines(
    parts: list[bytes], data: st.DataObject
) -> None:
    with temporary_folder() as folder:
        index = index_of(write(folder, parts, complete=True))
        lines = index.read_bytes().splitlines(keepends=True)
        length = data.draw(st.integers(0, index.stat().st_size))
        cut(index, length)
        whole = [n for n in range(len(lines) + 1) if len(b"".join(lines[:n])) <= length][-1]
        if whole == 0:
            assert journal.load(folder) == []
            return
        record = only(folder)
        assert record.count == min(whole - 1, len(parts))
        assert record.blob.tobytes() == b"".join(parts[: record.count])
        assert record.complete == (whole == len(lines))


@settings(deadline=None)
@given(PARTS.filter(len), st.data())
def test_a_damaged_last_part_is_dropped_and_other_damage_is_reported(
    parts: list[bytes], data: st.DataObject
) -> None:
    with temporary_folder() as folder:
        path = write(folder, parts, complete=True)
        damaged = data.draw(st.integers(0, len(parts) - 1))
        blob = bytearray(b"".join(parts))
        blob[len(b"".join(parts[:damaged]))] ^= 1
        path.write_bytes(blob)
        record = only(folder)
        last = damaged == len(parts) - 1
        assert record.count == len(parts) - last
        assert record.complete is not last
        assert record.damaged() == ([] if last else [damaged])
        assert record.take().ended_by == "stop"


@settings(deadline=None)
@given(PARTS, PARTS, st.data())
def test_parts_from_a_browsers_backup_are_appended(
    parts: list[bytes], more: list[bytes], data: st.DataObject
) -> None:
    """The kernel may have died at any point."""
    all_parts = dict(enumerate(parts + more))
    with temporary_folder() as folder:
        path = write(folder, parts, complete=data.draw(st.sampled_from([None, False])))
        cut(path, data.draw(st.integers(0, path.stat().st_size)))
        index = index_of(path)
        head = len(index.read_bytes().splitlines(keepends=True)[0])
        cut(index, data.draw(st.integers(head, index.stat().st_size)))
        (record,) = journal.unfinished(folder)
        before = record.count
        first = data.draw(st.integers(0, before))
        appended = record.append({n: p for n, p in all_parts.items() if n >= first})
        assert before + appended == record.count == len(all_parts)
        assert only(folder).take().ended_by == "kernel gone"
        record.finish(**END, complete=True)
        again = only(folder)
        assert again.complete
        assert again.blob.tobytes() == record.blob.tobytes() == path.read_bytes()
        assert path.read_bytes() == b"".join(all_parts.values())
        assert again.damaged() == []


def test_parts_after_a_gap_are_not_appended(tmp_path: Path) -> None:
    write(tmp_path, [b"0", b"1"])
    record = only(tmp_path)
    assert record.append({0: b"x", 2: b"2", 4: b"4"}) == 1
    assert only(tmp_path).blob.tobytes() == b"012"


LINE = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {
            "part": st.integers(-1, 3),
            "bytes": st.integers(-1, 1 << 70) | st.just(2.0),
            "crc32": st.integers(),
        }
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {"end": st.just("stop"), "seconds": st.floats() | st.integers(10**300, 10**301)},
        optional={"mime_type": st.text(), "complete": st.booleans() | st.none()},
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(deadline=None, max_examples=150)
@given(st.booleans(), st.lists(LINE, max_size=5), st.binary(max_size=20))
def test_any_index_is_read_safely(with_head: bool, lines: list[bytes], blob: bytes) -> None:
    with temporary_folder() as folder:
        path = folder / HEAD.file_name
        path.write_bytes(blob)
        head = HEAD.line() if with_head else b""
        index_of(path).write_bytes(head + b"".join(line + b"\n" for line in lines))
        for record in journal.load(folder):
            assert record.size <= len(blob)
            assert record.take().blob.tobytes() == blob[: record.size]
            assert record.damaged() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"journal": 2},
        {"take": 1},
        {"take": "a" * 5000},
        {"mime_type": None},
        {"started_at": "2026-11-24T18:27:55"},
        {"started_at": "0001-01-01T00:00:00+14:00"},
        {"started_at": "yesterday"},
        {"settings": []},
        {"settings": {"deep": []}},
    ],
)
def test_an_invalid_head_is_logged(
    tmp_path: Path, fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    index = index_of(write(tmp_path, [b"1"]))
    head, part = index.read_bytes().splitlines()
    index.write_bytes(json.dumps(json.loads(head) | fields).encode() + b"\n" + part + b"\n")
    assert journal.load(tmp_path) == []
    assert "cannot be read as the index of a take" in caplog.text


def test_a_missing_folder_and_unrelated_files(tmp_path: Path) -> None:
    assert journal.load(tmp_path / "missing") == []
    (tmp_path / f"folder{INDEX}").mkdir()
    (tmp_path / f"alone{INDEX}").write_bytes(HEAD.line())
    (tmp_path / "notes.txt").touch()
    assert journal.load(tmp_path) == []


@pytest.mark.parametrize(
    "take", ["../../a", "/etc/passwd", "a/b", "", ".", "a" * 200, "a\0b", "\ud800", "CON:", "é"]
)
def test_an_id_that_is_not_a_file_name(tmp_path: Path, take: str) -> None:
    path = write(tmp_path, [b"1"], Head(take, "audio/webm", STARTED_AT, {}))
    assert path.parent == tmp_path
    assert len({item.parent for item in tmp_path.rglob("*")}) == 1
    assert len(path.stem.rpartition("-")[2]) == 32
    assert only(tmp_path).head.id == take


def test_names_sort_by_time_and_have_the_suffix_of_the_type() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=5))
    later = datetime.timedelta(milliseconds=1)
    names = [
        Head("z", "audio/ogg;codecs=opus", STARTED_AT, {}).file_name,
        Head("a", "audio/mp4", STARTED_AT.astimezone(zone) + later, {}).file_name,
        Head("b", "audio/unheard-of", STARTED_AT + 2 * later, {}).file_name,
    ]
    assert names == sorted(names)
    assert [Path(name).suffix for name in names] == [".ogg", ".mp4", ".bin"]


def test_a_take_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path, [b"1"])
    with pytest.raises(FileExistsError):
        Writer.begin(tmp_path, HEAD)
    assert only(tmp_path).blob.tobytes() == b"1"


def test_a_take_that_is_being_written_is_live_and_read_only(tmp_path: Path) -> None:
    with closing(Writer.begin(tmp_path, HEAD)) as file:
        file.append(b"1")
        record = only(tmp_path)
        assert record.live
        assert journal.unfinished(tmp_path) == []
        with pytest.raises(OSError, match="still writing"):
            record.append({1: b"2"})
        file.append(b"2")
    assert not only(tmp_path).live
    assert journal.unfinished(tmp_path)[0].blob.tobytes() == b"12"


@pytest.mark.parametrize("interrupted", [1, 2])
def test_an_interrupted_write_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted: int
) -> None:
    """The interrupt comes while the bytes or their line in the index are written."""
    real, calls = writer._write, []

    def write_half(file: io.FileIO, position: int, data: bytes) -> None:
        calls.append(position)
        if len(calls) == interrupted:
            real(file, position, data[: len(data) // 2])
            raise KeyboardInterrupt
        real(file, position, data)

    with closing(Writer.begin(tmp_path, HEAD)) as file:
        monkeypatch.setattr(writer, "_write", write_half)
        with pytest.raises(KeyboardInterrupt):
            file.append(b"1234")
        file.append(b"1234")
    record = only(tmp_path)
    assert (record.count, record.path.read_bytes(), record.damaged()) == (1, b"1234", [])


def test_long_data_is_memory_mapped_and_short_data_is_not(tmp_path: Path) -> None:
    part = bytes(range(256)) * 4096
    with closing(Writer.begin(tmp_path, HEAD)) as file:
        for _ in range(writer.MAPPED // len(part)):
            file.append(part)
        many, few = file.read(0, file.size), file.read(3, 300)
    assert isinstance(many, np.memmap)
    assert not isinstance(few, np.memmap)
    assert not many.flags.writeable
    assert not few.flags.writeable
    assert many.tobytes() == part * (writer.MAPPED // len(part))
    assert few.tobytes() == part[3:300]


@pytest.mark.parametrize("name", ["opus.webm", "pcm.webm"])
def test_an_unfinished_take_has_its_samples_up_to_the_end(tmp_path: Path, name: str) -> None:
    pytest.importorskip("av")
    blob = (DATA / name).read_bytes()
    whole = Take.load(DATA / name)
    parts = [blob[i : i + 1000] for i in range(0, len(blob), 1000)]
    path = write(tmp_path, parts[:-3], Head("a1", MIME_TYPES[name], STARTED_AT, {"label": "x"}))
    take = only(tmp_path).take()
    assert (take.complete, take.ended_by, take.id) == (False, "kernel gone", "a1")
    assert take.started_at == STARTED_AT
    assert take.settings == {"label": "x"}
    assert 0 < len(take.samples) < len(whole.samples)
    assert np.array_equal(take.samples, whole.samples[: len(take.samples)])
    assert np.array_equal(Take.load(path).samples, take.samples)


def test_records_of_the_same_files_are_equal(tmp_path: Path) -> None:
    path = write(tmp_path, [b"one", b"two"], complete=True)
    (record,), (again,) = journal.load(tmp_path), journal.load(tmp_path)
    assert record == again
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", [b"one"], complete=True)
    (other,) = journal.load(tmp_path / "other")
    other.path = path
    assert record != other
    assert Record(path, HEAD).count == 0
