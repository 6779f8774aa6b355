"""How a take shows itself in a notebook: a small player, or a player with the bytes inside."""

from __future__ import annotations

import base64
import html
from reprlib import repr as brief
from typing import TYPE_CHECKING

import anywidget
import traitlets

from ..wire.assets import entry, serve_asset
from ..wire.protocol import ProtocolError
from ..wire.refusals import Refusals
from .responses import answer, facts_of, playable

if TYPE_CHECKING:
    from ..take import Take


class TakeView(anywidget.AnyWidget):
    """The player that a take shows itself by.

    The traits are what a saved notebook may know.

    Parameters
    ----------
    take : Take
        What to play.
    """

    _esm = entry("take")

    seconds = traitlets.Float().tag(sync=True)
    mime_type = traitlets.Unicode().tag(sync=True)
    sample_rate = traitlets.Int(allow_none=True).tag(sync=True)
    channels = traitlets.Int(allow_none=True).tag(sync=True)
    interrupted = traitlets.Unicode().tag(sync=True)
    span = traitlets.Bool().tag(sync=True)

    def __init__(self, take: Take) -> None:
        self._take = take
        self._refused = Refusals()
        super().__init__(**facts_of(take, decoded=False))
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not (serve_asset(self, content) or answer(self, content, self._take, self._learn)):
            self._refused.note(ProtocolError(f"no take knows {brief(content)}"))

    def _learn(self, take: Take) -> None:
        with self.hold_sync():
            for name, value in facts_of(take, decoded=True).items():
                setattr(self, name, value)


class Embedded:
    """A take whose bytes are in the notebook; see `Take.embed`."""

    def __init__(self, take: Take) -> None:
        self.mime_type, self.data = playable(take)
        self.seconds = take.duration

    def _repr_html_(self) -> str:
        source = f"data:{self.mime_type};base64,{base64.b64encode(self.data).decode()}"
        return (
            f'<figure style="margin: 0"><audio controls src="{html.escape(source)}"></audio>'
            f'<figcaption style="font-size: 0.85em; opacity: 0.7">{html.escape(self._summary())}'
            "</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return f"<Embedded take, {self._summary()}>"

    def _summary(self) -> str:
        size = len(self.data) * 4 / 3
        unit = "MB" if size >= 1e6 else "kB"
        amount = size / (1e6 if unit == "MB" else 1e3)
        return f"{self.seconds:.2f} s, {self.mime_type}, {amount:.1f} {unit} in the notebook"
