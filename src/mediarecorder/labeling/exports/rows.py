"""One row per clip: the columns that all exports share, in a fixed order."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..store import Store
from ..store.entries import Clip, Region
from ..store.manifest import Manifest
from .splits import Split, split_speakers

Value: TypeAlias = "str | int | float"

COLUMNS: dict[str, type[str | int | float]] = {
    "id": str,
    "split": str,
    "speaker": str,
    "prompt_id": str,
    "text": str,
    "take": int,
    "label": str,
    "note": str,
    "recorded_at": str,
    "duration": float,
    "sample_rate": int,
    "channels": int,
    "device": str,
    "level": float,
    "noise": float,
    "signal_to_noise": float,
    "clipped": float,
    "flaws": str,
    "regions": str,
}
"""Missing numbers are NaN, missing texts are empty.

`flaws` is a comma-separated list. `regions` is a JSON list of the parts that people have labelled:
``{"start": …, "end": …, "label": …, "by": …}``, with times in seconds.
"""


@dataclass(frozen=True)
class Row:
    """A clip, its labels and regions by person, and its values by column."""

    clip: Clip
    split: Split
    labels: Mapping[str, str]
    regions: Mapping[str, tuple[Region, ...]]
    values: Mapping[str, Value]

    @property
    def file_name(self) -> str:
        """The name of the clip's file in an export."""
        # It contains no text of a user: `datasets` takes a word such as "test" for a split.
        return self.clip.id + Path(self.clip.file).suffix


def rows_of(
    manifest: Manifest,
    splits: Mapping[Split, float],
    keep: Callable[[Clip], bool] | None = None,
) -> list[Row]:
    """Return the rows of all clips that `keep` accepts."""
    clips = [clip for clip in manifest if keep is None or keep(clip)]
    split_of = split_speakers(Counter(clip.speaker for clip in clips), splits)
    return [_row(clip, split_of[clip.speaker], manifest) for clip in clips]


def is_known(value: Value) -> bool:
    """Whether there is a value: a number that is not known is NaN."""
    return not (isinstance(value, float) and math.isnan(value))


def write_sounds(store: Store, rows: Sequence[Row], folder_of: Callable[[Row], Path]) -> None:
    """Write the sound of each row into its folder."""
    for row, sound in with_sounds(store, rows):
        folder = folder_of(row)
        folder.mkdir(exist_ok=True)
        (folder / row.file_name).write_bytes(sound)


def with_sounds(store: Store, rows: Sequence[Row]) -> Iterator[tuple[Row, bytes]]:
    """Return an iterator over the rows and their sounds, read in batches."""
    sounds = store.read_all(row.clip for row in rows)
    return zip(rows, sounds, strict=True)


def _row(clip: Clip, split: Split, manifest: Manifest) -> Row:
    values: dict[str, Value] = {
        name: getattr(clip, name) for name in COLUMNS if hasattr(clip, name)
    }
    for name in ("level", "noise", "signal_to_noise", "clipped"):
        measured = clip.quality.get(name)
        values[name] = float(measured) if isinstance(measured, (int, float)) else math.nan
    values["split"] = split
    values["label"] = manifest.label(clip.id)
    values["flaws"] = ", ".join(clip.flaws)
    device = clip.settings.get("label")
    values["device"] = device if isinstance(device, str) else ""
    regions = manifest.regions(clip.id)
    listed = [region._asdict() | {"by": by} for by, of in regions.items() for region in of]
    values["regions"] = json.dumps(listed, ensure_ascii=False) if listed else ""
    ordered = {name: kind(values[name]) for name, kind in COLUMNS.items()}
    return Row(clip, split, manifest.labels(clip.id), regions, ordered)
