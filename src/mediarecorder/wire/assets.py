"""Parts of the bundle that only some pages need, sent when a page asks for them.

They come from the package over the comm, because notebooks live behind firewalls.
"""

from __future__ import annotations

import logging
import os
import zlib
from pathlib import Path
from reprlib import repr as brief
from typing import Any, Protocol

from .protocol import VERSION, ProtocolError
from .refusals import Refusals

logger = logging.getLogger("mediarecorder")

STATIC = Path(__file__).parents[1] / "static"

ASSETS = ("decoder", "diagnosis", "orphans", "regions", "silence", "take", "tone", "waveform")


def entry(name: str) -> str | Path:
    """Give the code of a widget, for its ``_esm``; for hot reload (``ANYWIDGET_HMR``) its path.

    Not always the path: anywidget listens to its changes for each widget that was made of
    it, and so keeps them all for ever, with the takes that they hold.
    """
    path = STATIC / f"{name}.js"
    return path if os.environ.get("ANYWIDGET_HMR") else path.read_text(encoding="utf-8")


refused = Refusals()
"""What no part of the bundle answers."""


class Sender(Protocol):
    """A widget, as far as an answer needs one."""

    def send(self, content: Any, buffers: Any = None) -> None: ...


def serve_asset(widget: Sender, content: object) -> bool:
    """Answer a page that asks for a part of the bundle.

    Parameters
    ----------
    widget : ipywidgets.Widget
        The one whose page asks; call this first in its ``on_msg`` handler.
    content : object
        The message, whatever it is.

    Returns
    -------
    bool
        Whether the message asked for a part, so that it is dealt with.
    """
    if not isinstance(content, dict) or content.get("kind") != "asset":
        return False
    name = content.get("name")
    if name not in ASSETS:
        refused.note(ProtocolError(f"{brief(name)} is no part of mediarecorder"))
        return True
    answer = {"kind": "asset", "name": name, "version": VERSION}
    try:
        code = (STATIC / f"{name}.js").read_bytes()
    except OSError as error:
        logger.error("The package lacks a part of its bundle: %s", error)
        widget.send(answer | {"error": f"The installed mediarecorder lacks {name}.js."})
    else:
        widget.send(answer | {"encoding": "deflate"}, [zlib.compress(code)])
    return True
