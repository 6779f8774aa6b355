"""Validation of the messages of a page. The twin of this file is ``js/wire/parsing.ts``.

Messages of a page are not trusted: `parse` checks the declared type and the bounds of
each field.
"""

from __future__ import annotations

import base64
import dataclasses
import re
import types
from collections.abc import Sequence
from functools import cache
from reprlib import repr as brief  # a page's values may be long, or nested deeper than the stack
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .protocol import (
    KINDS,
    MAX_PART,
    Data,
    DataAvailable,
    FromPage,
    Pcm,
    ProtocolError,
    Stopped,
    Stretch,
    TakeId,
    Time,
)

MAX_PACKED = 4 * -(-MAX_PART // 3)


MAX_TEXT = 4096


MAX_ENTRIES = 256


MAX_TIME = 1e14
"""Milliseconds: the year 5138."""


def parse(content: object) -> FromPage:
    """Check a message of a page and return it as its dataclass; raise `ProtocolError`."""
    if not isinstance(content, dict):
        raise ProtocolError("a message must be an object")
    kind = content.get("kind")
    cls = KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise ProtocolError(f"unknown kind {brief(kind)}")
    return _build(cls, {name: value for name, value in content.items() if name != "kind"})  # type: ignore[no-any-return]


def unpacked(content: object, buffers: Sequence[Any]) -> tuple[object, Sequence[Any]]:
    """Decode bytes that travelled as base64 in the message, since the host loses buffers."""
    if not isinstance(content, dict) or "bytes" not in content:
        return content, buffers
    content = dict(content)
    text = content.pop("bytes")
    if buffers or not isinstance(text, str) or len(text) > MAX_PACKED:
        raise ProtocolError("bytes that are not the base64 of one part")
    try:
        return content, [base64.b64decode(text, validate=True)]
    except ValueError as error:
        raise ProtocolError("bytes that are not the base64 of one part") from error


def _build(cls: type, content: dict[str, object]) -> Any:
    hints = _hints(cls)
    if content.keys() != hints.keys():
        wrong = brief(content.keys() ^ hints.keys())
        raise ProtocolError(f"{cls.__name__}: missing or unknown fields {wrong}")
    return cls(**{n: _fit(content[n], hint, f"{cls.__name__}.{n}") for n, hint in hints.items()})


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _fit(value: object, hint: Any, where: str) -> Any:
    """Return `value` if it has the type `hint` and is within bounds; else raise."""
    origin = get_origin(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _build(hint, value)  # type: ignore[arg-type]
    if origin in (Union, types.UnionType):
        return _fit_any(value, get_args(hint), where)
    if origin is Literal and value in get_args(hint):
        return value
    if origin is dict and isinstance(value, dict) and len(value) <= MAX_ENTRIES:
        key_hint, item_hint = get_args(hint)
        return {
            _fit(k, key_hint, where): _fit(v, item_hint, f"{where}[{brief(k)}]")
            for k, v in value.items()
        }
    if origin is list and isinstance(value, list) and len(value) <= MAX_ENTRIES:
        return [_fit(item, get_args(hint)[0], where) for item in value]
    if hint is type(None) and value is None:
        return None
    if hint is str and isinstance(value, str) and len(value) <= MAX_TEXT:
        return value
    if hint is TakeId and isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        return value
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int and type(value) is int and 0 <= value < 1 << 53:
        return value
    if hint is float and type(value) in (int, float) and abs(value) < 1e300:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    if hint is Time and type(value) in (int, float) and 0 <= value < MAX_TIME:  # type: ignore[operator]
        return float(value)  # type: ignore[arg-type]
    raise ProtocolError(f"{where} does not take {brief(value)}")


def _fit_any(value: object, hints: tuple[Any, ...], where: str) -> Any:
    for hint in hints:
        try:
            return _fit(value, hint, where)
        except ProtocolError:
            continue
    raise ProtocolError(f"{where} does not take {brief(value)}")


def only_part(message: FromPage, buffers: Sequence[Any]) -> bytes:
    """Return the bytes of a message: at most one buffer, of the size of one part."""
    if len(buffers) > 1 or sum(memoryview(b).nbytes for b in buffers) > MAX_PART:
        raise ProtocolError("more bytes than one part may have")
    if buffers and not isinstance(message, (Data, DataAvailable, Stopped, Pcm, Stretch)):
        raise ProtocolError("this kind of message carries no bytes")
    return bytes(buffers[0]) if buffers else b""
