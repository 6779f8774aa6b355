"""Whose message is being handled: JupyterLab stamps a page's cells and comm messages alike.

Both carry the client session of the page in their headers, and so a command of a
cell can be sent to the very page that ran it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_handled: ContextVar[str | None] = ContextVar("mediarecorder.session", default=None)


@contextmanager
def message_session(header: Mapping[str, Any]) -> Iterator[None]:
    """A message is handled that the kernel itself has not seen."""
    token = _handled.set(header.get("session"))
    try:
        yield
    finally:
        _handled.reset(token)


def current_session() -> str | None:
    """The client session behind the code that runs now; None outside of a Jupyter kernel."""
    if _handled.get() is not None:
        return _handled.get()
    kernel = running_kernel()
    if kernel is None:
        return None
    session = kernel.get_parent().get("header", {}).get("session")
    return session if isinstance(session, str) else None


def running_kernel() -> Any:
    """The kernel that this code runs in; None in a script, a test, or another host."""
    if "ipykernel" not in sys.modules:
        return None
    from ipykernel.kernelbase import Kernel

    return Kernel.instance() if Kernel.initialized() else None
