"""What a take's player asks, and the answers: its picture, its sound, its file.

Twin of js/player/requests.ts. Bytes and waveform are messages, sent when the page asks: the
waveform as it is drawn, the bytes as it plays or downloads. No trait holds them, since
traits are saved in the notebook.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import DecodingError, InvalidStateError, MediaRecorderError
from ..media import audiofile, containers, wav
from ..media.arrays import peaks_of
from ..media.audiofile import Recording
from ..wire.assets import Sender

T = TypeVar("T", bound=Recording)

logger = logging.getLogger("mediarecorder")

PEAKS = 800
"""Of a waveform: more than its bars, so that it can be drawn wider."""


def respond(
    widget: Sender, content: object, take: T | None, on_decoded: Callable[[T], None]
) -> bool:
    """Answer a page that asks something about a take, or tell it why not: else it would wait.

    Parameters
    ----------
    widget : ipywidgets.Widget
        The one whose page asks.
    content : object
        The message, whatever it is.
    take : Take or None
        What the widget shows; one that shows several, one after the other, is asked by
        their ids.
    on_decoded : callable
        Called with the take when it has been decoded, before the answer goes.

    Returns
    -------
    bool
        Whether the message asked about a take, so that it is dealt with.
    """
    match content:
        case {"kind": "peaks" | "file" as kind, **rest}:
            form = ""
        case {"kind": "audio" as kind, "form": "own" | "wav" as form, **rest}:
            pass
        case _:
            return False
    about = {"take": rest["take"]} if isinstance(rest.get("take"), str) else {}
    try:
        if take is None or about.get("take", take.id) != take.id:
            raise InvalidStateError("The recorder has another take by now.", "")
        header, data = _response(take, kind, form)
        if kind == "peaks":
            on_decoded(take)
    except Exception as error:
        if not isinstance(error, MediaRecorderError):
            logger.exception("A take could not answer its page.")
        widget.send({"kind": "error", "about": kind, "text": str(error) or repr(error), **about})
    else:
        widget.send({"kind": kind, **header, **about}, [data])
    return True


def _response(take: Recording, kind: str, form: str) -> tuple[dict[str, str], bytes]:
    if kind == "peaks":
        return {}, peaks_of(take.samples, PEAKS).astype("<f4").tobytes()
    if kind == "audio":
        mime_type, data = playable(take, as_wav=form == "wav")
        return {"type": mime_type}, data
    own = containers.suffixes(take.mime_type)
    suffix = own[0] if own and not take.is_span else ".wav"
    file = io.BytesIO()
    audiofile.write(take, file, suffix)
    name = f"take-{take.started_at:%Y%m%d-%H%M%S}{suffix}"
    return {"name": name, "type": "audio/wav" if suffix == ".wav" else take.mime_type}, (
        file.getvalue()
    )


def playable(take: Recording, *, as_wav: bool = False) -> tuple[str, bytes]:
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


def summary_of(take: Recording, *, decoded: bool) -> dict[str, Any]:
    """Tell what a page, and a saved notebook, may know of a take: a few numbers and words."""
    return {
        "seconds": take.duration,
        "mime_type": take.mime_type,
        "sample_rate": take.sample_rate if decoded else None,
        "channels": take.channels if decoded else None,
        "interrupted": "" if take.complete else take.ended_by,
        "span": take.is_span,
    }
