"""The messages between Python and the pages. The twin of this file is ``js/wire/protocol.ts``.

A page sends two kinds of messages. *Notes* (hello, note, probe, press, bye, answer,
diagnosis) may be lost: a later message repeats their content, or makes it irrelevant.
*Letters* (all messages with a ``seq``) are delivered once, complete and in order, which
`mediarecorder.wire.inbox` ensures.

Every message of a page also carries the number of the last command that the page has
received (``heard``), the number of the last command that it has carried out (``done``),
and a ``snapshot`` of its recorder at the time of sending. So Python can follow a page
without polling it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NewType, Protocol, TypeAlias

from ..errors import Cause
from ..sources import Device

VERSION = 1
MAX_PART = 1 << 20
"""The maximum number of bytes in one message. jupyter_server closes a connection at 10 MiB."""

State: TypeAlias = Literal["inactive", "recording", "paused"]
Op: TypeAlias = Literal["start", "stop", "pause", "resume", "request_data"]
Pressed: TypeAlias = Literal["stop", "pause", "resume"]
BitrateMode: TypeAlias = Literal["constant", "variable"]
Limit: TypeAlias = Literal["max_duration", "max_bytes", "silence", "memory full"]
EndedBy: TypeAlias = Literal["stop", Limit, "track ended", "error", "kernel gone"]
Permission: TypeAlias = Literal["granted", "denied", "prompt"]
Scalar: TypeAlias = str | int | float | bool | None
TakeId = NewType("TakeId", str)
"""Up to 64 letters, digits, ``-`` and ``_``, since it may become a file name."""
Time = NewType("Time", float)
"""Seconds or milliseconds, never negative."""

Reason: TypeAlias = Literal["malformed", "version", "unknown page", "too many", "order", "samples"]
"""The reason for refusing a message of a page."""


class ProtocolError(ValueError):
    """An invalid message of a page. It is refused, with no other effect."""

    def __init__(self, message: str, reason: Reason = "malformed") -> None:
        super().__init__(message)
        self.reason: Reason = reason


# From a page ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Snapshot:
    """The attributes of the page's MediaRecorder (W3C) at the time of sending."""

    state: State
    mime_type: str
    audio_bits_per_second: int
    video_bits_per_second: int
    audio_bitrate_mode: BitrateMode


@dataclass(frozen=True)
class Fault:
    """A DOMException of the page. ``cause`` is the reason for it, if the page knows one."""

    name: str
    message: str
    cause: Cause | None


@dataclass(frozen=True)
class FromPage:
    """The fields of every message of a page. ``clock`` numbers the messages."""

    page: str
    clock: int
    heard: int
    done: int
    snapshot: Snapshot


@dataclass(frozen=True)
class Hello(FromPage):
    """A new page introduces itself, with the types that its browser supports."""

    version: int
    types: dict[str, bool]


@dataclass(frozen=True)
class Note(FromPage):
    """A message with only the common fields."""


@dataclass(frozen=True)
class Probe(FromPage):
    """A request for an acknowledgement, sent when one is overdue."""

    id: int


@dataclass(frozen=True)
class Press(FromPage):
    """A button pressed in a page that mirrors the recording of another page."""

    op: Pressed


@dataclass(frozen=True)
class Bye(FromPage):
    """The page is being closed or reloaded. Browsers do not always deliver this message."""


@dataclass(frozen=True)
class Letter(FromPage):
    """A numbered message: it is acknowledged, and delivered once and in order."""

    seq: int


@dataclass(frozen=True)
class Tried(Letter):
    """The exception of ``new MediaRecorder(new MediaStream(), options)`` in this page, if any."""

    fault: Fault | None


@dataclass(frozen=True)
class Devices(Letter):
    """The microphones of the page's browser, sent once they are known and after each change."""

    devices: list[Device]


@dataclass(frozen=True)
class Chosen(Letter):
    """The microphone that the user has chosen in the page; None is the browser's default."""

    device: str | None


@dataclass(frozen=True)
class Started(Letter):
    take: TakeId
    at: Time
    settings: dict[str, Scalar]


@dataclass(frozen=True)
class Paused(Letter):
    take: TakeId


@dataclass(frozen=True)
class Resumed(Letter):
    take: TakeId


@dataclass(frozen=True)
class Data(Letter):
    """Bytes of the blob, as MediaRecorder delivered them. The buffer is the part."""

    take: TakeId


@dataclass(frozen=True)
class DataAvailable(Letter):
    """A ``dataavailable`` event for the user, with all ``Data`` since the previous one.

    The buffer, if present, is the last part of these data.
    """

    take: TakeId
    mime_type: str
    timecode: Time | None


@dataclass(frozen=True)
class Pcm(Letter):
    """Decoded samples. The buffer is a block of interleaved float32 values."""

    take: TakeId
    sample_rate: int
    channels: int


@dataclass(frozen=True)
class Decoded(Letter):
    """The end of the samples that a `decode` requested.

    ``decoding`` is "done", or the reason why there are no samples.
    """

    take: TakeId
    decoding: str


@dataclass(frozen=True)
class Failed(Letter):
    """An ``error`` event, of a take that has started or that failed to start."""

    take: TakeId
    fault: Fault


@dataclass(frozen=True)
class Stopped(Letter):
    """The end of a take, and its last ``dataavailable``. The buffer holds the last bytes, if any.

    ``decoding`` is None, "done", or the reason why there are no samples.
    """

    take: TakeId
    ended_by: EndedBy
    mime_type: str
    timecode: Time | None
    seconds: Time
    decoding: str | None


@dataclass(frozen=True)
class Kept(Letter):
    """An orphan: a take in the browser's store that no page records any more.

    ``parts`` is the number of the last part, plus one. ``ended_by`` is None if the page
    was lost during the recording.
    """

    take: TakeId
    at: Time
    mime_type: str
    settings: dict[str, Scalar]
    seconds: Time
    ended_by: EndedBy | None
    parts: int


@dataclass(frozen=True)
class Listed(Letter):
    """The page has listed all orphans in its browser's store."""


@dataclass(frozen=True)
class Stretch(Letter):
    """The parts of an orphan from number ``first`` up to ``next``, exclusive, in the buffer."""

    take: TakeId
    first: int
    next: int


@dataclass(frozen=True)
class Answer(FromPage):
    """The answer to a `query`: whether the page's browser supports the type."""

    mime_type: str
    supported: bool


@dataclass(frozen=True)
class Facts:
    """The properties of a page and its browser. None means that the browser does not say.

    ``allowed`` is the permissions policy. ``permission`` is the user's earlier answer.
    ``names`` are those of the microphones, if they were requested.
    """

    host: str | None
    user_agent: str
    secure: bool
    webview: bool
    embedded: bool
    visible: bool
    allowed: bool | None
    permission: Permission | None
    microphones: int | None
    names: list[str] | None
    media_devices: bool
    media_recorder: bool
    web_codecs: bool
    audio_context: bool
    web_locks: bool
    indexed_db: bool
    stored_bytes: int | None
    storable_bytes: int | None


@dataclass(frozen=True)
class Diagnosis(FromPage):
    """The answer to a `diagnose`."""

    facts: Facts


KINDS: dict[str, type[FromPage]] = {
    "hello": Hello,
    "note": Note,
    "probe": Probe,
    "press": Press,
    "bye": Bye,
    "tried": Tried,
    "devices": Devices,
    "chosen": Chosen,
    "started": Started,
    "paused": Paused,
    "resumed": Resumed,
    "data": Data,
    "dataavailable": DataAvailable,
    "pcm": Pcm,
    "decoded": Decoded,
    "failed": Failed,
    "stopped": Stopped,
    "kept": Kept,
    "listed": Listed,
    "stretch": Stretch,
    "answer": Answer,
    "diagnosis": Diagnosis,
}


# To a page -----------------------------------------------------------------------------


def welcome(page: str, options: dict[str, Any]) -> dict[str, Any]:
    """The answer to a hello, sent again after a change of the options: how to record."""
    return {"kind": "welcome", "version": VERSION, "page": page, "options": options}


class _Command(Protocol):
    n: int
    previous: int
    op: Op
    take: str | None
    timeslice: float | None
    seconds: float | None


def command(page: str, command: _Command) -> dict[str, Any]:
    """Command number ``n``. ``previous`` is the number of the page's command before it.

    A start with ``seconds`` ends the take by itself, shortly after that duration.
    """
    return {
        "kind": "command",
        "page": page,
        "n": command.n,
        "previous": command.previous,
        "op": command.op,
        "take": command.take,
        "timeslice": command.timeslice,
        "seconds": command.seconds,
    }


def acknowledgement(page: str, upto: int, probe: int | None = None) -> dict[str, Any]:
    """All letters below `upto` have arrived. `probe` is the number of the probe, if any."""
    return {"kind": "ack", "page": page, "upto": upto, "probe": probe}


def lost(page: str) -> dict[str, Any]:
    """The page was given up, or sent no hello: it must release everything and restart."""
    return {"kind": "lost", "page": page}


def query(page: str, mime_type: str) -> dict[str, Any]:
    """Request whether the page's browser supports `mime_type`."""
    return {"kind": "query", "page": page, "mime_type": mime_type}


def diagnose(page: str, names: bool) -> dict[str, Any]:
    """Request the `Facts` of a page, with or without the names of the microphones."""
    return {"kind": "diagnose", "page": page, "names": names}


def decode(page: str, take: str, mime_type: str) -> dict[str, Any]:
    """Request the samples of a take. The buffer is its blob."""
    return {"kind": "decode", "page": page, "take": take, "mime_type": mime_type}


def seek(page: str, anywhere: bool) -> dict[str, Any]:
    """Request the list of orphans: of this notebook or, with `anywhere`, of this person."""
    return {"kind": "seek", "page": page, "anywhere": anywhere}


def fetch(page: str, take: str, first: int, most: int) -> dict[str, Any]:
    """Request at most `most` parts of an orphan, starting with number `first`."""
    return {"kind": "fetch", "page": page, "take": take, "first": first, "most": most}


def forget(page: str, take: str) -> dict[str, Any]:
    """Delete an orphan from the browser's store, since Python has all of it."""
    return {"kind": "forget", "page": page, "take": take}
