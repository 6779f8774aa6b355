"""The Python errors for the browsers' DOMExceptions."""

from __future__ import annotations

from ..errors import (
    ADVICE,
    AbortError,
    InvalidModificationError,
    InvalidStateError,
    MediaRecorderError,
    NotAllowedError,
    NotFoundError,
    NotReadableError,
    NotSupportedError,
    OverconstrainedError,
    SecurityError,
    UnknownError,
)
from .protocol import Fault


def error_of(fault: Fault) -> MediaRecorderError:
    """Return the error with the DOMException's name; an UnknownError if the name is unknown.

    A known cause has its own message, since those of browsers are often fragments or empty.
    """
    cls = _BY_NAME.get(fault.name, UnknownError)
    if fault.cause is not None:
        return cls(*ADVICE[fault.cause], cause=fault.cause)
    text = (fault.message if fault.name in _BY_NAME else f"{fault.name}: {fault.message}").strip(
        " .:"
    )
    return cls(f"{text}." if text else (cls.__doc__ or "").splitlines()[0])


_BY_NAME = {
    cls.__name__: cls
    for cls in (
        InvalidStateError,
        NotSupportedError,
        NotAllowedError,
        NotFoundError,
        NotReadableError,
        OverconstrainedError,
        SecurityError,
        InvalidModificationError,
        AbortError,
        UnknownError,
    )
}
