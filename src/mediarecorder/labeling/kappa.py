"""How far those who label agree, beyond what chance would give: Cohen's and Fleiss' kappa."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from .store.manifest import Manifest


@dataclass(frozen=True)
class Agreement:
    """What `agreement` finds.

    Attributes
    ----------
    items : int
        How many clips, or prompts, two people or more have labelled.
    fleiss : float
        Fleiss' kappa over all of them: 1 where all agree, 0 where they do as by chance,
        below where they do less. NaN where only one label was ever used, or nothing was
        labelled twice.
    cohen : dict of (str, str) to float
        Cohen's kappa of each two people, over what both have labelled.
    common : dict of (str, str) to int
        How much that is.
    """

    items: int
    fleiss: float
    cohen: Mapping[tuple[str, str], float]
    common: Mapping[tuple[str, str], int]


def agreement(manifest: Manifest, *, of: Literal["clip", "prompt"] = "clip") -> Agreement:
    """Tell how far people agree.

    Parameters
    ----------
    manifest : Manifest
        Of `Store.manifest`.
    of : {"clip", "prompt"}
        Whether to compare what people say of the same clip, its speaker among them; or
        what they said to the same prompt, each by their latest clip of it (which needs an
        `overlap` when prompts are assigned).
    """
    said = _of_clips(manifest) if of == "clip" else _of_prompts(manifest)
    said = {item: labels for item, labels in said.items() if len(labels) > 1}
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for labels in said.values():
        for one, other in combinations(sorted(labels), 2):
            pairs.setdefault((one, other), []).append((labels[one], labels[other]))
    return Agreement(
        items=len(said),
        fleiss=fleiss_kappa(labels.values() for labels in said.values()),
        cohen={pair: cohen_kappa(*zip(*both, strict=True)) for pair, both in pairs.items()},
        common={pair: len(both) for pair, both in pairs.items()},
    )


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa of two people who have labelled the same items.

    Each chooses labels as often as they do; what these frequencies alone would make them
    agree on is taken off. NaN where both have used a single label.

    Notes
    -----
    J. Cohen, A coefficient of agreement for nominal scales, 1960.
    """
    if len(first) != len(second):
        raise ValueError("Cohen's kappa needs two labels of each item.")
    count = len(first)
    if not count:
        return math.nan
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / count
    of_first, of_second = Counter(first), Counter(second)
    expected = sum(of_first[label] * of_second[label] for label in of_first) / count**2
    return _beyond_chance(observed, expected)


def fleiss_kappa(labels: Iterable[Iterable[str]]) -> float:
    """Fleiss' kappa of any number of people.

    Parameters
    ----------
    labels : iterable of iterables of str
        The labels of each item, by whomever. Items may have different numbers of them;
        those with less than two say nothing and are left out.

    Notes
    -----
    J. L. Fleiss, Measuring nominal scale agreement among many raters, 1971; each item counts
    the same, each label too.
    """
    counted = [Counter(of_item) for of_item in labels]
    counted = [of_item for of_item in counted if of_item.total() > 1]
    if not counted:
        return math.nan
    observed = sum(_pairs_that_agree(of_item) for of_item in counted) / len(counted)
    together = sum(counted, Counter[str]())
    expected = sum((count / together.total()) ** 2 for count in together.values())
    return _beyond_chance(observed, expected)


def _pairs_that_agree(labels: Counter[str]) -> float:
    count = labels.total()
    return sum(n * (n - 1) for n in labels.values()) / (count * (count - 1))


def _beyond_chance(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected) if expected < 1 else math.nan


def _of_clips(manifest: Manifest) -> dict[str, dict[str, str]]:
    return {clip.id: manifest.labels(clip.id) for clip in manifest}


def _of_prompts(manifest: Manifest) -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = {}
    for clip in sorted(manifest, key=lambda clip: (clip.at, clip.id)):
        if label := manifest.labels(clip.id).get(clip.speaker):
            said.setdefault(clip.prompt_id, {})[clip.speaker] = label
    return said
