"""Agreement between raters: published examples, and results of scikit-learn and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mediarecorder.labeling import Store, agreement, cohen_kappa, fleiss_kappa, read_prompts
from tests.unit.labeling.clips import take_of


def spread(counts: dict[tuple[str, str], int]) -> tuple[list[str], list[str]]:
    """Two people's labels, from the count of each pair of labels."""
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    return [a for a, _ in pairs], [b for _, b in pairs]


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # Two readers of 50 grant proposals: the example in Wikipedia's "Cohen's kappa".
        ({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}, 0.4),
        # From the same page: two examples with equal agreement and different kappas.
        ({("y", "y"): 45, ("y", "n"): 15, ("n", "y"): 25, ("n", "n"): 15}, 0.1304),
        ({("y", "y"): 25, ("y", "n"): 35, ("n", "y"): 5, ("n", "n"): 35}, 0.2593),
        ({("y", "y"): 7, ("n", "n"): 3}, 1.0),
        ({("y", "n"): 5, ("n", "y"): 5}, -1.0),
    ],
)
def test_cohen(counts: dict[tuple[str, str], int], kappa: float) -> None:
    first, second = spread(counts)
    assert cohen_kappa(first, second) == pytest.approx(kappa, abs=5e-5)
    assert cohen_kappa(second, first) == pytest.approx(kappa, abs=5e-5)


def test_fleiss() -> None:
    """Fourteen raters, ten items, five categories: the example in Wikipedia's "Fleiss' kappa"."""
    table = [
        (0, 0, 0, 0, 14),
        (0, 2, 6, 4, 2),
        (0, 0, 3, 5, 6),
        (0, 3, 9, 2, 0),
        (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0),
        (3, 2, 6, 3, 0),
        (2, 5, 3, 2, 2),
        (6, 5, 2, 1, 0),
        (0, 2, 2, 3, 7),
    ]
    labels = [
        [label for label, n in zip("12345", counts, strict=True) for _ in range(n)]
        for counts in table
    ]
    assert fleiss_kappa(labels) == pytest.approx(0.20993, abs=5e-6)
    assert fleiss_kappa([*labels, ["1"], []]) == fleiss_kappa(labels)


def test_against_other_libraries() -> None:
    """Results of scikit-learn 1.9 (`cohen_kappa_score`) and statsmodels 0.15 (`fleiss_kappa`)."""
    chance = np.random.default_rng(7)
    truth = chance.integers(0, 4, 200)
    raters = [np.where(chance.random(200) < 0.7, truth, chance.integers(0, 4, 200)) for _ in "abc"]
    named = [["abcd"[label] for label in rater] for rater in raters]
    assert cohen_kappa(named[0], named[1]) == pytest.approx(0.4659189532011483)
    assert fleiss_kappa(zip(*named, strict=True)) == pytest.approx(0.47680502267178226)


def test_nothing_to_compare() -> None:
    assert math.isnan(cohen_kappa([], []))
    assert math.isnan(cohen_kappa(["y", "y"], ["y", "y"]))
    assert math.isnan(fleiss_kappa([]))
    assert math.isnan(fleiss_kappa([["y"], ["n"]]))
    assert math.isnan(fleiss_kappa([["y", "y"], ["y", "y"]]))
    with pytest.raises(ValueError, match="two labels of each item"):
        cohen_kappa(["y"], [])


def test_agreement_about_clips(store: Store) -> None:
    prompts = read_prompts(list("abcd"))
    ada = store.open("Ada")
    clips = [
        ada.accept(take_of(p.text), p, label=label)
        for p, label in zip(prompts, "yynn", strict=True)
    ]
    grace, mary = store.open("Grace"), store.open("Mary")
    for clip, label in zip(clips, "yynn", strict=True):
        grace.label(clip.id, "x")
        grace.label(clip.id, label)
    for clip, label in zip(clips, "yny", strict=False):
        mary.label(clip.id, label)
    found = agreement(store.manifest())
    assert found.items == 4
    assert found.common == {("Ada", "Grace"): 4, ("Ada", "Mary"): 3, ("Grace", "Mary"): 3}
    assert found.cohen[("Ada", "Grace")] == 1
    assert found.cohen[("Ada", "Mary")] == pytest.approx(cohen_kappa("yyn", "yny"))
    assert found.fleiss == pytest.approx(fleiss_kappa(["yyy", "yyn", "nny", "nn"]))
    ada.withdraw(clips[3].id)
    assert agreement(store.manifest()).items == 3


def test_agreement_about_prompts(store: Store) -> None:
    """Each speaker labels a separate clip of the same picture."""
    prompts = read_prompts([{"image": f"{name}.png"} for name in "abcd"])
    for speaker, labels in (("Ada", "yynn"), ("Grace", "yyny"), ("Mary", "n")):
        shard = store.open(speaker)
        for prompt, label in zip(prompts, labels, strict=False):
            shard.accept(take_of(prompt.id), prompt, label="wrong")
            shard.accept(take_of(prompt.id), prompt, label=label)
    found = agreement(store.manifest(), of="prompt")
    assert found.items == 4
    assert found.cohen[("Ada", "Grace")] == pytest.approx(cohen_kappa("yynn", "yyny")) == 0.5
    assert found.fleiss == pytest.approx(fleiss_kappa(["yyn", "yy", "nn", "ny"]))
    assert agreement(store.manifest()).items == 0
