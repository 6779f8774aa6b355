"""The store keeps each accepted clip, complete and once, until it is withdrawn."""

from __future__ import annotations

import errno
import pickle
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediarecorder import Take
from mediarecorder.errors import InvalidStateError, NotSupportedError
from mediarecorder.labeling import (
    Forgotten,
    Quality,
    Queue,
    Shard,
    Store,
    read_prompts,
)
from mediarecorder.labeling.store import shard as shard_module
from mediarecorder.labeling.store.backends import Folder
from tests.unit.labeling.clips import MOMENT, RATE, take_of
from tests.unit.labeling.hostile import HOSTILE

YES, NO = read_prompts(["yes", "no"])


def names(store: Store, folder: str) -> list[str]:
    return list(store._backend.list(folder))


def test_a_clip_is_read_as_it_was_accepted(store: Store) -> None:
    take = take_of("yes")
    verdict = Quality().judge(take.samples, take.sample_rate)
    shard = store.open(" Ada ")
    kept = shard.accept(take, YES, label="yes", note="a <b>note</b>", verdict=verdict)
    (clip,) = store.manifest()
    assert clip == kept
    assert (clip.speaker, clip.prompt_id, clip.text) == ("Ada", YES.id, "yes")
    assert (clip.label, clip.note, clip.take) == ("yes", "a <b>note</b>", 1)
    assert (clip.duration, clip.sample_rate, clip.channels) == (0.05, RATE, 1)
    assert (clip.recording, clip.mime_type, clip.ended_by) == (take.id, "audio/wav", "stop")
    assert clip.recorded_at == MOMENT.isoformat() < clip.at
    assert clip.settings == take.settings
    assert clip.quality["duration"] == 0.05
    assert clip.flaws == tuple(finding.name for finding in verdict.findings) != ()
    assert clip.file == f"audio/{shard.session}/000001.wav"
    assert clip.id == f"{shard.session}-000001"
    back = store.take(clip)
    np.testing.assert_array_equal(back.samples, take.samples)
    assert (back.id, back.started_at, back.settings) == (take.id, MOMENT, take.settings)


@pytest.mark.parametrize("audio", ["PCM_16", "FLOAT", "FLAC"])
def test_formats_of_the_sound(store: Store, audio: Any) -> None:
    if audio == "FLAC":
        pytest.importorskip("av")
        pytest.importorskip("soundfile")
    take = take_of("yes")
    clip = store.open(audio=audio).accept(take, YES)
    assert clip.file.endswith(".flac" if audio == "FLAC" else ".wav")
    np.testing.assert_array_equal(store.take(clip).samples, take.samples)
    assert len(store.read(clip)) < (1_800 if audio == "FLOAT" else 1_000)


def test_floats_are_kept_bit_for_bit(store: Store) -> None:
    samples = np.array([[1e-7], [1.5], [-2.0]], np.float32)
    take = take_of("yes", samples=samples)
    clip = store.open(audio="FLOAT").accept(take, YES)
    np.testing.assert_array_equal(store.take(clip).samples, samples)


@pytest.mark.parametrize(
    ("blob", "mime_type", "suffix"),
    [
        (b"\x1a\x45\xdf\xa3 and so on", "audio/webm;codecs=opus", ".webm"),
        (take_of("another").blob.tobytes(), "audio/wav", ".wav"),
        (b"what?", "application/../x", ".bin"),
    ],
)
def test_the_original_is_kept_alongside(
    store: Store, blob: bytes, mime_type: str, suffix: str
) -> None:
    samples = take_of("yes").samples
    take = Take(
        np.frombuffer(blob, np.uint8),
        mime_type=mime_type,
        id="a",
        started_at=MOMENT,
        settings={},
        samples=samples,
        sample_rate=RATE,
    )
    shard = store.open(keep_original=True)
    whole, span = shard.accept(take, YES), shard.accept(take[0.01:0.03], YES)
    for clip, sound in ((whole, samples), (span, samples[80:240])):
        assert clip.original == clip.file.replace(".wav", f"-original{suffix}")
        assert store._backend.read([clip.original]) == {clip.original: blob}
        np.testing.assert_array_equal(store.take(clip).samples, sound)
    assert span.duration == 0.02
    assert list(store.manifest()) == [whole, span]


# Continuing a session -------------------------------------------------------------------


def test_takes_are_numbered_across_sessions(store: Store) -> None:
    assert store.open("Ada").accept(take_of("1"), YES).take == 1
    shard = store.open("Ada")
    assert shard.accept(take_of("2"), YES).take == 2
    assert shard.accept(take_of("3"), NO).take == 1
    assert store.open("Grace").accept(take_of("4"), YES).take == 1
    assert shard.undo() is not None
    assert shard.undo() is not None
    assert shard.accept(take_of("5"), YES).take == 2
    assert store.manifest().takes_of("Ada") == {YES.id: 2}


def test_a_queue_continues_from_the_speakers_clips(store: Store) -> None:
    prompts = read_prompts(list("abc"))
    store.open("Ada").accept(take_of("a"), prompts[0])
    store.open("Grace").accept(take_of("b"), prompts[1])
    for speaker, next_text in (("Ada", "b"), ("Grace", "a"), ("", "a")):
        queue = Queue(prompts, done=store.manifest().takes_of(speaker))
        assert queue.current is not None
        assert queue.current.text == next_text


def test_undo_reaches_all_sessions_of_the_speaker(store: Store) -> None:
    first = store.open("Ada")
    kept = [first.accept(take_of(text), YES) for text in "ab"]
    others = store.open("Grace").accept(take_of("x"), YES)
    second = store.open("Ada")
    kept.append(second.accept(take_of("c"), YES))
    first.withdraw(kept[1].id)
    undone = [second.undo() for _ in range(3)]
    assert undone == kept[::-1]  # the withdrawal by the other session is unknown here
    assert second.undo() is None
    assert list(store.manifest()) == [others]
    assert names(store, "audio") == [others.file]
    with pytest.raises(KeyError, match="There is no clip"):
        second.withdraw(kept[2].id)


def test_a_withdrawn_clip_cannot_be_read(store: Store) -> None:
    shard = store.open()
    clip = shard.accept(take_of("a"), YES)
    shard.withdraw(clip.id)
    with pytest.raises(FileNotFoundError, match="read the manifest again"):
        store.read(clip)
    assert clip.id not in store.manifest()


def test_files_that_cannot_be_removed_are_logged(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """In a bucket without deletion rights, the clip is withdrawn all the same, and no other."""

    def refuse(names: Any) -> None:
        raise PermissionError(errno.EACCES, "AccessDenied")

    shard = store.open(keep_original=True)
    kept, clip = (shard.accept(take_of(text), YES) for text in "ab")
    store._backend.remove = refuse  # type: ignore[method-assign]
    assert shard.undo() == clip
    assert list(store.manifest()) == list(shard.manifest) == [kept]
    (record,) = caplog.records
    for part in (clip.id, clip.file, clip.original, "AccessDenied"):
        assert part in record.getMessage()


def test_a_page_has_a_maximum_of_lines(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_module, "LINES", 4)
    shard = store.open()
    clips = [shard.accept(take_of(str(n)), YES) for n in range(10)]
    assert len(names(store, "manifest")) == 3
    assert list(store.manifest()) == clips
    assert [clip.take for clip in clips] == list(range(1, 11))


def test_a_page_has_a_maximum_size(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_module, "PAGE_BYTES", 10_000)
    shard = store.open()
    clips = [shard.accept(take_of(str(n)), YES, note="x" * 9_000) for n in range(5)]
    assert max(store._backend.list("manifest").values()) < 25_000
    assert list(store.manifest()) == clips


def test_each_step_writes_no_more_than_a_page(store: Store) -> None:
    written: list[int] = []
    backend = store._backend
    write = backend.write

    def count(name: str, data: bytes) -> None:
        if name.startswith("manifest/"):
            written.append(len(data))
        write(name, data)

    backend.write = count  # type: ignore[method-assign]
    shard = store.open()
    take = take_of("a", 10)
    for _ in range(3 * shard_module.LINES):
        shard.accept(take, YES)
    line = written[1] - written[0]
    assert max(written) < 1.05 * shard_module.LINES * line
    assert written[2 * shard_module.LINES] < 1.5 * line


# Failures -------------------------------------------------------------------------------


def test_a_take_that_cannot_be_written_is_not_kept_and_the_next_one_is(store: Store) -> None:
    shard = store.open()
    first = shard.accept(take_of("a"), YES)
    write = store._backend.write
    for broken in ("audio", "manifest"):

        def fail(name: str, data: bytes, broken: str = broken) -> None:
            if name.startswith(broken):
                raise OSError(errno.ENOSPC, "No space left on device")
            write(name, data)

        store._backend.write = fail  # type: ignore[method-assign]
        with pytest.raises(OSError, match="No space left"):
            shard.accept(take_of("b"), YES)
        assert list(store.manifest()) == list(shard.manifest) == [first]
    store._backend.write = write  # type: ignore[method-assign]
    second = shard.accept(take_of("b"), YES)
    assert second.take == 2
    assert list(store.manifest()) == [first, second]


def test_a_store_that_cannot_be_written_does_not_open(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        Store(tmp_path / "file").open()


@pytest.mark.parametrize(
    ("where", "options", "match"),
    [
        ("", None, "is a folder or a URL"),
        (7, None, "is a folder or a URL"),
        ("folder", {"key": "a"}, "storage_options are for URLs"),
        ("s3://bucket/*", None, "may not hold any of"),
    ],
)
def test_invalid_locations(where: Any, options: Any, match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match):
        Store(where, storage_options=options)


def test_a_file_url_is_a_folder(tmp_path: Path) -> None:
    """The backend is `Folder`, because fsspec would not write atomically."""
    store = Store((tmp_path / "a folder").as_uri())
    clip = store.open().accept(take_of("a"), YES)
    assert isinstance(store._backend, Folder)
    assert list(Store(tmp_path / "a folder").manifest()) == [clip]


@pytest.mark.parametrize("url", ["memory://", "memory:///", "memory://a/"])
def test_a_store_at_the_root(url: str) -> None:
    memory = pytest.importorskip("fsspec").filesystem("memory")
    store = Store(url)
    clip = store.open().accept(take_of("a"), YES)
    assert list(store.manifest()) == [clip]
    assert names(store, "audio") == [clip.file]
    assert store.take(clip).samples.shape == (400, 1)
    assert len(store.forget("").files) == 2
    memory.store.clear()


def test_a_url_without_fsspec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(NotSupportedError, match=r"mediarecorder\[dataset\]"):
        Store("s3://bucket")


def test_an_unknown_kind_of_audio(store: Store) -> None:
    with pytest.raises(ValueError, match="'PCM_16', 'FLOAT', 'FLAC', not 'mp3'"):
        store.open(audio="mp3")  # type: ignore[arg-type]


# Concurrency ----------------------------------------------------------------------------


def test_several_threads_of_one_session(store: Store) -> None:
    """Listeners run on any thread."""
    shard = store.open()
    takes = [[take_of(f"{thread} {n}", 20) for n in range(20)] for thread in range(4)]

    def accept(mine: list[Take]) -> None:
        for take in mine:
            shard.accept(take, YES)

    threads = [threading.Thread(target=accept, args=(mine,)) for mine in takes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clips = list(store.manifest())
    assert sorted(clip.take for clip in clips) == list(range(1, 81))
    kept = {clip.recording: store.take(clip).samples.tobytes() for clip in clips}
    assert kept == {take.id: take.samples.tobytes() for mine in takes for take in mine}


def test_a_session_sees_the_manifest_at_its_start(store: Store) -> None:
    ada, grace = store.open("Ada"), store.open("Grace")
    clips = [ada.accept(take_of("a"), YES), grace.accept(take_of("b"), NO)]
    assert list(ada.manifest) == clips[:1]
    assert {clip.id for clip in store.manifest()} == {clip.id for clip in clips}
    assert ada.session != grace.session
    assert store.manifest().speakers() == ["Ada", "Grace"]


# Untrusted texts ------------------------------------------------------------------------


def test_hostile_texts_stay_texts(store: Store, where: str) -> None:
    prompts = read_prompts(HOSTILE)
    clips = []
    for text, prompt in zip(HOSTILE, prompts, strict=True):
        shard = store.open(text)
        clips.append(shard.accept(take_of(prompt.id, 10), prompt, label=text, note=text))
    kept = list(store.manifest())
    assert sorted(clip.id for clip in kept) == sorted(clip.id for clip in clips)
    by_id = {clip.id: clip for clip in kept}
    for clip, prompt in zip(clips, prompts, strict=True):
        assert by_id[clip.id] == clip
        assert (clip.text, clip.label, clip.note) == (prompt.text,) * 3
        assert store.take(clip).samples.tobytes() == take_of(prompt.id, 10).samples.tobytes()
    assert len({clip.file for clip in clips}) == len(HOSTILE)
    safe = set("abcdefghijklmnopqrstuvwxyzTZ0123456789-./")
    for folder in ("audio", "manifest"):
        for name in names(store, folder):
            assert set(name) <= safe
            assert ".." not in name
    if "://" not in where:
        outside = [path for path in Path(where).parents[1].rglob("*") if path.is_file()]
        assert all(Path(where) in path.parents for path in outside)


@pytest.mark.parametrize("what", ["speaker", "consent"])
def test_a_session_with_too_long_a_text_is_refused(store: Store, what: str) -> None:
    with pytest.raises(ValueError, match="has 10,001 characters"):
        store.open(**{what: "x" * 10_001})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["a\0b", "\ud800", "x" * 10_001], ids=["control", "surrogate", "long"]
)
def test_hostile_names_of_settings_are_left_out(store: Store, name: str) -> None:
    clip = store.open().accept(take_of("a", settings={name: 1, "good": 1.5}), YES)
    assert clip.settings == {"good": 1.5}
    assert list(store.manifest()) == [clip]


@pytest.mark.parametrize("what", ["label", "note"])
def test_a_clip_with_too_long_a_text_is_refused(store: Store, what: str) -> None:
    shard = store.open()
    with pytest.raises(ValueError, match="has 10,001 characters"):
        shard.accept(take_of("a"), YES, **{what: "x" * 10_001})  # type: ignore[arg-type]
    assert list(store.manifest()) == []


def test_hostile_settings_are_left_out(store: Store) -> None:
    settings = {"label": "a\0b", "n": float("nan"), "list": [1], "good": 1.5, 7: True, "t": "é"}
    take = take_of("a", settings=settings)
    clip = store.open().accept(take, YES)
    assert clip.settings == {"good": 1.5, "7": True, "t": "é"}
    assert list(store.manifest()) == [clip]


# Consent and forgetting -----------------------------------------------------------------

TEXT = "My voice may be used to train a classifier of four words. <b>I agree.</b>"


def test_nothing_is_kept_before_consent(store: Store) -> None:
    shard = store.open("Ada", consent=TEXT)
    assert shard.consent == TEXT
    with pytest.raises(InvalidStateError, match="has not accepted"):
        shard.accept(take_of("a"), YES)
    assert names(store, "audio") == []
    shard.agree()
    shard.agree()
    assert shard.consent == ""
    shard.accept(take_of("a"), YES)
    (name,) = names(store, "consent")
    assert store.consent_text(name.removeprefix("consent/").removesuffix(".txt")) == TEXT
    with pytest.raises(KeyError, match=r"No consent text has the id '\.\./manifest/"):
        store.consent_text("../manifest/" + names(store, "manifest")[0])
    assert store.open("Ada", consent=TEXT).consent == ""
    assert store.open("Ada", consent=TEXT + "!").consent == TEXT + "!"
    assert store.open("Grace", consent=TEXT).consent == TEXT


def two_speakers(store: Store) -> tuple[Shard, Shard]:
    ada, grace = (store.open(name, consent=TEXT, keep_original=True) for name in ("Ada", "Grace"))
    for shard in (ada, grace):
        shard.agree()
        for text in "abc":
            shard.accept(take_of(f"{shard.speaker} {text}"), YES, label=shard.speaker)
    return ada, grace


def test_forget_removes_all_data_of_a_speaker_and_nothing_else(store: Store) -> None:
    ada, grace = two_speakers(store)
    again = store.open("Ada")
    (of_grace, *_) = (clip for clip in store.manifest() if clip.speaker == "Grace")
    again.label(of_grace.id, "said by Ada")
    again.accept(take_of("d"), NO)
    before = [*names(store, "audio"), *names(store, "manifest")]
    of_ada = {clip.id for clip in store.manifest() if clip.speaker == "Ada"}
    report = store.forget("Ada ")
    assert report.speaker == "Ada"
    assert set(report.clips) == of_ada
    assert len(of_ada) == 4
    assert set(report.files) == {name for name in before if grace.session not in name}
    assert len(report.files) == 3 * 2 + 1 + 2
    assert "4 clips of 'Ada' are forgotten: 9 files were removed." in str(report)
    manifest = store.manifest()
    assert manifest.speakers() == ["Grace"]
    assert [clip.speaker for clip in manifest] == ["Grace"] * 3
    assert manifest.labels(of_grace.id) == {"Grace": "Grace"}
    for folder in ("audio", "manifest"):
        assert all(grace.session in name for name in names(store, folder))
        for content in store._backend.read(names(store, folder)).values():
            assert b"Ada" not in content
    assert {name.split("/")[1] for name in names(store, "forgotten")} == {
        ada.session,
        again.session,
    }
    for clip in manifest:
        assert len(store.read(clip)) > 44


def test_a_speaker_forgotten_during_a_session_needs_a_new_one(store: Store) -> None:
    ada, grace = two_speakers(store)
    late = store.open("Ada", consent=TEXT + " Still.")
    clip = next(iter(ada.manifest))
    store.forget("Ada")
    steps: list[Callable[[], object]] = [
        lambda: ada.accept(take_of("e"), NO),
        lambda: ada.label(clip.id, "no"),
        lambda: ada.withdraw(clip.id),
        ada.undo,
        late.agree,
    ]
    for step in steps:
        with pytest.raises(InvalidStateError, match="was forgotten"):
            step()
    assert ada._page == late._page == []
    for content in store._backend.read(names(store, "manifest")).values():
        assert b"Ada" not in content
    assert len(names(store, "consent")) == 1
    assert names(store, "audio") == [n for n in names(store, "audio") if grace.session in n]
    new = store.open("Ada", consent=TEXT)
    assert new.consent == TEXT
    assert new.undo() is None
    new.agree()
    assert new.accept(take_of("e"), YES).take == 1
    assert store.manifest().takes_of("Ada") == {YES.id: 1}


def test_an_interrupted_forget_is_completed_by_the_next(store: Store) -> None:
    two_speakers(store)
    remove = store._backend.remove

    def interrupt(names: Any) -> None:
        remove(list(names)[:2])
        raise KeyboardInterrupt

    store._backend.remove = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        store.forget("Ada")
    assert store.manifest().speakers() == ["Grace"]
    store._backend.remove = remove  # type: ignore[method-assign]
    report = store.forget("Ada")
    assert len(report.files) == 3 * 2 + 1 - 2
    assert all(
        b"Ada" not in data for data in store._backend.read(names(store, "manifest")).values()
    )


def test_forget_removes_files_of_a_killed_session(store: Store) -> None:
    shard = store.open("Ada")
    write = store._backend.write

    def die(name: str, data: bytes) -> None:
        write(name, data)
        if name.startswith("audio"):
            raise KeyboardInterrupt

    store._backend.write = die  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        shard.accept(take_of("a"), YES)
    store._backend.write = write  # type: ignore[method-assign]
    assert len(names(store, "audio")) == 1
    assert list(store.manifest()) == []
    assert len(store.forget("Ada").files) == 2
    assert names(store, "audio") == []


def test_forget_ignores_unknown_and_forgotten_names(store: Store) -> None:
    two_speakers(store)
    assert store.forget("Eve") == Forgotten("Eve", (), ())
    assert store.forget("ada") == Forgotten("ada", (), ())
    store.forget("Ada")
    assert store.forget("Ada").files == ()
    assert len(store.manifest()) == 3


def test_a_store_and_its_clips_can_be_pickled(store: Store) -> None:
    """Dask, Ray and multiprocessing pickle them."""
    take = take_of("a")
    kept = store.open("Ada").accept(take, YES)
    there, clip = pickle.loads(pickle.dumps((store, kept)))
    assert clip == kept
    np.testing.assert_array_equal(there.take(clip).samples, take.samples)
