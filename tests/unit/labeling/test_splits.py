"""Splits: each speaker is in exactly one, and the sizes are close to the shares."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from mediarecorder.labeling.exports.splits import SHARES, split_speakers


def sizes(clips: dict[str, int], given: dict[str, Any]) -> Counter[str]:
    filled = Counter[str]()
    for speaker, split in given.items():
        filled[split] += clips[speaker]
    return filled


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        (0, {}),
        (1, {"train": 1}),
        (2, {"train": 1, "validation": 1}),
        (3, {"train": 1, "validation": 1, "test": 1}),
        (4, {"train": 2, "validation": 1, "test": 1}),
        (10, {"train": 8, "validation": 1, "test": 1}),
        (50, {"train": 40, "validation": 5, "test": 5}),
    ],
)
def test_speakers_with_equal_numbers_of_clips(speakers: int, expected: dict[str, int]) -> None:
    clips = {f"speaker {n}": 10 for n in range(speakers)}
    assert Counter(split_speakers(clips, SHARES).values()) == expected


def test_speakers_with_unequal_numbers_of_clips() -> None:
    chance = random.Random(3)
    for _ in range(100):
        clips = {f"speaker {n}": chance.randint(1, 50) for n in range(chance.randint(3, 60))}
        given = split_speakers(clips, SHARES)
        assert set(given) == set(clips)
        assert set(given.values()) == set(SHARES)
        total, largest = sum(clips.values()), max(clips.values())
        for split, size in sizes(clips, given).items():
            assert abs(size - SHARES[split] * total) <= 2 * largest  # type: ignore[index]
        order = list(clips.items())
        chance.shuffle(order)
        assert split_speakers(dict(order), SHARES) == given


def test_shares_need_not_add_up() -> None:
    clips = {str(n): 1 for n in range(30)}
    assert Counter(split_speakers(clips, {"train": 2, "test": 1}).values()) == {
        "train": 20,
        "test": 10,
    }
    assert set(split_speakers(clips, {"train": 1}).values()) == {"train"}


@pytest.mark.parametrize(
    "shares",
    [{}, {"dev": 1}, {"train": 0}, {"train": -1}, {"train": "all"}, {"train": float("nan")}],
)
def test_invalid_shares(shares: Any) -> None:
    with pytest.raises(ValueError, match=r"splits are|share of|must be a split"):
        split_speakers({"Ada": 1}, shares)
