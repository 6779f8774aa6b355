"""How a take shows itself in a notebook: a small player, or a player with the bytes inside."""

from __future__ import annotations

import base64
import functools
import html
import io
import logging
from collections.abc import Callable
from reprlib import repr as brief
from typing import TYPE_CHECKING

import anywidget
import traitlets

from . import audiofile, containers, wav
from .arrays import peaks_of
from .assets import entry, serve_asset
from .errors import DecodingError, MediaRecorderError
from .wire.protocol import ProtocolError
from .wire.refusals import Refusals

if TYPE_CHECKING:
    from .take import Take

logger = logging.getLogger("mediarecorder")

PEAKS = 800
"""Of a waveform: more than its bars, so that it can be drawn wider."""


class TakeView(anywidget.AnyWidget):
    """The player that a take shows itself by.

    The traits are what a saved notebook may know. Bytes and waveform are messages,
    sent when the page asks: the waveform as it is drawn, the bytes as it plays or
    downloads.

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
        super().__init__(
            seconds=take.duration,
            mime_type=take.mime_type,
            sample_rate=None,
            channels=None,
            interrupted="" if take.complete else take.ended_by,
            span=take.is_span,
        )
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if serve_asset(self, content):
            return
        match content:
            case {"kind": "peaks"}:
                self._answer("peaks", self._send_peaks)
            case {"kind": "audio", "form": "own" | "wav" as form}:
                self._answer("audio", functools.partial(self._send_audio, as_wav=form == "wav"))
            case {"kind": "file"}:
                self._answer("file", self._send_file)
            case _:
                self._refused.note(ProtocolError(f"no take knows {brief(content)}"))

    def _answer(self, question: str, send: Callable[[], None]) -> None:
        """Answer, or tell the page why not: otherwise it would wait."""
        try:
            send()
        except Exception as error:
            if not isinstance(error, MediaRecorderError):
                logger.exception("A take could not answer its page.")
            self.send({"kind": "error", "about": question, "text": str(error) or repr(error)})

    def _send_peaks(self) -> None:
        peaks = peaks_of(self._take.samples, PEAKS)
        with self.hold_sync():
            self.seconds = self._take.duration
            self.sample_rate = self._take.sample_rate
            self.channels = self._take.channels
        self.send({"kind": "peaks"}, [peaks.astype("<f4").tobytes()])

    def _send_audio(self, *, as_wav: bool) -> None:
        mime_type, data = playable(self._take, as_wav=as_wav)
        self.send({"kind": "audio", "type": mime_type}, [data])

    def _send_file(self) -> None:
        take = self._take
        own = containers.suffixes(take.mime_type)
        suffix = own[0] if own and not take.is_span else ".wav"
        file = io.BytesIO()
        audiofile.write(take, file, suffix)
        name = f"take-{take.started_at:%Y%m%d-%H%M%S}{suffix}"
        mime_type = "audio/wav" if suffix == ".wav" else take.mime_type
        self.send({"kind": "file", "name": name, "type": mime_type}, [file.getvalue()])


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


def playable(take: Take, *, as_wav: bool = False) -> tuple[str, bytes]:
    """Give a browser what it can play: a take's own bytes, or those of a 16-bit WAV.

    A span has no bytes of its own, and PCM in WebM plays only where it was recorded.
    """
    if not (as_wav or take.is_span or "pcm" in take.mime_type.lower()):
        return take.mime_type, take.blob.tobytes()
    try:
        samples = take.samples
    except DecodingError:
        if take.is_span:
            raise
        return take.mime_type, take.blob.tobytes()  # let the browser try
    file = io.BytesIO()
    wav.write(file, samples, take.sample_rate, "PCM_16")
    return "audio/wav", file.getvalue()
