"""The link to the pages: order, loss, repetition, and the page that records."""

from __future__ import annotations

import dataclasses
import threading
import time
from contextvars import ContextVar
from typing import Any

import pytest

from mediarecorder.testing import FakePage
from mediarecorder.wire import commands, link, pages, protocol, router
from mediarecorder.wire.delivery import Arrival
from mediarecorder.wire.inbox import ROOM, ROOM_BYTES, Inbox
from mediarecorder.wire.link import Link


class Wire:
    """A link to fake pages that the test controls."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.arrived: list[Arrival] = []
        self.link = Link(self.sent.append, self.arrived.append, lambda: {"decode": False})

    def receive(self, message: dict[str, Any], *buffers: bytes) -> None:
        self.link.receive(message, buffers)

    def commands(self) -> list[tuple[int, int, str]]:
        return [(c["n"], c["previous"], c["op"]) for c in self.sent if c["kind"] == "command"]

    @property
    def state(self) -> str:
        return self.link.state

    def kinds(self) -> list[str]:
        return [type(arrival.message).__name__ for arrival in self.arrived]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr(commands, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(pages, "ACKNOWLEDGEMENT_INTERVAL", 0)
    return Wire()


def recording(wire: Wire) -> FakePage:
    """Return a page that records the take `t`."""
    page = FakePage("a")
    wire.receive(page.hello())
    wire.receive(page.letter("started", take="t", at=0, settings={}))
    wire.arrived.clear()
    wire.sent.clear()
    return page


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_hello_is_welcomed_with_the_options(wire: Wire) -> None:
    wire.receive(FakePage("a").hello())
    assert wire.sent == [protocol.welcome("a", {"decode": False})]


def test_commands_wait_for_a_page_and_then_arrive_in_order(wire: Wire) -> None:
    wire.link.command("start", "recording")
    wire.link.command("pause", "paused")
    assert wire.commands() == []
    assert wire.state == "paused"
    wire.receive(FakePage("a").hello())
    assert wire.commands() == [(1, 0, "start"), (2, 1, "pause")]


def test_a_command_is_repeated_until_it_is_acknowledged(wire: Wire) -> None:
    page = FakePage("a")
    wire.receive(page.hello())
    wire.link.command("start", "recording")
    wait_for(lambda: len(wire.commands()) >= 3)
    assert set(wire.commands()) == {(1, 0, "start")}
    page.heard = 1
    wire.receive(page.note("note"))
    sent = len(wire.commands())
    assert threading.active_count() == 1 or not wire.link._router._commands.waiting
    time.sleep(0.1)  # several of the pauses between repetitions
    assert len(wire.commands()) == sent


def test_a_command_is_repeated_in_its_original_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands, "FIRST_PAUSE", 0.02)
    context: ContextVar[str] = ContextVar("context", default="default")
    sent: list[str] = []
    wire = Link(lambda *_: sent.append(context.get()), lambda _: None, dict)
    page = FakePage("a")
    wire.receive(page.hello(), [])
    sent.clear()
    token = context.set("caller")
    wire.command("start", "t")
    context.reset(token)
    wait_for(lambda: len(sent) > 2)
    wire.close()
    assert set(sent) == {"caller"}


def test_the_state_follows_the_page_except_during_a_command(wire: Wire) -> None:
    page = FakePage("a")
    wire.receive(page.hello())
    wire.link.command("start", "recording")
    wire.receive(page.note("note"))  # sent before the command arrived
    assert wire.state == "recording"
    page.heard = 1
    wire.receive(page.note("note"))  # arrived: the browser requests the permission
    assert wire.state == "recording"
    page.done = 1
    wire.receive(page.note("note"))  # executed, but not recording: it was refused
    assert wire.state == "inactive"
    page.state = "paused"  # by a button
    wire.receive(page.note("note"))
    assert wire.state == "paused"


def test_a_late_message_does_not_change_the_state(wire: Wire) -> None:
    page = FakePage("a")
    wire.receive(page.hello())
    older = page.note("note")
    page.state = "recording"
    wire.receive(page.note("note"))
    wire.receive(older)
    assert wire.state == "recording"


def test_letters_are_delivered_once_and_in_order(wire: Wire) -> None:
    page = recording(wire)
    first, second, third = (page.letter("data", take="t") for _ in range(3))
    for letter, buffer in [
        (second, b"2"),
        (first, b"1"),
        (first, b"1"),
        (third, b"3"),
        (second, b"2"),
    ]:
        wire.receive(letter, buffer)
    assert [arrival.buffer for arrival in wire.arrived] == [b"1", b"2", b"3"]
    assert [m["upto"] for m in wire.sent if m["kind"] == "ack"] == [1, 3, 3, 4, 4]


def test_acknowledgements_of_quick_letters_are_combined(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = recording(wire)
    monkeypatch.setattr(pages, "ACKNOWLEDGEMENT_INTERVAL", 60)
    for kind in [*["data"] * 9, "paused", "data"]:
        wire.receive(page.letter(kind, take="t"))
    acknowledged = [m["upto"] for m in wire.sent if m["kind"] == "ack"]
    assert acknowledged == [4, 8, 11, 12]
    wire.receive(page.letter("data", take="t"))
    wire.receive(page.note("probe", id=1))
    assert wire.sent[-1] == protocol.acknowledgement("a", 13, 1)


def test_a_probe_is_answered_with_the_received_letters(wire: Wire) -> None:
    page = FakePage("a")
    wire.receive(page.hello())
    page.letter("data", take="t")  # lost
    wire.receive(page.letter("data", take="t"), b"2")
    wire.receive(page.note("probe", id=7))
    assert wire.sent[-1] == protocol.acknowledgement("a", 0, 7)


class RecordingStore:
    """Stores the bytes of letters, and checks that none is acknowledged before it is stored."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.stored: list[bytes] = []
        self.raises: list[BaseException] = []
        wire.link._keep = self.keep

    def keep(self, arrival: Arrival) -> Arrival:
        if self.raises:
            raise self.raises.pop()
        assert self.upto() == 1 + len(self.stored)  # the letter "started"
        self.stored.append(arrival.buffer)
        return dataclasses.replace(arrival, buffer=b"")

    def upto(self) -> int:
        return max((m["upto"] for m in self.wire.sent if m["kind"] == "ack"), default=1)


def test_a_letter_is_stored_before_it_is_acknowledged(wire: Wire) -> None:
    page = recording(wire)
    store = RecordingStore(wire)
    for part in (b"1", b"2", b"3"):
        wire.receive(page.letter("data", take="t"), part)
    assert store.stored == [b"1", b"2", b"3"]
    assert store.upto() == 4
    assert [arrival.buffer for arrival in wire.arrived] == [b""] * 3


def test_a_letter_whose_storing_was_interrupted_is_resent(wire: Wire) -> None:
    page = recording(wire)
    store = RecordingStore(wire)
    letter = page.letter("data", take="t")
    store.raises = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        wire.receive(letter, b"1")
    wire.receive(page.note("probe", id=1))
    assert wire.sent[-1] == protocol.acknowledgement("a", 1, 1)
    wire.receive(letter, b"1")
    assert store.stored == [b"1"]
    assert wire.sent[-1] == protocol.acknowledgement("a", 2)


def test_a_letter_that_cannot_be_stored_is_acknowledged(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    page = recording(wire)
    store = RecordingStore(wire)
    store.raises = [KeyError("t")]
    wire.receive(page.letter("data", take="t"), b"1")
    assert "could not be kept" in caplog.text
    assert wire.sent[-1] == protocol.acknowledgement("a", 2)


def test_a_blocking_listener_does_not_delay_acknowledgements(wire: Wire) -> None:
    page = recording(wire)
    entered, leave = threading.Event(), threading.Event()

    def block(arrival: Arrival) -> None:
        entered.set()
        assert leave.wait(5)

    wire.link._deliveries.deliver = block
    first = threading.Thread(target=wire.receive, args=(page.letter("data", take="t"), b"1"))
    first.start()
    assert entered.wait(5)
    wire.receive(page.letter("data", take="t"), b"2")
    assert wire.sent[-1] == protocol.acknowledgement("a", 3)
    leave.set()
    first.join()


def test_letters_that_arrive_during_a_delivery_are_delivered_after_it(wire: Wire) -> None:
    page = recording(wire)
    order: list[str] = []

    def deliver(arrival: Arrival) -> None:
        order.append(f"{arrival.buffer.decode()} begins")
        if arrival.buffer == b"1":
            wire.link.receive(page.letter("data", take="t"), [b"2"])
        order.append(f"{arrival.buffer.decode()} ends")

    wire.link._deliveries.deliver = deliver
    wire.receive(page.letter("data", take="t"), b"1")
    assert order == ["1 begins", "1 ends", "2 begins", "2 ends"]


def fail(arrival: Arrival) -> None:
    raise RuntimeError(arrival)


def test_an_exception_of_a_delivery_does_not_affect_the_next(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    page = recording(wire)
    deliver, wire.link._deliveries.deliver = wire.link._deliveries.deliver, fail
    wire.receive(page.letter("data", take="t"), b"1")
    wire.link._deliveries.deliver = deliver
    wire.receive(page.letter("data", take="t"), b"2")
    assert [arrival.buffer for arrival in wire.arrived] == [b"2"]
    assert "could not be processed" in caplog.text


@pytest.mark.parametrize(
    ("message", "buffers"),
    [
        (None, []),
        ({"kind": "data"}, []),
        ({**FakePage("a").letter("data", take="t"), "seq": -1}, []),
        (FakePage("a").letter("data", take="t"), [bytes(protocol.MAX_PART + 1)]),
        (FakePage("a").letter("data", take="t"), [b"1", b"2"]),
        (FakePage("stranger").letter("data", take="t"), [b"1"]),
    ],
)
def test_invalid_messages_are_dropped(wire: Wire, message: object, buffers: list[bytes]) -> None:
    wire.receive(FakePage("a").hello())
    wire.link.receive(message, buffers)
    assert wire.kinds() == ["Hello"]


def test_a_page_with_another_protocol_is_told_to_reload(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.receive({**FakePage("a").hello(), "version": protocol.VERSION + 1})
    assert wire.sent == []
    assert "reload the page" in caplog.text


class Tabs:
    """Two pages with separate client sessions, like tabs of JupyterLab."""

    def __init__(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wire = wire
        self.session: str | None = None
        monkeypatch.setattr(link, "current_session", lambda: self.session)

    def hello(self, name: str) -> FakePage:
        self.session, page = name, FakePage(name)
        self.wire.receive(page.hello())
        return page

    def addressees(self) -> list[str]:
        return [m["page"] for m in self.wire.sent if m["kind"] == "command"]


@pytest.fixture
def tabs(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Tabs:
    return Tabs(wire, monkeypatch)


def test_a_command_goes_to_the_page_that_ran_its_cell(wire: Wire, tabs: Tabs) -> None:
    tabs.hello("a")
    tabs.hello("b")
    tabs.session = "a"
    wire.link.command("start", "recording")
    tabs.session = "b"
    wire.link.command("stop", "inactive")
    assert tabs.addressees() == ["a", "a", "a"]  # the start is repeated with the stop


def test_a_first_command_waits_for_its_own_page(wire: Wire, tabs: Tabs) -> None:
    tabs.session = "a"
    wire.link.command("start", "recording")
    tabs.hello("b")
    assert tabs.addressees() == []
    tabs.hello("a")
    assert tabs.addressees() == ["a"]


def test_a_command_of_an_unknown_session_goes_to_any_page_after_a_while(
    wire: Wire, tabs: Tabs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Voila, cells run in a session other than the page's."""
    monkeypatch.setattr(router, "SESSION_WAIT", 0.05)
    tabs.session = "server"
    wire.link.command("start", "recording")
    tabs.hello("a")
    wait_for(lambda: "a" in tabs.addressees())


def test_the_page_whose_button_was_pressed_records(wire: Wire, tabs: Tabs) -> None:
    tabs.hello("a")
    page = tabs.hello("b")
    page.state = "recording"
    wire.receive(page.note("note"))
    assert wire.state == "recording"
    tabs.session = "a"
    wire.link.command("stop", "inactive")
    assert tabs.addressees() == ["b"]


def test_the_button_of_a_mirror_reaches_the_recording_page(wire: Wire, tabs: Tabs) -> None:
    recording, mirror = tabs.hello("a"), tabs.hello("b")
    recording.state = "recording"
    wire.receive(recording.note("note"))
    wire.receive(mirror.note("press", op="stop"))
    assert tabs.addressees() == ["a"]
    assert wire.state == "inactive"


class Item:
    def __init__(self, seq: int) -> None:
        self.seq = seq


def test_the_inbox_limits_the_number_of_early_letters() -> None:
    inbox: Inbox[Item] = Inbox()
    assert list(inbox.accept(Item(ROOM), b"")) == []
    assert list(inbox.accept(Item(10**15), b"")) == []
    for seq in range(ROOM - 1, 0, -1):
        assert list(inbox.accept(Item(seq), b"")) == []
    assert [letter.seq for letter, _ in inbox.accept(Item(0), b"")] == list(range(ROOM))
    assert inbox.upto == ROOM


def test_the_inbox_limits_the_bytes_of_early_letters() -> None:
    inbox: Inbox[Item] = Inbox()
    half = bytes(ROOM_BYTES // 2)
    for seq in (1, 2, 3):
        assert list(inbox.accept(Item(seq), half)) == []
    assert [letter.seq for letter, _ in inbox.accept(Item(0), half)] == [0, 1, 2]
    assert [letter.seq for letter, _ in inbox.accept(Item(3), half)] == [3]
