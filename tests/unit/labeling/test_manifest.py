"""The merged entries of many sessions, and invalid lines."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mediarecorder.labeling import Clip, Manifest, Store, read_prompts
from mediarecorder.labeling.store import manifest as manifest_module
from mediarecorder.labeling.store.codec import from_line, to_line
from mediarecorder.labeling.store.entries import Begin, Consent, Entry, Rating, Region, Withdrawal
from tests.unit.labeling.clips import take_of

SESSION = "20261125T140000Z-0123456789abcdef"
OTHER = "20261125T150000Z-0123456789abcdef"
WHO = {"session": SESSION, "speaker": "Ada", "at": "2026-11-25T14:00:00+00:00"}
CLIP = Clip(
    **WHO,
    id=f"{SESSION}-000001",
    file=f"audio/{SESSION}/000001.wav",
    original=f"audio/{SESSION}/000001-original.webm",
    prompt_id="p",
    text="<b>yes</b>\n\N{PILE OF POO}\u2028",
    take=1,
    label="yes",
    note="",
    recorded_at="2026-11-25T13:59:58+00:00",
    duration=1.5,
    sample_rate=48_000,
    channels=1,
    recording="a",
    mime_type="audio/webm;codecs=opus",
    ended_by="stop",
    settings={"label": "USB", "echoCancellation": False, "latency": 0.01, "none": None},
    quality={"level": -20.5},
    flaws=("noisy",),
    software="0.1.0",
)
ENTRIES: list[Entry] = [
    Begin(**WHO, software="0.1.0"),
    Consent(**WHO, text_id="t"),
    CLIP,
    Rating(**WHO, id=CLIP.id, label="no", regions=()),
    Rating(**WHO, id=CLIP.id, label="", regions=(Region(0, 0.5, "<b>"), Region(0.25, 1.5, ""))),
    Withdrawal(**WHO, id="another"),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.kind)
def test_an_entry_survives_encoding_and_decoding(entry: Entry) -> None:
    line = to_line(entry)
    assert line.count(b"\n") == 1
    assert from_line(line, SESSION) == entry
    plain = json.loads(line)
    assert (plain["version"], plain["kind"], plain["speaker"]) == (1, entry.kind, "Ada")


WRONG: list[dict[str, Any]] = [
    {"version": 2},
    {"version": None},
    {"kind": "of a later version"},
    {"kind": None},
    {"kind": ["take"]},
    {"session": OTHER},
    {"speaker": 7},
    {"speaker": "x" * 10_001},
    {"speaker": "\ud800"},
    {"text": "a\0b"},
    {"take": -1},
    {"take": True},
    {"take": 1.5},
    {"take": 1 << 60},
    {"duration": "1"},
    {"duration": 1e300},
    {"settings": []},
    {"settings": {"a": [1]}},
    {"settings": {str(n): 1 for n in range(101)}},
    {"flaws": "noisy"},
    {"flaws": [1]},
    {"file": "../../etc/passwd"},
    {"file": "/etc/passwd"},
    {"file": f"audio/{OTHER}/000001.wav"},
    {"file": f"audio/{SESSION}/../../../000001.wav"},
    {"file": f"audio/{SESSION}/000001.wav\n"},
    {"id": "../../etc/passwd"},
    {"id": f"{SESSION}-000001/../x"},
    {"id": f"{OTHER}-000001"},
    {"recorded_at": "yesterday"},
    {"recorded_at": "2026-11-25T13:59:58"},
    {"original": f"manifest/{SESSION}-000000.jsonl"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: json.dumps(wrong)[:40])
def test_an_invalid_line_is_refused(wrong: dict[str, Any]) -> None:
    line = json.dumps({**json.loads(to_line(CLIP)), **wrong}).encode()
    with pytest.raises((ValueError, TypeError)):
        from_line(line, SESSION)


@pytest.mark.parametrize(
    "regions",
    [
        None,
        "x",
        [1],
        [[0, 1]],
        [[0, 1, "x", 1]],
        [[1, 1, "x"]],
        [[-1, 1, "x"]],
        [[0, 1e300, "x"]],
        [[0, True, "x"]],
        [[0, "1", "x"]],
        [[0, 1, None]],
        [[0, 1, "a\0b"]],
        [{"start": 0}],
        [[0, 1, "x"]] * 1_001,
    ],
)
def test_invalid_regions_in_a_line(regions: Any) -> None:
    plain = json.loads(to_line(Rating(**WHO, id=CLIP.id, label="", regions=())))
    with pytest.raises(ValueError, match="invalid regions"):
        from_line(json.dumps({**plain, "regions": regions}).encode(), SESSION)


def test_every_field_is_required() -> None:
    whole = json.loads(to_line(CLIP))
    for name in whole:
        line = json.dumps({key: value for key, value in whole.items() if key != name}).encode()
        with pytest.raises(ValueError, match=r"invalid|version|kind"):
            from_line(line, SESSION)
    assert from_line(json.dumps({**whole, "more": 1}).encode(), SESSION) == CLIP


def test_damaged_and_foreign_files_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    yes = read_prompts(["yes"])[0]
    shard = store.open("Ada")
    clips = [shard.accept(take_of(str(n)), yes) for n in range(3)]
    (page,) = (tmp_path / "manifest").iterdir()
    good = page.read_bytes().splitlines(keepends=True)
    bad = [b"\n", b"{\n", b"[" * 100_000 + b"\n", b"\xff\xfe\n", b'{"version": NaN}\n', b"7\n"]
    page.write_bytes(
        b"".join(itertools.chain(*zip(bad, good + good[:2], strict=True))) + good[3][:9]
    )
    for name in ("README.md", f"{SESSION}-000000.jsonl.bak", f".{page.name}.1.part", "a.jsonl"):
        (tmp_path / "manifest" / name).write_bytes(good[1])
    # A line of another session.
    (tmp_path / "manifest" / f"{SESSION}-000000.jsonl").write_bytes(good[1])
    monkeypatch.setattr(manifest_module, "LARGEST_PAGE", 100_000 + 2 * sum(map(len, good)))
    huge = tmp_path / "manifest" / page.name.replace("-000000", "-000001")
    huge.write_bytes(b" " * manifest_module.LARGEST_PAGE + b"\n")
    assert list(store.manifest()) == clips
    left_out = [record.getMessage() for record in caplog.records]
    assert len(left_out) == len(bad) + 1 + 1 + 1
    assert all("is left out" in message for message in left_out)


def test_the_order_of_the_lines_does_not_matter() -> None:
    clips = [replace(CLIP, id=f"{SESSION}-{n:06}", label="") for n in range(4)]
    later = {"session": OTHER, "speaker": "Grace", "at": "2026-11-25T15:00:00+00:00"}
    soon = {**WHO, "at": "2026-11-25T14:00:05+00:00"}
    entries: list[Entry] = [
        *clips,
        Withdrawal(**WHO, id=clips[0].id),
        Withdrawal(**later, id=clips[0].id),
        Rating(**WHO, id=clips[1].id, label="first thought", regions=()),
        Rating(**soon, id=clips[1].id, label="second", regions=()),
        Rating(**later, id=clips[1].id, label="hers", regions=()),
        Rating(**later, id="of no clip", label="x", regions=()),
        Consent(**later, text_id="t"),
    ]
    chance = random.Random(1)
    for _ in range(50):
        manifest = Manifest()
        for entry in entries:
            manifest.add(entry)
        assert {clip.id for clip in manifest} == {clip.id for clip in clips[1:]}
        assert len(manifest) == 3
        assert clips[0].id not in manifest
        assert manifest.labels(clips[1].id) == {"Ada": "second", "Grace": "hers"}
        assert manifest.labels(clips[2].id) == {}
        assert manifest.has_consented("Grace", "t")
        assert not manifest.has_consented("Ada", "t")
        assert manifest.speakers() == ["Ada", "Grace"]
        assert manifest.takes_of("Ada") == {"p": 3}
        chance.shuffle(entries)


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ("", [], ""),
        ("yes", [], "yes"),
        ("", ["no"], "no"),
        ("yes", ["no"], ""),
        ("yes", ["no", "no"], "no"),
        ("yes", ["no", "yes"], "yes"),
        ("yes", ["", ""], "yes"),
        ("a", ["b", "c"], ""),
    ],
)
def test_the_label_is_the_most_frequent_one(own: str, others: list[str], expected: str) -> None:
    manifest = Manifest()
    manifest.add(replace(CLIP, label=own))
    for n, label in enumerate(others):
        manifest.add(
            Rating(**{**WHO, "speaker": f"rater {n}"}, id=CLIP.id, label=label, regions=())
        )
    assert manifest.label(CLIP.id) == expected


def test_regions_of_a_clip(store: Store) -> None:
    """Regions are (start, end, label), and slices of samples."""
    take = take_of("a")  # 50 ms
    shard = store.open("Ada")
    clip = shard.accept(take, read_prompts(["yes"])[0])
    shard.label(clip.id, "noise", [(0.03, 0.0504, "hiss"), (0.01, 0.02, "click ")])
    grace = store.open("Grace")
    grace.label(clip.id, "speech", [(0, 0.05, "all")])
    grace.label(clip.id, "speech")
    manifest = store.manifest()
    assert manifest.regions(clip.id) == {"Ada": ((0.01, 0.02, "click"), (0.03, 0.05, "hiss"))}
    assert manifest.labels(clip.id) == {"Ada": "noise", "Grace": "speech"}
    start, end, _ = manifest.regions(clip.id)["Ada"][0]
    cut = store.take(clip)[start:end]
    assert cut.samples.tobytes() == take.samples[80:160].tobytes()


@pytest.mark.parametrize(
    "region",
    [
        (0.04, 0.06, "x"),
        (-0.01, 0.02, "x"),
        (0.02, 0.02, "x"),
        (float("nan"), 1, "x"),
        (0, 0.01, 7),
    ],
)
def test_regions_outside_of_the_clip(store: Store, region: Any) -> None:
    shard = store.open()
    clip = shard.accept(take_of("a"), read_prompts(["yes"])[0])
    with pytest.raises((TypeError, ValueError), match=r"must lie within|must be a string"):
        shard.label(clip.id, regions=[region])
    with pytest.raises(ValueError, match="at most 1,000 regions"):
        shard.label(clip.id, regions=[(0, 0.01, "x")] * 1_001)
    assert store.manifest().regions(clip.id) == {}


def test_labels_of_several_people_in_a_store(store: Store) -> None:
    ada = store.open("Ada")
    clip = ada.accept(take_of("a"), read_prompts(["yes"])[0], label="yes")
    for name, label in (("Grace", "no"), ("Mary", "no"), ("Ada", "maybe"), ("Ada", "yes")):
        store.open(name).label(clip.id, label)
    manifest = store.manifest()
    assert list(manifest.labels(clip.id).items()) == [
        ("Ada", "yes"),
        ("Grace", "no"),
        ("Mary", "no"),
    ]
    assert manifest.label(clip.id) == "no"
    with pytest.raises(KeyError, match="There is no clip 'x'"):
        ada.label("x", "yes")
    assert repr(manifest) == "<Manifest of 1 clips by 3 speakers>"
