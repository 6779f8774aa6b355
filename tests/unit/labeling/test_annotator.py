"""The annotator: order, progress by person, and labelled parts as slices of samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediarecorder import Take
from mediarecorder.errors import InvalidStateError
from mediarecorder.labeling import Annotator, Prompt, Store
from tests.unit.labeling.clips import take_of
from tests.unit.labeling.hostile import HOSTILE

WORDS = ("one", "two", "three")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with three clips of 50 ms by Ada, none of which is labelled."""
    store = Store(tmp_path / "store")
    shard = store.open("Ada")
    for word in WORDS:
        shard.accept(take_of(word), Prompt(word))
    return store


def press(annotator: Annotator, op: str, step: int | None = None, **more: Any) -> None:
    step = annotator._scene["step"] if step is None else step
    annotator._handle_custom_msg({"kind": "do", "op": op, "step": step, **more}, [])


def test_one_clip_after_the_other(store: Store) -> None:
    annotator = Annotator(store, labels=["speech", "noise"], person="Grace")
    assert annotator._scene["text"] == "one"
    np.testing.assert_array_equal(annotator.take.samples, take_of("one").samples)
    press(annotator, "say", label="speech", regions=[])
    assert (annotator._scene["text"], annotator._scene["done"]) == ("two", 1)
    press(annotator, "say", label="", regions=[[0.03, 0.04, "speech"], [0, 0.02, "noise"]])
    press(annotator, "back")
    assert annotator._scene["regions"] == [[0, 0.02, "noise"], [0.03, 0.04, "speech"]]
    manifest = store.manifest()
    one, two, three = manifest
    assert manifest.labels(one.id) == {"Grace": "speech"}
    assert [tuple(region) for region in manifest.regions(two.id)["Grace"]] == [
        (0, 0.02, "noise"),
        (0.03, 0.04, "speech"),
    ]
    assert manifest.labels(three.id) == {}


def test_parts_are_slices_of_samples(store: Store) -> None:
    annotator = Annotator(store, labels=["speech"], person="Grace")
    annotator.say("", [(0.01, 0.03, "speech")])
    ((clip, region, part),) = annotator.parts()
    assert (clip.text, region.label) == ("one", "speech")
    np.testing.assert_array_equal(part.samples, take_of("one").samples[80:240])


def test_it_starts_at_the_first_clip_without_a_label_by_this_person(store: Store) -> None:
    annotator = Annotator(store, labels=["speech"], person="Grace")
    annotator.say("speech")
    again = Annotator(store, labels=["speech"], person="Grace")
    assert (again.clip.text, again._scene["done"], again._scene["number"]) == ("two", 1, 2)
    again.go(-1)
    assert again._scene["label"] == "speech"
    assert Annotator(store, labels=["speech"], person="Mary").clip.text == "one"


def test_new_labels_replace_earlier_ones(store: Store) -> None:
    annotator = Annotator(store, labels=["speech", "noise"], person="Grace")
    annotator.say("speech", [(0.01, 0.02, "noise")])
    annotator.go(-1)
    annotator.say("noise")
    clip = next(iter(store.manifest()))
    assert store.manifest().labels(clip.id) == {"Grace": "noise"}
    assert store.manifest().regions(clip.id) == {}
    assert annotator._scene["done"] == 1


def test_labels_are_normalized(store: Store) -> None:
    annotator = Annotator(store, labels=["e\u0301 ", "noise"], person="Grace")
    annotator.say(" e\u0301", [(0.01, 0.02, "e\u0301"), (0.02, 0.03, "noise ")])
    clip = next(iter(manifest := store.manifest()))
    assert manifest.labels(clip.id) == {"Grace": "\xe9"}
    assert [region.label for region in manifest.regions(clip.id)["Grace"]] == ["\xe9", "noise"]
    with pytest.raises(InvalidStateError, match="has no label yet"):
        annotator.say(" ")


def test_navigation_stops_at_the_first_and_the_last_clip(store: Store) -> None:
    annotator = Annotator(store, labels=["speech"])
    press(annotator, "back")
    assert annotator._scene["number"] == 1
    for _ in range(5):
        press(annotator, "next")
    assert annotator._scene["number"] == 3


def test_a_double_press_acts_once(store: Store) -> None:
    annotator = Annotator(store, labels=["speech"], person="Grace")
    step = annotator._scene["step"]
    for _ in range(2):
        press(annotator, "say", step, label="speech", regions=[])
    assert annotator._scene["number"] == 2


def test_takes_and_files_are_added_to_a_store_once(tmp_path: Path) -> None:
    file = take_of("two").save(tmp_path / "two.wav")
    recordings: list[Take | Path] = [take_of("one"), file]
    for _ in range(2):
        annotator = Annotator(recordings, labels=["speech"], store=tmp_path / "store")
    assert [clip.text for clip in annotator.shard.manifest] == [take_of("one").id, "two.wav"]
    samples = [annotator.store.take(clip).samples for clip in annotator.shard.manifest]
    for word, found in zip(("one", "two"), samples, strict=True):
        np.testing.assert_array_equal(found, take_of(word).samples)


@pytest.mark.parametrize(
    ("labels", "match"),
    [
        (("", []), "has no label yet"),
        (("shout", []), "is not one of the labels"),
        (("", [(0.01, 0.02, "shout")]), "is not one of the labels"),
        (("", [(0.01, 0.9, "speech")]), "within the clip"),
        (("", [(0.03, 0.02, "speech")]), "within the clip"),
        (("", [(float("nan"), 0.02, "speech")]), "within the clip"),
    ],
)
def test_invalid_labels_are_refused(store: Store, labels: tuple[str, Any], match: str) -> None:
    annotator = Annotator(store, labels=["speech"], person="Grace")
    with pytest.raises((InvalidStateError, ValueError), match=match):
        annotator.say(*labels)
    press(annotator, "say", label=labels[0], regions=[list(region) for region in labels[1]])
    assert annotator._scene["notice"]
    assert annotator._scene["number"] == 1
    assert store.manifest().labels(annotator.clip.id) == {}


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"kind": "do", "op": "go", "step": 1},
        {"kind": "do", "op": "say", "step": 1, "label": "speech"},
        {"kind": "do", "op": "say", "step": 1, "label": "speech", "regions": [["0", 1, "x"]]},
        {"kind": "do", "op": "say", "step": 1, "label": "speech", "regions": [1]},
        {"kind": "peaks"},
        {"kind": "asset", "name": "../secrets"},
    ],
)
def test_invalid_messages_change_nothing(store: Store, message: Any) -> None:
    annotator = Annotator(store, labels=["speech"])
    before = annotator._scene
    annotator._handle_custom_msg(message, [])
    assert annotator._scene == before


def test_a_page_receives_the_waveform_and_the_sound(store: Store) -> None:
    annotator = Annotator(store, labels=["speech"])
    sent: list[tuple[dict[str, Any], Any]] = []
    annotator.send = lambda content, buffers=None: sent.append((content, buffers))
    take = annotator._scene["take"]
    for question in ({"kind": "peaks"}, {"kind": "audio", "form": "own"}):
        annotator._handle_custom_msg({**question, "take": take}, [])
    (_, (peaks,)), (about, (sound,)) = sent
    assert np.frombuffer(peaks, "<f4").max() == pytest.approx(
        np.abs(take_of("one").samples).max(), abs=1e-6
    )
    assert (about["type"], sound[:4]) == ("audio/wav", b"RIFF")
    annotator._handle_custom_msg({"kind": "peaks", "take": "another"}, [])
    assert sent[-1][0]["kind"] == "error"


def test_a_withdrawn_clip_is_reported(store: Store) -> None:
    annotator = Annotator(store, labels=["speech"])
    store.open("Ada").withdraw(annotator.clip.id)
    sent: list[dict[str, Any]] = []
    annotator.send = lambda content, buffers=None: sent.append(content)
    annotator._handle_custom_msg({"kind": "peaks", "take": annotator._scene["take"]}, [])
    assert "withdrawn" in sent[0]["text"]


def test_hostile_labels_and_names(tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE):
        annotator = Annotator(
            [take_of("a clip")], labels=[text], store=tmp_path / str(number), person=text
        )
        (label,) = annotator._scene["labels"]
        annotator.say(label, [(0, 0.01, label)])
        ((_, region, _),) = annotator.parts()
        assert region.label == label


def test_invalid_arguments(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one label"):
        Annotator(store, labels=[])
    with pytest.raises(TypeError, match="leave out"):
        Annotator(store, labels=["speech"], store=tmp_path / "another")
    with pytest.raises(TypeError, match="need a `store`"):
        Annotator([take_of("one")], labels=["speech"])
    with pytest.raises(ValueError, match="no clips"):
        Annotator([], labels=["speech"], store=tmp_path / "empty")
