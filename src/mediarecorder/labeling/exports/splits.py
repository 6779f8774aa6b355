"""Assignment of speakers to splits: each speaker is in exactly one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from ..sanitize import digest

Split: TypeAlias = Literal["train", "validation", "test"]
SHARES: Mapping[Split, float] = MappingProxyType({"train": 0.8, "validation": 0.1, "test": 0.1})


def split_speakers(clips: Mapping[str, int], shares: Mapping[Split, float]) -> dict[str, Split]:
    """Assign each speaker to a split, so that the splits approximate their shares of the clips.

    In descending order of their clips, each speaker goes to the split with the largest
    deficit. No split is empty if there are enough speakers. The result depends only on the
    names and the numbers of clips.

    Parameters
    ----------
    clips : mapping of str to int
        The number of clips of each speaker.
    shares : mapping of str to float
        The share of each split. They need not add up to 1.
    """
    wanted = _checked(shares)
    total = sum(clips.values())
    filled = dict.fromkeys(wanted, 0)
    split_of: dict[str, Split] = {}
    order = sorted(clips, key=lambda speaker: (-clips[speaker], digest(speaker)))
    for number, speaker in enumerate(order):
        empty = [split for split in wanted if not filled[split]]
        open_to = empty if len(clips) - number <= len(empty) else list(wanted)
        split_of[speaker] = max(open_to, key=lambda split: wanted[split] * total - filled[split])
        filled[split_of[speaker]] += clips[speaker]
    return split_of


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
