"""Which speaker is in which split: never in two."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from ..sanitize import digest

Split: TypeAlias = Literal["train", "validation", "test"]
SHARES: Mapping[Split, float] = MappingProxyType({"train": 0.8, "validation": 0.1, "test": 0.1})


def split_speakers(clips: Mapping[str, int], shares: Mapping[Split, float]) -> dict[str, Split]:
    """Give each speaker a split, so that each has its share of the clips as near as can be.

    The one with the most clips comes first, into the split that lacks the most, and so on.
    While there are speakers enough, no split stays empty. It depends on nothing but the
    numbers and the names.

    Parameters
    ----------
    clips : mapping of str to int
        How many clips each speaker has.
    shares : mapping of str to float
        Of each split that is wanted; they need not add up to 1.
    """
    wanted = _checked(shares)
    total = sum(clips.values())
    filled = dict.fromkeys(wanted, 0)
    given: dict[str, Split] = {}
    order = sorted(clips, key=lambda speaker: (-clips[speaker], digest(speaker)))
    for number, speaker in enumerate(order):
        empty = [split for split in wanted if not filled[split]]
        open_to = empty if len(clips) - number <= len(empty) else list(wanted)
        given[speaker] = max(open_to, key=lambda split: wanted[split] * total - filled[split])
        filled[given[speaker]] += clips[speaker]
    return given


def _checked(shares: Mapping[Split, float]) -> dict[Split, float]:
    for name, share in shares.items():
        if name not in get_args(Split):
            known = ", ".join(map(repr, get_args(Split)))
            raise ValueError(f"The splits are {known}, not {name!r:.40}.")
        if not isinstance(share, (int, float)) or not math.isfinite(share) or share <= 0:
            raise ValueError(f"The share of {name!r} must be more than 0, not {share!r:.40}.")
    if not shares:
        raise ValueError('There must be a split, as in {"train": 1}.')
    together = sum(shares.values())
    return {name: share / together for name, share in shares.items()}
