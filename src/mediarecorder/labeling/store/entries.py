"""What a session says: the entries of a manifest."""

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
    """What every line tells.

    Attributes
    ----------
    session : str
        The session that wrote it; it begins with the time at which that began.
    speaker : str
        Whose session it was; empty where nobody gave a name.
    at : str
        When it was written: UTC, in ISO 8601.
    """

    kind: ClassVar[str]
    session: str
    speaker: str
    at: str


@dataclass(frozen=True, kw_only=True)
class Begin(Entry):
    """A session began, with this version of the package."""

    kind = "session"
    software: str


@dataclass(frozen=True, kw_only=True)
class Consent(Entry):
    """The speaker has accepted a text, which is kept under this name."""

    kind = "consent"
    text_id: str


@dataclass(frozen=True, kw_only=True)
class Clip(Entry):
    """A take was accepted.

    Attributes
    ----------
    id : str
        Tells it from all other clips of all stores.
    file, original : str
        The sound, and where it was wanted what MediaRecorder gave: names in the store.
    prompt_id, text : str
        Of the prompt.
    take : int
        The how-manieth of this speaker and prompt it is.
    label, note : str
        What the speaker chose and wrote; empty if nothing. `Manifest.label` tells what
        all who labelled it say.
    recorded_at : str
        UTC, in ISO 8601.
    duration : float
        Seconds.
    sample_rate, channels : int
        Of the sound; Hz.
    recording, mime_type, ended_by : str
        Of the `Take`: its `id`, what MediaRecorder gave, and why it ended.
    settings : mapping
        What the track really did, the device's name with it.
    quality : mapping
        The numbers that were measured (`Measures`).
    flaws : tuple of str
        The names of what was found wrong.
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
    """A part of a clip, from and to in seconds, and what it is: ``take[start:end]`` cuts it out."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Rating(Entry):
    """Somebody says what a clip and parts of it are; the latest of each person counts."""

    kind = "label"
    id: str
    label: str
    regions: tuple[Region, ...]


@dataclass(frozen=True, kw_only=True)
class Withdrawal(Entry):
    """A clip counts no more, for good."""

    kind = "withdraw"
    id: str


def region_within(region: tuple[float, float, str], duration: float) -> Region:
    """Make a region of what somebody says of a clip that lasts so many seconds."""
    start, end, label = region
    if not 0 <= start < end <= duration + 0.001:  # what a page rounds
        raise ValueError(
            f"A region must lie within the clip's {duration:.3f} s, "
            f"which {start!r:.40} to {end!r:.40} does not."
        )
    return Region(float(start), min(float(end), duration), clean(label, "A region's label"))
