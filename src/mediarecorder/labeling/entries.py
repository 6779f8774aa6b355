"""The lines of a manifest: what each of them says, and what may stand in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias

from .text import LONGEST, is_fit

VERSION = 1
MOST_FIELDS = 100
SESSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{16}")
AUDIO = "audio"
_FILE = re.compile(rf"{AUDIO}/(?P<session>{SESSION.pattern})/\d{{6,}}(-original)?\.[a-z0-9]{{1,5}}")

Facts: TypeAlias = Mapping[str, "str | float | bool | None"]


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
    settings: Facts
    quality: Facts
    flaws: tuple[str, ...]
    software: str


@dataclass(frozen=True, kw_only=True)
class Rating(Entry):
    """Somebody says what a clip is; the latest of each person counts."""

    kind = "label"
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Withdrawal(Entry):
    """A clip counts no more, for good."""

    kind = "withdraw"
    id: str


KINDS: dict[str, type[Entry]] = {
    cls.kind: cls for cls in (Begin, Consent, Clip, Rating, Withdrawal)
}


def to_line(entry: Entry) -> bytes:
    """Write an entry as a line of JSON."""
    plain = {name: getattr(entry, name) for name in _CHECKS[type(entry)]}
    whole = {"version": VERSION, "kind": entry.kind, **plain}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def from_line(line: bytes, session: str) -> Entry:
    """Read a line that a session has written; raises ValueError where it is none."""
    plain = json.loads(line, parse_constant=_no_number)
    if not isinstance(plain, dict) or plain.get("version") != VERSION:
        raise ValueError("it is of another version")
    cls = KINDS.get(plain.get("kind", ""))
    if cls is None:
        raise ValueError("it is of no known kind")
    values: dict[str, Any] = {}
    for name, check in _CHECKS[cls].items():
        value = plain.get(name)
        if not check(value):
            raise ValueError(f"its {name} cannot be")
        values[name] = tuple(value) if isinstance(value, list) else value
    entry = cls(**values)
    if entry.session != session:
        raise ValueError("it is of another session")
    if isinstance(entry, Clip):
        for file in filter(None, (entry.file, entry.original)):
            match = _FILE.fullmatch(file)
            if match is None or match["session"] != session:
                raise ValueError("its file is none of this session")
    return entry


def facts(values: Mapping[Any, Any]) -> Facts:
    """Keep of a mapping what may stand in a line."""
    kept = {str(name): value for name, value in values.items() if _is_fact(value)}
    return dict(list(kept.items())[:MOST_FIELDS])


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and is_fit(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53


def _is_real(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _is_fact(value: object) -> bool:
    return value is None or isinstance(value, bool) or _is_real(value) or _is_text(value)


def _are_facts(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MOST_FIELDS
        and all(map(_is_text, value))
        and all(map(_is_fact, value.values()))
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_FIELDS and all(map(_is_text, value))


_BY_TYPE: dict[str, Callable[[object], bool]] = {
    "str": _is_text,
    "int": _is_whole,
    "float": _is_real,
    "Facts": _are_facts,
    "tuple[str, ...]": _are_texts,
}
_CHECKS = {
    cls: {field.name: _BY_TYPE[str(field.type)] for field in fields(cls)} for cls in KINDS.values()
}
