"""The messages: the golden ones are accepted, and all others are refused."""

from __future__ import annotations

import base64
import copy
import json
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mediarecorder import Microphone, Tone
from mediarecorder.options import Limits, RecorderOptions
from mediarecorder.wire import assets, parsing, protocol
from mediarecorder.wire.commands import Command
from mediarecorder.wire.link import Link
from mediarecorder.wire.parsing import MAX_ENTRIES, MAX_TEXT
from mediarecorder.wire.protocol import KINDS, MAX_PART, ProtocolError

GOLDEN = json.loads((Path(__file__).parents[2] / "data" / "messages.json").read_text())
PAGE = {message["kind"]: message for message in GOLDEN["page"]}
by_kind = pytest.mark.parametrize("kind", PAGE)


def changed(kind: str, **fields: Any) -> dict[str, Any]:
    message: dict[str, Any] = copy.deepcopy(PAGE[kind])
    return message | fields


# Golden messages ------------------------------------------------------------------------


def test_there_is_a_golden_message_of_every_kind() -> None:
    assert list(PAGE) == [message["kind"] for message in GOLDEN["page"]]
    assert PAGE.keys() == KINDS.keys()


@by_kind
def test_a_page_message_becomes_its_class(kind: str) -> None:
    message = parsing.parse(PAGE[kind])
    assert type(message) is KINDS[kind]
    for name, value in PAGE[kind].items():
        if name in ("snapshot", "fault", "facts") and value is not None:
            assert vars(getattr(message, name)) == value
        elif name == "devices":
            assert [vars(device) for device in getattr(message, name)] == value
        elif name != "kind":
            assert getattr(message, name) == value


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("tried", "fault"),
        ("chosen", "device"),
        ("dataavailable", "timecode"),
        ("stopped", "timecode"),
        ("stopped", "decoding"),
        ("kept", "ended_by"),
    ],
)
def test_optional_fields_may_be_none(kind: str, field: str) -> None:
    assert getattr(parsing.parse(changed(kind, **{field: None})), field) is None


def test_the_functions_make_the_golden_kernel_messages() -> None:
    page = "page-1"
    speech = Microphone("USB", True, True, True, sample_rate=48_000, channels=1)
    options = RecorderOptions(
        "audio/webm;codecs=opus", audio_bits_per_second=64_000, audio_bitrate_mode="constant"
    )
    tone = Tone((440.0, 1000.0))
    keeping = {
        "kernel": "kernel-1",
        "person": "0123456789abcdef",
        "notebook": "fedcba9876543210",
        "journal": False,
    }
    made = [
        protocol.welcome(
            page,
            {
                "source": speech.describe(),
                "recorder": options.describe(),
                "decode": True,
                "live": True,
                "limits": Limits(600, 50_000_000, (30, -50)).describe(),
                "packed": False,
                "keeping": keeping,
            },
        ),
        protocol.welcome(
            page,
            {
                "source": tone.describe(),
                "recorder": RecorderOptions().describe(),
                "decode": False,
                "live": False,
                "limits": Limits().describe(),
                "packed": False,
                "keeping": keeping,
            },
        ),
        protocol.command(
            page, Command(3, "start", "take-1", timeslice=1000.0, seconds=2.5, previous=2)
        ),
        protocol.command(page, Command(4, "stop", previous=3)),
        protocol.acknowledgement(page, 4),
        protocol.acknowledgement(page, 5, 7),
        protocol.query(page, "audio/webm;codecs=pcm"),
        protocol.diagnose(page, True),
        protocol.decode(page, "take-2", "audio/webm;codecs=opus"),
        protocol.seek(page, False),
        protocol.fetch(page, "take-3", 20, 100),
        protocol.forget(page, "take-3"),
        protocol.lost(page),
    ]
    assert json.loads(json.dumps(made)) == GOLDEN["kernel"]


class Sent:
    """A widget that keeps its messages."""

    def __init__(self) -> None:
        self.messages: list[tuple[Any, Any]] = []

    def send(self, content: Any, buffers: Any = None) -> None:
        self.messages.append((content, buffers))


def test_a_request_for_a_part_of_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden, widget = GOLDEN["asset"], Sent()
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assert assets.serve_asset(widget, golden["asked"])
    (tmp_path / "decoder.js").write_bytes(b"export {};")
    assert assets.serve_asset(widget, golden["asked"])
    refused, (answer, [code]) = widget.messages
    assert refused == (golden["refused"], None)
    assert answer == golden["answered"]
    assert zlib.decompress(code) == b"export {};"


@by_kind
def test_no_other_message_requests_a_part_of_the_bundle(kind: str) -> None:
    widget = Sent()
    assert not assets.serve_asset(widget, PAGE[kind])
    assert widget.messages == []


# Refusals -------------------------------------------------------------------------------

DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "content",
    [
        None,
        True,
        3,
        "hello",
        b"hello",
        [],
        [PAGE["note"]],
        {},
        {"kind": None},
        {"kind": 3},
        {"kind": []},
        {"kind": {}},
        {"kind": "shout"},
        {"kind": "Hello"},
        {"kind": "x" * 1_000_000},
        {"kind": DEEP},
        {"page": "page-1"},
        {1: 2},
        *GOLDEN["kernel"],
    ],
    ids=lambda content: type(content).__name__,
)
def test_invalid_messages_are_refused(content: object) -> None:
    with pytest.raises(ProtocolError):
        parsing.parse(content)


def paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every field, including nested fields."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from paths(inner, (*path, name))


def replaced(message: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    message = copy.deepcopy(message)
    inner = message
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return message


FREE = {("types",), ("settings",)}
"""Fields with arbitrary entries."""


@by_kind
def test_a_missing_or_an_unknown_field_is_refused(kind: str) -> None:
    for path in paths(PAGE[kind]):
        message = copy.deepcopy(PAGE[kind])
        inner = message
        for name in path[:-1]:
            inner = inner[name]
        if path[:-1] not in FREE:
            with pytest.raises(ProtocolError):
                parsing.parse(replaced(message, (*path[:-1], "extra"), 1))
            del inner[path[-1]]
            with pytest.raises(ProtocolError):
                parsing.parse(message)


VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1 << 53,
    10**400,
    1.5,
    -0.5,
    math.nan,
    math.inf,
    -math.inf,
    1e301,
    "",
    "inactive",
    "recording",
    "\x00",
    "x" * (MAX_TEXT + 1),
    b"bytes",
    [],
    [1],
    DEEP,
    {},
    {"a": 1},
    {"a": {"b": 1}},
    {1: True},
    {"x" * (MAX_TEXT + 1): True},
    {"a": math.nan},
    {str(n): True for n in range(MAX_ENTRIES + 1)},
    object(),
]


def is_valid(kind: str, path: tuple[str, ...], value: Any) -> bool:
    """Return whether the field at `path` may hold `value`: a second, independent definition."""
    name = path[-1]
    text = isinstance(value, str) and len(value) <= MAX_TEXT
    number = type(value) in (int, float) and abs(value) < 1e300
    count = type(value) is int and 0 <= value < 1 << 53
    if path[:1] == ("settings",) and len(path) == 2:
        return value is None or text or number or isinstance(value, bool)
    if (path[:1] == ("types",) and len(path) == 2) or name == "supported":
        return isinstance(value, bool)
    if name in ("types", "settings"):
        return value == {} or (name == "settings" and value == {"a": 1})
    if name == "devices":
        return bool(value == [])
    if name == "device":
        return value is None or text
    if name == "state":
        return text and value in ("inactive", "recording", "paused")
    if (kind, name) == ("kept", "ended_by") and value is None:
        return True
    if name in ("op", "ended_by", "audio_bitrate_mode", "snapshot", "kind"):
        return False
    if path[0] == "facts":
        return is_valid_fact(name, value)
    if name in ("fault", "cause", "decoding", "timecode") and value is None:
        return (kind, name) not in (("failed", "fault"), ("decoded", "decoding"))
    if name in ("at", "seconds", "timecode"):
        return number and 0 <= value < 1e14
    if name == "take":
        return text and value.isalnum()
    if name in ("page", "mime_type", "name", "message", "decoding"):
        return text
    if name in ("fault", "cause"):
        return False
    return count


def is_valid_fact(name: str, value: object) -> bool:
    if value is None:
        return name in ("host", "allowed", "permission", "names") or name in COUNTED
    if name in ("host", "user_agent"):
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if name in COUNTED:
        return type(value) is int and 0 <= value < 1 << 53
    if name == "names":
        return value == []
    return name not in ("facts", "permission") and isinstance(value, bool)


COUNTED = ("microphones", "stored_bytes", "storable_bytes")


@by_kind
def test_each_field_accepts_only_its_type_within_bounds(kind: str) -> None:
    wrong = []
    for path in paths(PAGE[kind]):
        for value in VALUES:
            try:
                parsing.parse(replaced(PAGE[kind], path, value))
                accepted = True
            except ProtocolError:
                accepted = False
            if accepted != is_valid(kind, path, value):
                wrong.append((path, type(value), accepted))
    assert wrong == []


def test_refusals_are_short() -> None:
    invalid = (
        replaced(PAGE["started"], path, value)
        for path in paths(PAGE["started"])
        for value in VALUES
        if not is_valid("started", path, value)
    )
    strange = changed("started", **{f"{n}" * 1_000: n for n in range(1_000)})
    for message in [*invalid, strange]:
        with pytest.raises(ProtocolError) as refusal:
            parsing.parse(message)
        assert len(str(refusal.value)) < 500


@pytest.mark.parametrize("names", [[1], ["x" * (MAX_TEXT + 1)], ["x"] * (MAX_ENTRIES + 1), [[]]])
def test_invalid_lists_are_refused(names: list[Any]) -> None:
    with pytest.raises(ProtocolError):
        parsing.parse(replaced(PAGE["diagnosis"], ("facts", "names"), names))


def test_entries_and_texts_at_their_limits_are_accepted() -> None:
    names = ["x" * MAX_TEXT] * MAX_ENTRIES
    diagnosis = parsing.parse(replaced(PAGE["diagnosis"], ("facts", "names"), names))
    assert diagnosis.facts.names == names  # type: ignore[attr-defined]
    types = {str(n).rjust(MAX_TEXT, "x"): True for n in range(MAX_ENTRIES)}
    assert parsing.parse(changed("hello", types=types)).types == types  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "buffers",
    [[bytes(MAX_PART + 1)], [b"1", b"2"], [b"", b""], [memoryview(bytes(MAX_PART + 8)).cast("d")]],
    ids=["one byte too long", "two", "two empty ones", "too long, items of 8 bytes"],
)
def test_more_bytes_than_one_part_are_dropped(
    buffers: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    arrived: list[Any] = []
    link = Link(lambda message: None, arrived.append, dict)
    try:
        link.receive(PAGE["hello"], [])
        link.receive(changed("started", seq=0), [])
        link.receive(changed("data", seq=1), [memoryview(bytes(MAX_PART))])
        assert len(arrived) == 3
        link.receive(changed("data", seq=2), buffers)
        assert len(arrived) == 3
        assert "more bytes than one part may have" in caplog.text
    finally:
        link.close()


def test_bytes_sent_as_text_are_unpacked() -> None:
    sent = bytes(range(256)) * 4096
    assert len(sent) == MAX_PART
    packed = changed("data") | {"bytes": base64.b64encode(sent).decode()}
    message, buffers = parsing.unpacked(packed, [])
    assert (message, buffers) == (PAGE["data"], [sent])


@pytest.mark.parametrize(
    ("text", "buffers"),
    [(3, []), ("no base64!", []), ("AAAA" * (MAX_PART // 3 + 2), []), ("AAAA", [b"1"])],
    ids=["not text", "not base64", "too long", "text and a buffer"],
)
def test_invalid_base64_is_refused(text: Any, buffers: list[bytes]) -> None:
    with pytest.raises(ProtocolError, match="not the base64 of one part"):
        parsing.unpacked(changed("data") | {"bytes": text}, buffers)
