"""The answers to the requests of a take's player: the waveform, the sound, the file.

The twin of this file is ``js/player/requests.ts``. A page requests the waveform to draw it,
and the bytes to play or download them. The answers are messages and not traits, since traits
are saved in the notebook.
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
"""The number of peaks in a waveform: more than its bars, so that it can be drawn wider."""


def respond(
    widget: Sender, content: object, take: T | None, on_decoded: Callable[[T], None]
) -> bool:
    """Answer a page's request about a take. A failure is an answer, too: the page waits for it.

    Parameters
    ----------
    widget : ipywidgets.Widget
        The widget of the page.
    content : object
        A message of the page, of any kind.
    take : Take or None
        The take that the widget shows. If a widget shows several takes in turn, a request
        names the id of its take.
    on_decoded : callable
        Called with the take once it is decoded for its waveform, before the answer is sent.

    Returns
    -------
    bool
        Whether the message was a request about a take, and is thereby handled.
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
            logger.exception("A request of a take's player failed.")
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
    """Return bytes that a browser can play, and their type: the take's own, or a 16-bit WAV.

    A span has no bytes of its own, and PCM in WebM plays only in the browser that recorded it.
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
    """Return the properties of a take that a page shows and a saved notebook contains."""
    return {
        "seconds": take.duration,
        "mime_type": take.mime_type,
        "sample_rate": take.sample_rate if decoded else None,
        "channels": take.channels if decoded else None,
        "interrupted": "" if take.complete else take.ended_by,
        "span": take.is_span,
    }
