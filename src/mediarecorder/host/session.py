"""Whose message is being handled: JupyterLab stamps a page's cells and comm messages alike.

Both carry the client session of the page in their headers, and so a command of a
cell can be sent to the very page that ran it.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from traitlets.config import MultipleInstanceError

KERNEL = uuid.uuid4().hex
"""Tells this kernel from the one before it."""

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

    try:
        return Kernel.instance() if Kernel.initialized() else None
    except MultipleInstanceError:  # Panel's are one for each page, and none on another thread
        return None


def loses_buffers() -> bool:
    """Whether the bytes of a page's messages do not come through here, but text does.

    Panel's pages send them, and ipywidgets_bokeh (1.8) takes the whole message for JSON.
    """
    session = getattr(running_kernel(), "session", None)
    return any(cls.__module__.startswith("ipywidgets_bokeh") for cls in type(session).__mro__)


def owner() -> dict[str, str]:
    """Whose takes a browser is to keep, and for which notebook: hashes, for it need not know.

    The person is who runs the kernel, and on a hub the person's name there. The notebook
    is what jupyter_server calls the kernel's session; elsewhere a person has one for all.
    """
    person = os.environ.get("JUPYTERHUB_USER", ""), _user()
    return {
        "person": _hash("\n".join(person)),
        "notebook": _hash(os.environ.get("JPY_SESSION_NAME", "")),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may have a user without a name
        return str(os.getuid())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
