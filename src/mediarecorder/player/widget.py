"""The widget that plays a take in a notebook."""

from __future__ import annotations

from reprlib import repr as brief

import anywidget
import traitlets

from ..media.audiofile import Recording
from ..wire.assets import entry, serve_asset
from ..wire.protocol import ProtocolError
from ..wire.refusals import Refusals
from .responses import respond, summary_of


class TakeView(anywidget.AnyWidget):
    """The player of a take, which is its display in a notebook.

    The traits hold only what a saved notebook may contain.

    Parameters
    ----------
    take : Take
        The take to play.
    """

    _esm = entry("take")

    seconds = traitlets.Float().tag(sync=True)
    mime_type = traitlets.Unicode().tag(sync=True)
    sample_rate = traitlets.Int(allow_none=True).tag(sync=True)
    channels = traitlets.Int(allow_none=True).tag(sync=True)
    interrupted = traitlets.Unicode().tag(sync=True)
    span = traitlets.Bool().tag(sync=True)

    def __init__(self, take: Recording) -> None:
        self._take = take
        self._refused = Refusals()
        super().__init__(**summary_of(take, decoded=False))
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not (serve_asset(self, content) or respond(self, content, self._take, self._on_decoded)):
            self._refused.note(ProtocolError(f"unknown message {brief(content)}"))

    def _on_decoded(self, take: Recording) -> None:
        with self.hold_sync():
            for name, value in summary_of(take, decoded=True).items():
                setattr(self, name, value)
