"""The JSON lines of a manifest. Lines are untrusted: each field is validated on reading."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from ..sanitize import LONGEST, is_fit
from .entries import (
    AUDIO,
    SESSION,
    Begin,
    Clip,
    Consent,
    Entry,
    Properties,
    Rating,
    Region,
    Withdrawal,
)

VERSION = 1
MOST_FIELDS = 100
MOST_REGIONS = 1_000

_FILE = re.compile(rf"{AUDIO}/(?P<session>{SESSION.pattern})/\d{{6,}}(-original)?\.[a-z0-9]{{1,5}}")

KINDS: dict[str, type[Entry]] = {
    cls.kind: cls for cls in (Begin, Consent, Clip, Rating, Withdrawal)
}


def to_line(entry: Entry) -> bytes:
    """Encode an entry as a line of JSON."""
    plain = {name: getattr(entry, name) for name in _CHECKS[type(entry)]}
    whole = {"version": VERSION, "kind": entry.kind, **plain}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def from_line(line: bytes, session: str) -> Entry:
    """Decode a line of a session. Raises ValueError or TypeError if it is invalid."""
    plain = json.loads(line, parse_constant=_refuse_constant)
    if not isinstance(plain, dict) or plain.get("version") != VERSION:
        raise ValueError("unknown version")
    cls = KINDS.get(plain.get("kind", ""))
    if cls is None:
        raise ValueError("unknown kind")
    values: dict[str, Any] = {}
    for name, check in _CHECKS[cls].items():
        value = plain.get(name)
        if not check(value):
            raise ValueError(f"invalid {name}")
        values[name] = tuple(map(_frozen, value)) if isinstance(value, list) else value
    entry = cls(**values)
    if entry.session != session:
        raise ValueError("it belongs to another session")
    if isinstance(entry, Clip):
        _check_clip(entry)
    return entry


def _check_clip(clip: Clip) -> None:
    """Refuse names by which a reader, or an export, could access other files."""
    if re.fullmatch(rf"{clip.session}-\d{{6,}}", clip.id) is None:
        raise ValueError("its id belongs to another session")
    for file in filter(None, (clip.file, clip.original)):
        match = _FILE.fullmatch(file)
        if match is None or match["session"] != clip.session:
            raise ValueError("its file belongs to another session")
    if datetime.datetime.fromisoformat(clip.recorded_at).tzinfo is None:
        raise ValueError("its time has no time zone")


def properties(values: Mapping[Any, Any]) -> Properties:
    """Return the entries of a mapping that are valid in a line."""
    named = ((str(name), value) for name, value in values.items())
    kept = {name: value for name, value in named if _is_text(name) and _is_fact(value)}
    return dict(list(kept.items())[:MOST_FIELDS])


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and is_fit(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53


def _is_real(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _is_fact(value: object) -> bool:
    return value is None or isinstance(value, bool) or _is_real(value) or _is_text(value)


def _are_properties(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MOST_FIELDS
        and all(map(_is_text, value))
        and all(map(_is_fact, value.values()))
    )


def _are_regions(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_REGIONS and all(map(_is_region, value))


def _is_region(value: object) -> bool:
    match value:
        case [int(start) | float(start), int(end) | float(end), label]:
            return _is_real(end) and 0 <= start < end and _is_text(label)
    return False


def _frozen(value: Any) -> Any:
    return Region(*value) if isinstance(value, list) else value


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_FIELDS and all(map(_is_text, value))


_BY_TYPE: dict[str, Callable[[object], bool]] = {
    "str": _is_text,
    "int": _is_whole,
    "float": _is_real,
    "Properties": _are_properties,
    "tuple[str, ...]": _are_texts,
    "tuple[Region, ...]": _are_regions,
}
_CHECKS = {
    cls: {field.name: _BY_TYPE[str(field.type)] for field in fields(cls)} for cls in KINDS.values()
}
