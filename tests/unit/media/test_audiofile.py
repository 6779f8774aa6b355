"""Saving and loading: the suffix decides the format, and files are written atomically."""

from __future__ import annotations

import logging
import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from mediarecorder import media
from mediarecorder.errors import DecodingError, NotSupportedError
from mediarecorder.media import containers, wav
from mediarecorder.take import Take
from tests.recordings import DATA, MIME_TYPES, blob_of, take_of, take_of_samples
from tests.sound import tone, write_wav

STEREO = tone([440, 660], 0.1, 16_000)


@pytest.fixture
def no_av(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)


def stereo(**other: Any) -> Take:
    return take_of_samples(STEREO, 16_000, **other)


# --- wav and flac -------------------------------------------------------------------------


@pytest.mark.usefixtures("no_av")
def test_wav_needs_only_numpy(tmp_path: Path) -> None:
    path = stereo().save(tmp_path / "x.wav")
    assert path == tmp_path / "x.wav"
    take = Take.load(path)
    assert take.samples.tobytes() == STEREO.tobytes()
    assert (take.sample_rate, take.channels, take.mime_type) == (16_000, 2, "audio/wav")
    assert (dict(take.settings), take.complete, take.duration) == ({}, True, 0.1)
    assert take.blob.tobytes() == path.read_bytes()
    assert take.started_at.timestamp() == pytest.approx(path.stat().st_mtime)


def test_subtypes_of_wav(tmp_path: Path) -> None:
    stereo().save(tmp_path / "x.wav", subtype="PCM_16")
    assert (tmp_path / "x.wav").stat().st_size == 44 + 4 * len(STEREO)
    with pytest.raises(ValueError, match="PCM_16"):
        stereo().save(tmp_path / "y.wav", subtype="PCM_24")
    assert [path.name for path in tmp_path.iterdir()] == ["x.wav"]


def test_flac_keeps_24_bits(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    stereo().save(tmp_path / "x.flac")
    back, rate = soundfile.read(tmp_path / "x.flac", dtype="float32")
    np.testing.assert_allclose(back, STEREO, atol=2**-23)
    assert rate == 16_000
    stereo().save(tmp_path / "x.flac", subtype="PCM_16")
    assert soundfile.info(tmp_path / "x.flac").subtype == "PCM_16"
    with pytest.raises(ValueError, match="PCM_24"):
        stereo().save(tmp_path / "x.flac", subtype="FLOAT")


def test_flac_without_soundfile_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(NotSupportedError, match=r"mediarecorder\[dataset\]"):
        stereo().save(tmp_path / "x.flac")
    assert not list(tmp_path.iterdir())


def test_a_span_saves_its_own_samples(tmp_path: Path) -> None:
    stereo()[0.025:0.05].save(tmp_path / "x.wav")
    np.testing.assert_array_equal(Take.load(tmp_path / "x.wav").samples, STEREO[400:800])


# --- the take's own container -------------------------------------------------------------

OWN = [
    ("opus.webm", ".webm"),
    ("opus.webm", ".mka"),
    ("opus.webm", ".mkv"),
    ("pcm.webm", ".webm"),
    ("pcm.webm", ".mka"),
    ("opus.mp4", ".mp4"),
    ("opus.mp4", ".m4a"),
    ("opus.ogg", ".ogg"),
    ("opus.ogg", ".oga"),
]


@pytest.mark.parametrize(("name", "suffix"), OWN)
def test_a_saved_container_has_its_duration_and_unchanged_samples(
    tmp_path: Path, name: str, suffix: str
) -> None:
    pytest.importorskip("av")
    path = take_of(name).save(tmp_path / f"x{suffix}")
    back = Take.load(path)
    np.testing.assert_array_equal(back.samples, take_of(name).samples)
    facts = media.probe(back.blob)
    assert facts.seconds == pytest.approx(back.duration, abs=0.045)


@pytest.mark.usefixtures("no_av")
@pytest.mark.parametrize(("name", "suffix"), OWN)
def test_without_av_the_recorded_bytes_are_saved(tmp_path: Path, name: str, suffix: str) -> None:
    path = take_of(name).save(tmp_path / f"x{suffix}")
    assert path.read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize("blob", [np.zeros(0, np.uint8), blob_of("header-only.webm")])
def test_bytes_that_cannot_be_remuxed_are_saved_unchanged(
    tmp_path: Path, blob: np.ndarray[Any, np.dtype[np.uint8]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "mediarecorder"):
        path = take_of(blob).save(tmp_path / "x.webm")
    assert path.read_bytes() == blob.tobytes()
    assert bool(caplog.records) == media.available()


@pytest.mark.parametrize(
    ("mime_type", "suffixes"),
    [
        ("audio/webm;codecs=opus", ".webm .mka .mkv"),
        ("video/webm;codecs=vp8,opus", ".webm .mkv"),
        ("audio/x-matroska;codecs=pcm", ".mka .mkv"),
        ("video/x-matroska;codecs=avc1", ".mkv"),
        ("Audio/MP4; codecs=mp4a.40.2", ".mp4 .m4a"),
        ("video/mp4", ".mp4"),
        ("audio/ogg;codecs=opus", ".ogg .oga"),
        ("audio/mpeg", ".mp3"),
        ("audio/x-new", ""),
        ("", ""),
    ],
)
def test_the_suffixes_of_a_type(mime_type: str, suffixes: str) -> None:
    assert list(containers.suffixes(mime_type)) == suffixes.split()


@pytest.mark.parametrize(
    ("mime_type", "name", "suffixes"),
    [
        ("audio/webm;codecs=opus", "x.mp4", ".webm, .mka, .mkv, .wav, .flac"),
        ("audio/webm;codecs=opus", "x.mp3", ".webm, .mka, .mkv, .wav, .flac"),
        ("audio/webm;codecs=opus", "x", ".webm, .mka, .mkv, .wav, .flac"),
        ("audio/webm;codecs=opus", ".webm", ".webm, .mka, .mkv, .wav, .flac"),
        ("audio/ogg;codecs=opus", "x.webm", ".ogg, .oga, .wav, .flac"),
        ("video/x-matroska;codecs=avc1", "x.mka", ".mkv, .wav, .flac"),
        ("", "x.webm", ".wav, .flac"),
    ],
)
def test_the_suffix_of_another_type_is_refused(
    tmp_path: Path, mime_type: str, name: str, suffixes: str
) -> None:
    with pytest.raises(NotSupportedError) as raised:
        take_of(mime_type=mime_type).save(tmp_path / name)
    assert raised.value.hint == f"These would: {suffixes}."
    assert not list(tmp_path.iterdir())


def test_a_span_of_a_container_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotSupportedError, match=r"\.wav or \.flac"):
        stereo()[:0.05].save(tmp_path / "x.webm")


def test_a_subtype_of_a_container_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="as it was encoded"):
        stereo().save(tmp_path / "x.webm", subtype="PCM_16")


# --- atomic writes ------------------------------------------------------------------------


def test_the_old_file_stays_until_the_new_one_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: BinaryIO, *rest: object) -> None:
        file.write(b"half")
        raise OSError("No space left on device")

    path = stereo().save(tmp_path / "x.wav")
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(wav, "write", fail)
        with pytest.raises(OSError, match="No space"):
            stereo()[:0.05].save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    stereo()[:0.05].save(path)
    assert Take.load(path).duration == 0.05


def test_the_file_has_the_usual_permissions(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    path = stereo().save(tmp_path / "x.wav")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_all_kinds_of_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Named(os.PathLike[str]):
        def __fspath__(self) -> str:
            return str(tmp_path / "named.WAV")

    assert stereo().save(Named()) == tmp_path / "named.WAV"
    assert Take.load(Named()).channels == 2
    monkeypatch.chdir(tmp_path)
    assert stereo().save("x.wav") == Path("x.wav")
    with pytest.raises(FileNotFoundError, match="no folder 'nowhere'"):
        stereo().save("nowhere/x.wav")
    with pytest.raises(TypeError):
        stereo().save(7)  # type: ignore[arg-type]


# --- loading ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MIME_TYPES)
def test_the_type_is_detected_from_the_content(tmp_path: Path, name: str) -> None:
    pytest.importorskip("av")
    path = tmp_path / "recording.mp3"
    path.write_bytes((DATA / name).read_bytes())
    take = Take.load(path)
    detected = {"pcm.webm": "audio/x-matroska;codecs=pcm", "header-only.webm": "audio/webm"}
    assert take.mime_type == detected.get(name, MIME_TYPES[name])
    np.testing.assert_array_equal(take.blob, blob_of(name))
    np.testing.assert_array_equal(take.samples, take_of(name).samples)


def test_the_duration_is_known_without_decoding() -> None:
    pytest.importorskip("av")
    assert Take.load(DATA / "opus.webm").duration == 1.02  # the container has no duration
    assert Take.load(DATA / "opus.mp4").duration == pytest.approx(0.98, abs=0.01)


def test_each_loaded_take_has_a_new_id() -> None:
    pytest.importorskip("av")
    assert Take.load(DATA / "opus.webm").id != Take.load(DATA / "opus.webm").id


@pytest.mark.usefixtures("no_av")
def test_loading_without_av_names_the_extra(tmp_path: Path) -> None:
    with pytest.raises(DecodingError, match=r"mediarecorder\[av\]"):
        Take.load(DATA / "opus.webm")
    write_wav(tmp_path / "x.wav", STEREO, 16_000)
    np.testing.assert_allclose(Take.load(tmp_path / "x.wav").samples, STEREO, atol=1e-4)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"#EXTM3U\nhttp://localhost/", b"\x00" * 99, b"RIFF....AVI "]
)
def test_garbage_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.webm"
    path.write_bytes(content)
    with pytest.raises(DecodingError, match=r"'x\.webm' is not a recording.*WAV, WebM"):
        Take.load(path)


@pytest.mark.parametrize("start", ["opus.webm", "opus.mp4", "opus.ogg"])
def test_garbage_after_a_valid_start_is_refused(tmp_path: Path, start: str) -> None:
    pytest.importorskip("av")
    blob = blob_of(start)
    blob[60:] = np.random.default_rng(0).integers(0, 255, blob.size - 60, np.uint8)
    (tmp_path / "x").write_bytes(blob.tobytes())
    try:
        take = Take.load(tmp_path / "x")
    except DecodingError as error:
        assert str(error).endswith(".")  # noqa: PT017
    else:
        assert not len(take.samples)


def test_a_missing_file() -> None:
    with pytest.raises(FileNotFoundError):
        Take.load("nowhere.wav")
