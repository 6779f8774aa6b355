"""A take with its bytes inside the notebook."""

from __future__ import annotations

import base64
import html

from ..media.audiofile import Recording
from .responses import playable


class Embedded:
    """A take with its bytes inside the notebook; see `Take.embed`."""

    def __init__(self, take: Recording) -> None:
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
