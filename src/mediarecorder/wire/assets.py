"""Assets: the parts of the bundle that only some pages need, sent on request.

They travel from the package over the comm, because many notebooks run behind firewalls.
"""

from __future__ import annotations

import base64
import logging
import os
import zlib
from pathlib import Path
from reprlib import repr as brief
from typing import Any, Protocol

from ..host.detect import host_name
from .protocol import VERSION, ProtocolError
from .refusals import Refusals

logger = logging.getLogger("mediarecorder")

STATIC = Path(__file__).parents[1] / "static"

ASSETS = ("decoder", "diagnosis", "orphans", "regions", "silence", "take", "tone", "waveform")


def entry(name: str) -> str | Path:
    """Return the code of a widget for its ``_esm``, or its path for hot reload.

    Hot reload is on if the environment variable ``ANYWIDGET_HMR`` is set.
    """
    path = STATIC / f"{name}.js"
    # Not always the path: anywidget watches a path for each widget, and so keeps all widgets
    # alive forever, along with their takes.
    return path if os.environ.get("ANYWIDGET_HMR") else path.read_text(encoding="utf-8")


refused = Refusals()
"""The refused requests for assets."""


class Sender(Protocol):
    """A widget that can send a message to its pages."""

    def send(self, content: Any, buffers: Any = None) -> None: ...


def serve_asset(widget: Sender, content: object) -> bool:
    """Answer a page's request for an asset; call this first in an ``on_msg`` handler.

    Parameters
    ----------
    widget : ipywidgets.Widget
        The widget of the page.
    content : object
        A message of the page, of any kind.

    Returns
    -------
    bool
        Whether the message was a request for an asset, and is thereby handled.
    """
    if not isinstance(content, dict) or content.get("kind") != "asset":
        return False
    name = content.get("name")
    if name not in ASSETS:
        refused.note(ProtocolError(f"{brief(name)} is not a part of mediarecorder"))
        return True
    answer = {"kind": "asset", "name": name, "version": VERSION}
    try:
        code = (STATIC / f"{name}.js").read_bytes()
    except OSError as error:
        logger.error("The package lacks a part of its bundle: %s", error)
        widget.send(answer | {"error": f"The installed mediarecorder lacks {name}.js."})
    else:
        _send_code(widget, answer, zlib.compress(code))
    return True


def _send_code(widget: Sender, answer: dict[str, Any], code: bytes) -> None:
    """Send deflated code: as a buffer, or as text where the host drops buffers."""
    # https://github.com/googlecolab/colab-cdn-widget-manager/issues/33
    if host_name() == "Colab":
        text = base64.b64encode(code).decode("ascii")
        widget.send(answer | {"encoding": "deflate+base64", "code": text})
    else:
        widget.send(answer | {"encoding": "deflate"}, [code])
