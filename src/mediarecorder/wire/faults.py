"""The error that a browser's DOMException becomes."""

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
    """Make the error that a browser names; an unheard-of one is an UnknownError.

    Browsers' messages are often half a sentence, or empty; a known cause has its own.
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
