"""Agreement between raters, corrected for chance: Cohen's and Fleiss' kappa."""

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
    """The agreement between the people who have labelled a store's clips.

    Attributes
    ----------
    items : int
        The number of clips, or prompts, with labels from at least two people.
    fleiss : float
        Fleiss' kappa over all items: 1 for complete agreement, 0 for chance, negative for
        less than chance. NaN if all labels are the same, or no item has two.
    cohen : dict of (str, str) to float
        Cohen's kappa of each pair of people, over the items that both have labelled.
    common : dict of (str, str) to int
        The number of those items.
    """

    items: int
    fleiss: float
    cohen: Mapping[tuple[str, str], float]
    common: Mapping[tuple[str, str], int]


def agreement(manifest: Manifest, *, of: Literal["clip", "prompt"] = "clip") -> Agreement:
    """Measure how far people agree in their labels.

    Parameters
    ----------
    manifest : Manifest
        The manifest, from `Store.manifest`.
    of : {"clip", "prompt"}
        Compare the labels of the same clip, including its speaker's; or those of the same
        prompt, from each speaker's latest clip of it. The latter needs prompts that
        several people record: see `overlap` of `assigned`.
    """
    rated = _of_clips(manifest) if of == "clip" else _of_prompts(manifest)
    rated = {item: labels for item, labels in rated.items() if len(labels) > 1}
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for labels in rated.values():
        for one, other in combinations(sorted(labels), 2):
            pairs.setdefault((one, other), []).append((labels[one], labels[other]))
    return Agreement(
        items=len(rated),
        fleiss=fleiss_kappa(labels.values() for labels in rated.values()),
        cohen={pair: cohen_kappa(*zip(*both, strict=True)) for pair, both in pairs.items()},
        common={pair: len(both) for pair, both in pairs.items()},
    )


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cohen's kappa of two people who have labelled the same items.

    The agreement to expect by chance follows from how often each person uses each label.
    NaN if both use only one and the same label, or there are no items.

    Parameters
    ----------
    first, second : sequence of str
        The labels of the two people, item by item.

    Raises
    ------
    ValueError
        The sequences differ in length.

    References
    ----------
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
    """Return Fleiss' kappa of any number of people.

    NaN if all labels are the same, or no item has two.

    Parameters
    ----------
    labels : iterable of iterables of str
        The labels of each item, by any people. Items may differ in their number of labels;
        those with fewer than two are left out.

    Notes
    -----
    The observed agreement weights all items equally. The agreement to expect by chance
    weights all labels equally.

    References
    ----------
    J. L. Fleiss, Measuring nominal scale agreement among many raters, 1971.
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
    rated: dict[str, dict[str, str]] = {}
    for clip in sorted(manifest, key=lambda clip: (clip.at, clip.id)):
        if label := manifest.labels(clip.id).get(clip.speaker):
            rated.setdefault(clip.prompt_id, {})[clip.speaker] = label
    return rated
