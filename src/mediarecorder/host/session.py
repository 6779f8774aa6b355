"""The client session of the message that is being handled.

JupyterLab writes the session of a page into the headers of both its execute requests and
its comm messages. So a command of a cell can be sent to the page that ran the cell.
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
"""An id that distinguishes this kernel from earlier ones."""

_handled: ContextVar[str | None] = ContextVar("mediarecorder.session", default=None)


@contextmanager
def message_session(header: Mapping[str, Any]) -> Iterator[None]:
    """Set the session while handling a message that bypasses the kernel."""
    token = _handled.set(header.get("session"))
    try:
        yield
    finally:
        _handled.reset(token)


def current_session() -> str | None:
    """Return the client session that runs this code; None outside of a Jupyter kernel."""
    if _handled.get() is not None:
        return _handled.get()
    kernel = running_kernel()
    if kernel is None:
        return None
    session = kernel.get_parent().get("header", {}).get("session")
    return session if isinstance(session, str) else None


def running_kernel() -> Any:
    """Return the kernel that runs this code; None in a script, a test, or another host."""
    if "ipykernel" not in sys.modules:
        return None
    from ipykernel.kernelbase import Kernel

    try:
        return Kernel.instance() if Kernel.initialized() else None
    except MultipleInstanceError:  # Panel has one kernel per page, and none on other threads
        return None


def loses_buffers() -> bool:
    """Whether this host delivers the text of a page's messages, but not their buffers."""
    # ipywidgets_bokeh 1.8, used by Panel, parses the whole message as JSON.
    session = getattr(running_kernel(), "session", None)
    return any(cls.__module__.startswith("ipywidgets_bokeh") for cls in type(session).__mro__)


def owner() -> dict[str, str]:
    """Return the person and the notebook whose takes a browser stores, as hashes.

    The person is the user of the kernel's process and, on a JupyterHub, the user's name
    there. The notebook is the kernel's session name in jupyter_server. In other hosts, all
    notebooks of a person count as one.
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
