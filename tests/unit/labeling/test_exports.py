"""Exports, read back with the libraries that they are for, and compared clip by clip."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from mediarecorder.errors import NotSupportedError
from mediarecorder.labeling import Clip, Quality, Store, export, read_prompts, to_pandas
from mediarecorder.labeling.exports import Kind
from mediarecorder.labeling.exports.rows import COLUMNS
from mediarecorder.media import wav
from tests.unit.labeling.clips import RATE, take_of
from tests.unit.labeling.hostile import HOSTILE

SPEAKERS = ("Ada", "Grace", "", "<b>Mary</b>")
PARTS = [(0.01, 0.02, "<b>click</b>"), (0.03, 0.05, "2026-11-25")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Clips of four speakers, one of them unnamed, with hostile prompts, labels and notes."""
    store = Store(tmp_path_factory.mktemp("store"))
    prompts = list(zip(read_prompts(HOSTILE), HOSTILE, strict=True))
    for number, speaker in enumerate(SPEAKERS):
        shard = store.open(speaker)
        for prompt, text in prompts[number::4]:
            take = take_of(f"{speaker} {prompt.id}")
            verdict = Quality().judge(take.samples, RATE) if number else None
            shard.accept(take, prompt, label=text, note=text, verdict=verdict)
    first, second, *_ = (clip for clip in store.manifest() if clip.speaker == "Ada")
    store.open("Grace").label(first.id, "another", PARTS)
    store.open("Eve").label(second.id, regions=PARTS)
    return store


@pytest.fixture(scope="module")
def clips(store: Store) -> dict[str, Clip]:
    return {clip.id: clip for clip in store.manifest()}


def check(store: Store, values: Mapping[str, Any]) -> None:
    """Check the exported values of a clip against the store."""
    manifest = store.manifest()
    clip = manifest[values["id"]]
    for name in ("speaker", "prompt_id", "text", "take", "note", "recorded_at", "duration"):
        assert values[name] == getattr(clip, name), name
    assert values["label"] == ("" if len(manifest.labels(clip.id)) == 2 else clip.label)
    parts = json.loads(values["regions"]) if values["regions"] else []
    assert parts == [
        {"start": start, "end": end, "label": label, "by": by}
        for by, of in manifest.regions(clip.id).items()
        for start, end, label in of
    ]
    assert (values["sample_rate"], values["channels"]) == (RATE, 1)
    assert values["device"] == "USB microphone"
    assert values["flaws"] == ", ".join(clip.flaws)
    for name in ("level", "noise", "signal_to_noise", "clipped"):
        value = values[name]
        missing = value is None or math.isnan(value)
        assert (None if missing else value) == clip.quality.get(name), name


def check_splits(splits: Mapping[str, Any]) -> None:
    """Check that each speaker is in one split, and that no split is empty."""
    of_speaker: dict[str, set[str]] = {}
    for split, speakers in splits.items():
        for speaker in speakers:
            of_speaker.setdefault(speaker, set()).add(split)
    assert set(of_speaker) == set(SPEAKERS)
    assert all(len(split) == 1 for split in of_speaker.values())
    assert Counter(split for (split,) in of_speaker.values()) == {
        "train": 2,
        "validation": 1,
        "test": 1,
    }


def check_sound(clip: Clip, data: bytes) -> None:
    """Check that soundfile reads the accepted samples from an exported file."""
    soundfile = pytest.importorskip("soundfile")
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    spoken = take_of(f"{clip.speaker} {clip.prompt_id}")
    assert rate == RATE
    assert samples.tobytes() == spoken.samples.tobytes()


# Hugging Face ---------------------------------------------------------------------------


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library, with a temporary cache."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    module = pytest.importorskip("datasets")
    module.disable_progress_bars()
    monkeypatch.setattr(module.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    # The original imports torch and torchcodec, gigabytes, even to encode a path.
    monkeypatch.setattr(
        module.Audio, "encode_example", lambda self, value: {"bytes": None, "path": value}
    )
    return module


def load(datasets: Any, *arguments: Any, **more: Any) -> dict[str, list[dict[str, Any]]]:
    loaded = datasets.load_dataset(*arguments, **more)
    for split in loaded.values():
        assert split.features["audio"] == datasets.Audio()
    return {
        str(name): list(split.cast_column("audio", datasets.Audio(decode=False)))
        for name, split in loaded.items()
    }


def test_an_audiofolder_loads(
    store: Store, clips: dict[str, Clip], datasets: Any, tmp_path: Path
) -> None:
    path = export(store, "audiofolder", tmp_path / "test" / "voices")  # a split's name above it
    splits = load(datasets, "audiofolder", data_dir=str(path))
    check_splits({split: [row["speaker"] for row in rows] for split, rows in splits.items()})
    seen = [row for rows in splits.values() for row in rows]
    assert sorted(row["id"] for row in seen) == sorted(clips)
    for row in seen:
        check(store, row)
        check_sound(clips[row["id"]], Path(row["audio"]["path"]).read_bytes())


def test_parquet_loads(
    store: Store,
    clips: dict[str, Clip],
    datasets: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mediarecorder.labeling.exports.parquet.GROUP", 4)
    path = export(store, "parquet", tmp_path / "voices")
    splits = load(datasets, str(path))
    check_splits({split: [row["speaker"] for row in rows] for split, rows in splits.items()})
    seen = [row for rows in splits.values() for row in rows]
    assert sorted(row["id"] for row in seen) == sorted(clips)
    for row in seen:
        check(store, row)
        clip = clips[row["id"]]
        check_sound(clip, row["audio"]["bytes"])
        assert row["audio"]["path"] == f"{clip.id}.wav"
    parquet = pytest.importorskip("pyarrow.parquet")
    (file,) = path.glob("train-*")
    groups = parquet.ParquetFile(file).metadata
    assert groups.num_row_groups == math.ceil(len(splits["train"]) / 4)


@pytest.mark.parametrize("kind", ["audiofolder", "parquet"])
def test_without_pyarrow(
    store: Store, kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotSupportedError, match=r"mediarecorder\[dataset\]"):
        export(store, kind, tmp_path / "voices")
    assert list(tmp_path.iterdir()) == []


def test_a_data_frame(store: Store, clips: dict[str, Clip]) -> None:
    pandas = pytest.importorskip("pandas")
    frame = to_pandas(store)
    assert sorted(frame["id"]) == sorted(clips)
    for row in frame.to_dict("records"):
        check(store, row)
        assert row["file"] == clips[row["id"]].file
    check_splits({split: set(rows["speaker"]) for split, rows in frame.groupby("split")})
    assert pandas.api.types.is_float_dtype(frame["level"])
    assert frame["level"].isna().sum() == len([c for c in clips.values() if not c.quality])


def test_a_data_frame_of_an_empty_store(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    frame = to_pandas(Store(tmp_path))
    assert len(frame) == 0
    assert {"id", "label", "file"} <= set(frame.columns)


# CSV ------------------------------------------------------------------------------------

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def test_csv(store: Store, clips: dict[str, Clip], tmp_path: Path) -> None:
    path = export(store, "csv", tmp_path / "voices")
    with (path / "clips.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert sorted(row["id"] for row in table) == sorted(clips)
    for row in table:
        numbers: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for name, value in row.items():
            if COLUMNS.get(name, str) is not str:
                numbers[name] = float(value) if value else math.nan
                continue
            assert not value.startswith(FORMULA)
            is_guarded = value.startswith("'") and value[1:].startswith(FORMULA)
            texts[name] = value[1:] if is_guarded else value
        check(store, {**texts, **numbers})
        check_sound(clips[row["id"]], (path / row["file_name"]).read_bytes())
    check_splits(_speakers_of(table))
    guarded = {row["text"] for row in table} - {clip.text for clip in clips.values()}
    assert guarded == {"'=1+1", "'@SUM(A1)", "'+1", "'-1", "'-rf"}


def _speakers_of(table: list[dict[str, str]]) -> dict[str, set[str]]:
    speakers: dict[str, set[str]] = {}
    for row in table:
        speakers.setdefault(row["split"], set()).add(row["speaker"])
    return speakers


# Label Studio ---------------------------------------------------------------------------

ONE = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 1}
WHOLE = {
    "type": "object",
    "required": ["choices"],
    "additionalProperties": False,
    "properties": {"choices": ONE},
}
PART = {
    # https://labelstud.io/tags/audio#Result-parameters
    "type": "object",
    "required": ["start", "end", "labels", "channel"],
    "additionalProperties": False,
    "properties": {
        "start": {"type": "number", "minimum": 0},
        "end": {"type": "number", "exclusiveMinimum": 0},
        "labels": ONE,
        "channel": {"const": 0},
    },
}
TASKS = {
    # https://labelstud.io/guide/tasks#Basic-Label-Studio-JSON-format, and
    # https://labelstud.io/guide/predictions
    "type": "array",
    "items": {
        "type": "object",
        "required": ["data"],
        "additionalProperties": False,
        "properties": {
            "data": {
                "type": "object",
                "required": ["audio", "text"],
                "additionalProperties": {"type": ["string", "number"]},
            },
            "predictions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["result"],
                    "additionalProperties": False,
                    "properties": {
                        "model_version": {"type": "string"},
                        "result": {
                            "type": "array",
                            "minItems": 1,
                            "items": {
                                "type": "object",
                                "required": ["from_name", "to_name", "type", "value"],
                                "additionalProperties": False,
                                "properties": {
                                    "from_name": {"enum": ["label", "regions"]},
                                    "to_name": {"const": "audio"},
                                    "type": {"enum": ["choices", "labels"]},
                                    "value": {"oneOf": [WHOLE, PART]},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_label_studio(store: Store, clips: dict[str, Clip], tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    path = export(store, "label_studio", tmp_path / "voices & noises?")
    tasks = json.loads((path / "tasks.json").read_text(encoding="utf-8"))
    jsonschema.validate(tasks, TASKS)
    interface = ElementTree.parse(path / "config.xml").getroot()
    (audio,) = interface.iter("Audio")
    (choices,) = interface.iter("Choices")
    (labels,) = interface.iter("Labels")
    (header,) = interface.iter("Header")
    assert (audio.get("name"), audio.get("value")) == ("audio", "$audio")
    assert (choices.get("name"), choices.get("toName")) == ("label", "audio")
    assert header.get("value") == "$text"
    assert (labels.get("name"), labels.get("toName")) == ("regions", "audio")
    known, of_parts = ([choice.get("value") for choice in tag] for tag in (choices, labels))
    assert len(set(known)) == len(known)
    assert of_parts == sorted(label for *_, label in PARTS)
    manifest = store.manifest()
    assert sorted(task["data"]["id"] for task in tasks) == sorted(clips)
    for task in tasks:
        data = task["data"]
        clip = clips[data["id"]]
        missing = dict.fromkeys(("level", "noise", "signal_to_noise", "clipped"))
        check(store, {**missing, **data})
        given: dict[str, str] = {}
        parts: dict[str, tuple[Any, ...]] = {}
        for prediction in task["predictions"]:
            person = prediction["model_version"]
            for result in prediction["result"]:
                value = result["value"]
                if result["type"] == "choices":
                    (given[person],) = value["choices"]
                    assert (result["from_name"], given[person] in known) == ("label", True)
                else:
                    (label,) = value["labels"]
                    assert (result["from_name"], label in of_parts) == ("regions", True)
                    part = (value["start"], value["end"], label)
                    parts[person] = (*parts.get(person, ()), part)
        assert given == manifest.labels(clip.id)
        assert parts == manifest.regions(clip.id)
        url = urlsplit(data["audio"])
        assert url.path == "/data/local-files/"
        (below,) = parse_qs(url.query)["d"]
        check_sound(clip, (path.parent / below).read_bytes())
    check_splits(_speakers_of([task["data"] for task in tasks]))


def test_label_studio_without_labels(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.open().accept(take_of("a"), read_prompts(["a"])[0])
    path = export(store, "label_studio", tmp_path / "voices")
    assert [tag.tag for tag in ElementTree.parse(path / "config.xml").getroot()] == [
        "Header",
        "Audio",
        "TextArea",
    ]
    (task,) = json.loads((path / "tasks.json").read_text(encoding="utf-8"))
    assert task["predictions"] == []


# All kinds ------------------------------------------------------------------------------


def test_only_clips_that_keep_accepts(store: Store, clips: dict[str, Clip], tmp_path: Path) -> None:
    path = export(
        store, "csv", tmp_path / "a", splits={"train": 1}, keep=lambda clip: clip.speaker == "Ada"
    )
    with (path / "clips.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert {(row["speaker"], row["split"]) for row in table} == {("Ada", "train")}
    files = {file.name for file in (path / "audio").iterdir()}
    assert files == {f"{clip.id}.wav" for clip in clips.values() if clip.speaker == "Ada"}


def test_an_existing_folder(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    export(store, "csv", tmp_path / "empty")
    (tmp_path / "file").touch()
    for name in ("empty", "file"):
        with pytest.raises(FileExistsError, match="Export into a new folder"):
            export(store, "csv", tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


def test_invalid_arguments(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not as 'mp3'"):
        export(store, "mp3", tmp_path / "a")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="There are no clips"):
        export(Store(tmp_path / "nothing"), "csv", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_clip_withdrawn_during_an_export_aborts_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shard = store.open()
    made = [shard.accept(take_of(text), read_prompts([text])[0]) for text in "ab"]
    (tmp_path / "store" / made[1].file).unlink()
    with pytest.raises(FileNotFoundError, match="read the manifest again"):
        export(store, "csv", tmp_path / "voices")
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_clips_are_read_in_batches(
    store: Store, clips: dict[str, Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediarecorder.labeling.store.AT_ONCE", 3)
    for clip, data in zip(clips.values(), store.read_all(clips.values()), strict=True):
        spoken = take_of(f"{clip.speaker} {clip.prompt_id}")
        assert data == spoken.blob.tobytes()
        assert wav.read(spoken.blob)[1] == RATE
