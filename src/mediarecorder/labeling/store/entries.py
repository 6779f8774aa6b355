"""The entries of a manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

from ..sanitize import clean

SESSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{16}")
AUDIO = "audio"

Properties: TypeAlias = Mapping[str, "str | float | bool | None"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The common fields of all entries.

    Attributes
    ----------
    session : str
        The id of the session that wrote the entry. It starts with the session's start time.
    speaker : str
        The speaker of the session; empty if unnamed.
    at : str
        The time of the entry: UTC, in ISO 8601.
    """

    kind: ClassVar[str]
    session: str
    speaker: str
    at: str


@dataclass(frozen=True, kw_only=True)
class Begin(Entry):
    """The start of a session, with the version of the package."""

    kind = "session"
    software: str


@dataclass(frozen=True, kw_only=True)
class Consent(Entry):
    """The speaker's acceptance of the consent text with this id."""

    kind = "consent"
    text_id: str


@dataclass(frozen=True, kw_only=True)
class Clip(Entry):
    """An accepted take.

    Attributes
    ----------
    id : str
        A unique id, among the clips of all stores.
    file, original : str
        The names in the store of the sound and, with `keep_original`, of the browser's
        recording; else empty.
    prompt_id, text : str
        The id and the text of the prompt.
    take : int
        The number of the take for this speaker and prompt, starting at 1.
    label, note : str
        The speaker's label and remark, or empty. `Manifest.label` combines the labels of all
        people.
    recorded_at : str
        The time of the recording, with its time zone, in ISO 8601.
    duration : float
        The duration, in seconds.
    sample_rate, channels : int
        The sample rate in Hz, and the number of channels.
    recording, mime_type, ended_by : str
        The `id`, `mime_type` and `ended_by` of the `Take`.
    settings : mapping
        The settings of the track as the browser reports them, and the device's name.
    quality : mapping
        The measurements, by the names of `Measures`; empty without a verdict.
    flaws : tuple of str
        The names of the findings.
    software : str
        The version of the package.
    """

    kind = "take"
    id: str
    file: str
    original: str
    prompt_id: str
    text: str
    take: int
    label: str
    note: str
    recorded_at: str
    duration: float
    sample_rate: int
    channels: int
    recording: str
    mime_type: str
    ended_by: str
    settings: Properties
    quality: Properties
    flaws: tuple[str, ...]
    software: str


class Region(NamedTuple):
    """A labelled part of a clip, in seconds: ``take[start:end]`` is its span."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Rating(Entry):
    """A person's labels of a clip and its parts. Each person's latest rating counts."""

    kind = "label"
    id: str
    label: str
    regions: tuple[Region, ...]


@dataclass(frozen=True, kw_only=True)
class Withdrawal(Entry):
    """The permanent withdrawal of a clip."""

    kind = "withdraw"
    id: str


def region_within(region: tuple[float, float, str], duration: float) -> Region:
    """Return a valid region of a clip of a given duration, in seconds. Raises ValueError."""
    start, end, label = region
    if not 0 <= start < end <= duration + 0.001:  # tolerates a page's rounding
        raise ValueError(
            f"A region must lie within the clip's {duration:.3f} s; "
            f"{start!r:.40} to {end!r:.40} does not."
        )
    return Region(float(start), min(float(end), duration), clean(label, "A region's label"))
