"""The messages, defined once; ``js/wire/protocol.ts`` is this file's twin.

A page speaks in two ways. *Notes* (hello, note, probe, press, bye, answer, diagnosis)
may get lost: what they say is said again, or does not matter any more. *Letters*
(everything with a ``seq``) arrive once, complete and in order:
`mediarecorder.wire.inbox` sees to it.

Every message of a page also carries the number of the last command that it has
``heard``, the last that it has ``done``, and a ``snapshot`` of its recorder at
the moment of sending, so that Python can follow a page without asking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NewType, Protocol, TypeAlias

from ..errors import Cause
from ..sources import Device

VERSION = 1
MAX_PART = 1 << 20
"""The most bytes that travel in one message: jupyter_server ends a connection at 10 MiB."""

State: TypeAlias = Literal["inactive", "recording", "paused"]
Op: TypeAlias = Literal["start", "stop", "pause", "resume", "request_data"]
Pressed: TypeAlias = Literal["stop", "pause", "resume"]
BitrateMode: TypeAlias = Literal["constant", "variable"]
Limit: TypeAlias = Literal["max_duration", "max_bytes", "silence", "memory full"]
EndedBy: TypeAlias = Literal["stop", Limit, "track ended", "error", "kernel gone"]
Permission: TypeAlias = Literal["granted", "denied", "prompt"]
Scalar: TypeAlias = str | int | float | bool | None
TakeId = NewType("TakeId", str)
"""Up to 64 letters, digits, ``-`` and ``_``: it may become the name of a file."""
Time = NewType("Time", float)
"""Seconds or milliseconds, not negative."""

Reason: TypeAlias = Literal["malformed", "version", "unknown page", "too many", "order", "samples"]
"""Why something that a page sent was refused."""


class ProtocolError(ValueError):
    """A page sent something that does not fit: it is refused, and nothing else happens."""

    def __init__(self, message: str, reason: Reason = "malformed") -> None:
        super().__init__(message)
        self.reason: Reason = reason


# From a page ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Snapshot:
    """The page's recorder as it is now: the W3C's attributes."""

    state: State
    mime_type: str
    audio_bits_per_second: int
    video_bits_per_second: int
    audio_bitrate_mode: BitrateMode


@dataclass(frozen=True)
class Fault:
    """A DOMException on its way to Python; ``cause`` is what the page knows besides."""

    name: str
    message: str
    cause: Cause | None


@dataclass(frozen=True)
class FromPage:
    """What every message of a page carries; ``clock`` counts its messages."""

    page: str
    clock: int
    heard: int
    done: int
    snapshot: Snapshot


@dataclass(frozen=True)
class Hello(FromPage):
    """A page has come up, and says what its browser can do."""

    version: int
    types: dict[str, bool]


@dataclass(frozen=True)
class Note(FromPage):
    """Nothing but what every message carries."""


@dataclass(frozen=True)
class Probe(FromPage):
    """Asks what has arrived; sent when acknowledgements stay out."""

    id: int


@dataclass(frozen=True)
class Press(FromPage):
    """A button was pressed in a page that only mirrors another one's recording."""

    op: Pressed


@dataclass(frozen=True)
class Bye(FromPage):
    """The page is being closed or reloaded; it may not come to say so."""


@dataclass(frozen=True)
class Letter(FromPage):
    """A message that must arrive, in its place."""

    seq: int


@dataclass(frozen=True)
class Tried(Letter):
    """Whether ``new MediaRecorder(new MediaStream(), options)`` throws in this page."""

    fault: Fault | None


@dataclass(frozen=True)
class Devices(Letter):
    """The microphones of the page's browser have become known, or have changed."""

    devices: list[Device]


@dataclass(frozen=True)
class Chosen(Letter):
    """A person has chosen a microphone in the page; None: the browser's default."""

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
    """Bytes of the blob, as MediaRecorder gave them; the buffer is the part."""

    take: TakeId


@dataclass(frozen=True)
class DataAvailable(Letter):
    """The user's ``dataavailable``: all ``Data`` since the last one belong to it.

    The buffer, if there is one, is the last of them.
    """

    take: TakeId
    mime_type: str
    timecode: Time | None


@dataclass(frozen=True)
class Pcm(Letter):
    """Decoded samples, float32, interleaved; the buffer is the block."""

    take: TakeId
    sample_rate: int
    channels: int


@dataclass(frozen=True)
class Decoded(Letter):
    """The end of the samples that a `decode` asked for; "done", or why there are none."""

    take: TakeId
    decoding: str


@dataclass(frozen=True)
class Failed(Letter):
    """An ``error`` event, of a take that has started or that could not."""

    take: TakeId
    fault: Fault


@dataclass(frozen=True)
class Stopped(Letter):
    """The end of a take, and its last ``dataavailable``, with the last bytes if there are any.

    ``decoding`` is None, "done", or why there are no samples.
    """

    take: TakeId
    ended_by: EndedBy
    mime_type: str
    timecode: Time | None
    seconds: Time
    decoding: str | None


@dataclass(frozen=True)
class Kept(Letter):
    """A take that lies in the browser's store, and that no page records any more.

    Its parts are numbered; ``parts`` is the number after the last. ``ended_by`` is
    None if its page went in the middle of it.
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
    """The page has told every take that is kept there."""


@dataclass(frozen=True)
class Stretch(Letter):
    """Parts of a take that is kept, from number ``first`` up to ``next``; the buffer is theirs."""

    take: TakeId
    first: int
    next: int


@dataclass(frozen=True)
class Answer(FromPage):
    """Whether the page's browser supports the type that a `query` asked about."""

    mime_type: str
    supported: bool


@dataclass(frozen=True)
class Facts:
    """What a page knows of itself and its browser; None where the browser does not tell.

    ``allowed``: by the permissions policy. ``permission``: what a person has answered
    before. ``names``: of the microphones, if they were asked for.
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
    """The answer to a hello, and to a change of the options: how to record from now on."""
    return {"kind": "welcome", "version": VERSION, "page": page, "options": options}


class _Command(Protocol):
    n: int
    previous: int
    op: Op
    take: str | None
    timeslice: float | None
    seconds: float | None


def command(page: str, command: _Command) -> dict[str, Any]:
    """Command number ``n``; ``previous`` is the number of the page's last one before it.

    A start with ``seconds`` stops by itself when so much is recorded, and a little more.
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
    """All letters below `upto` have arrived; `probe` names the probe that asked."""
    return {"kind": "ack", "page": page, "upto": upto, "probe": probe}


def lost(page: str) -> dict[str, Any]:
    """The page was given up, or never said hello: it is to let go of everything and begin anew."""
    return {"kind": "lost", "page": page}


def query(page: str, mime_type: str) -> dict[str, Any]:
    """Ask the page whether its browser supports `mime_type`."""
    return {"kind": "query", "page": page, "mime_type": mime_type}


def diagnose(page: str, names: bool) -> dict[str, Any]:
    """Ask the page what it and its browser allow, with or without the names of microphones."""
    return {"kind": "diagnose", "page": page, "names": names}


def decode(page: str, take: str, mime_type: str) -> dict[str, Any]:
    """Ask the page for the samples of a take; the buffer is its blob."""
    return {"kind": "decode", "page": page, "take": take, "mime_type": mime_type}


def seek(page: str, anywhere: bool) -> dict[str, Any]:
    """Ask the page what lies in its browser's store: of this notebook, or of this person."""
    return {"kind": "seek", "page": page, "anywhere": anywhere}


def fetch(page: str, take: str, first: int, most: int) -> dict[str, Any]:
    """Ask for at most so many parts of a take that is kept there, from number `first` on."""
    return {"kind": "fetch", "page": page, "take": take, "first": first, "most": most}


def forget(page: str, take: str) -> dict[str, Any]:
    """A take that is kept there is here now."""
    return {"kind": "forget", "page": page, "take": take}
