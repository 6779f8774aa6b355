"""Fuzz test of the wire: a real take, among pages that send random and false messages.

One honest page records, over a wire that duplicates and reorders its messages. The bytes
of the honest page are the model. Well-formed messages under the honest page's id are not
part of the test: ids are random, and the kernel trusts the pages that know them.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from typing import Any

import numpy as np
import pytest

from mediarecorder import MediaRecorder, Take
from mediarecorder.capture.orphans import MOST_KEPT
from mediarecorder.capture.page_decoder import decode_steps
from mediarecorder.capture.run import Run
from mediarecorder.host.session import message_session
from mediarecorder.testing import HEALTHY, FakePage
from mediarecorder.wire import parsing, protocol
from mediarecorder.wire.delivery import MOST_WAITING, Arrival
from mediarecorder.wire.inbox import ROOM
from mediarecorder.wire.link import MOST_PRESSES
from mediarecorder.wire.ownership import REMEMBERED
from mediarecorder.wire.pages import MOST_PAGES

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

WINDOW = 32
"""The number of a page's letters in flight, as in js/wire/outbox.ts."""

SNAPSHOT = FakePage().note("note")["snapshot"]
FIELDS: dict[str, dict[str, Any]] = {
    "hello": {"version": protocol.VERSION, "types": {"audio/webm": True}},
    "note": {},
    "probe": {"id": 1},
    "press": {"op": "stop"},
    "bye": {},
    "answer": {"mime_type": "audio/webm", "supported": True},
    "diagnosis": {"facts": dataclasses.asdict(HEALTHY)},
    "tried": {"seq": 0, "fault": None},
    "devices": {"seq": 0, "devices": [{"id": "1", "name": "<b>x</b>"}]},
    "chosen": {"seq": 0, "device": "<b>x</b>"},
    "started": {"seq": 0, "take": "t", "at": 1.7e12, "settings": {"label": "<b>x</b>"}},
    "paused": {"seq": 0, "take": "t"},
    "resumed": {"seq": 0, "take": "t"},
    "data": {"seq": 0, "take": "t"},
    "dataavailable": {"seq": 0, "take": "t", "mime_type": "audio/webm", "timecode": None},
    "pcm": {"seq": 0, "take": "t", "sample_rate": 48_000, "channels": 1},
    "decoded": {"seq": 0, "take": "t", "decoding": "done"},
    "failed": {
        "seq": 0,
        "take": "t",
        "fault": {"name": "AbortError", "message": "No.", "cause": None},
    },
    "stopped": {
        "seq": 0,
        "take": "t",
        "ended_by": "stop",
        "mime_type": "audio/webm",
        "timecode": None,
        "seconds": 1.0,
        "decoding": "done",
    },
    "kept": {
        "seq": 0,
        "take": "t",
        "at": 1.7e12,
        "mime_type": "audio/webm",
        "settings": {},
        "seconds": 1.0,
        "ended_by": None,
        "parts": 3,
    },
    "listed": {"seq": 0},
    "stretch": {"seq": 0, "take": "t", "first": 0, "next": 3},
}
"""The specific fields of each kind of message."""
LETTERS = [kind for kind, fields in FIELDS.items() if "seq" in fields]

numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from([-1, 0, 1, 2**31, 2**53 - 1, 2**53, 10**400])
)
texts = st.one_of(st.text(max_size=8), st.sampled_from(["", "t", "../../x", "\x00", "x" * 5_000]))
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
buffers = st.one_of(
    st.just(()),
    st.tuples(st.binary(max_size=16)),
    st.sampled_from([(b"",), (b"1", b"2")]),
    # Not the bytes themselves: hypothesis would keep many copies of their repr, of 5 MB.
    st.just(protocol.MAX_PART + 1).map(lambda size: (bytes(size),)),
)
names = st.sampled_from(["mallory", "eve", "trudy"])


class Honest:
    """A page that executes commands, and sends its letters until they are acknowledged."""

    def __init__(self, name: str) -> None:
        self.page = FakePage(name)
        self.take: str | None = None
        self.blobs: dict[str, bytes] = {}
        self.sounds: dict[str, bytes] = {}
        self.events: list[str] = []
        self.letters: list[tuple[dict[str, Any], bytes]] = []
        self.arrived = 0

    def put(self, kind: str, buffer: bytes = b"", **fields: Any) -> None:
        self.letters.append(({"kind": kind, "seq": len(self.letters), **fields}, buffer))

    def message(self, seq: int) -> tuple[dict[str, Any], bytes]:
        fields, buffer = self.letters[seq]
        return self.page.note(**fields), buffer

    def execute(self, command: dict[str, Any]) -> None:
        page, op = self.page, command["op"]
        if command["n"] <= page.heard or command["previous"] > page.heard:
            return
        page.heard = page.done = command["n"]
        if op == "start" and self.take is not None:
            fault = {"name": "InvalidStateError", "message": "It records.", "cause": None}
            self.put("failed", take=command["take"], fault=fault)
        elif op == "start":
            self.begin(command["take"])
        elif self.take is not None:
            self.act(op)

    def begin(self, take: str) -> None:
        self.take, self.page.state, self.page.mime_type = take, "recording", "audio/webm"
        self.blobs[take] = self.sounds[take] = b""
        self.put("started", take=take, at=1.7e12, settings={})
        self.events.append("start")

    def act(self, op: str) -> None:
        assert self.take is not None
        if op == "stop":
            self.put("pcm", self.sounds[self.take], take=self.take, sample_rate=8_000, channels=1)
            end = FIELDS["stopped"] | {"take": self.take}
            del end["seq"]
            self.put("stopped", self.rest(), **end)
            self.events += ["dataavailable", "stop"]
            self.take, self.page.state = None, "inactive"
        elif op == "request_data":
            self.give()
        else:
            self.page.state = "paused" if op == "pause" else "recording"
            self.put("paused" if op == "pause" else "resumed", take=self.take)
            self.events.append(op)

    def record(self, part: bytes, samples: list[float]) -> None:
        assert self.take is not None
        self.put("data", part, take=self.take)
        self.blobs[self.take] += part
        self.sounds[self.take] += np.array(samples, "<f4").tobytes()

    def give(self) -> None:
        rest = self.rest()
        self.put("dataavailable", rest, take=self.take, mime_type="audio/webm", timecode=None)
        self.events.append("dataavailable")

    def rest(self) -> bytes:
        """Return the bytes of a letter that ends a blob, which are sometimes empty."""
        assert self.take is not None
        rest = b"rest" if len(self.letters) % 2 else b""
        self.blobs[self.take] += rest
        return rest


class LogRecords(logging.Handler):
    """A handler that keeps all log records."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.getMessage()
        self.records.append(record)


class Wire(RuleBasedStateMachine):
    """A recorder, its honest page, and hostile pages."""

    def __init__(self) -> None:
        super().__init__()
        self.rec = MediaRecorder()
        controller = self.rec._controller
        self.link, self.intake, self.store = controller.link, controller.intake, controller.runs
        self.link._send = self.receive_from_kernel
        self.link._deliveries.deliver, self.deliver = (
            self.record_sender,
            self.link._deliveries.deliver,
        )
        self.connections = 1
        self.honest = Honest("honest 1")
        self.others = {name: FakePage(name) for name in ("mallory", "eve", "trudy")}
        self.commands: list[dict[str, Any]] = []
        self.decode_requests: list[dict[str, Any]] = []
        self.runs: list[Run] = []
        self.events: dict[str, list[str]] = {}
        self.data: dict[str, bytes] = {}
        self.takes: list[tuple[str, Take]] = []
        self.sender = ""
        self.calls = 0
        self.log = LogRecords()
        logging.getLogger("mediarecorder").addHandler(self.log)
        logging.getLogger("mediarecorder").propagate = False
        for name in ("start", "pause", "resume", "error", "dataavailable", "stop"):
            self.rec.on(name, self.note)

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            logging.getLogger("mediarecorder").removeHandler(self.log)
            logging.getLogger("mediarecorder").propagate = True
            self.rec._controller._leave()

    # The kernel ---------------------------------------------------------------------------

    def record_sender(self, arrival: Arrival) -> None:
        self.sender = arrival.page.id
        self.deliver(arrival)

    def note(self, event: Any) -> None:
        self.events.setdefault(self.sender, []).append(event.type)
        if event.type == "dataavailable":
            self.data[self.sender] = self.data.get(self.sender, b"") + event.data.tobytes()
        if event.type == "stop":
            self.takes.append((self.sender, event.take))

    def receive_from_kernel(self, content: dict[str, Any], _buffers: Any = None) -> None:
        if content["page"] != self.honest.page.id:
            return
        match content["kind"]:
            case "command":
                self.commands.append(content)
            case "ack":
                assert content["upto"] <= len(self.honest.letters)
                self.honest.arrived = max(self.honest.arrived, content["upto"])
            case "decode":
                self.decode_requests.append(content)
            case "lost":
                in_flight = self.honest.letters[self.honest.arrived :]
                assert all(letter["kind"] == "tried" for letter, _ in in_flight), "lost letters"
                self.must_reconnect = True

    def receive(self, message: object, *buffers: bytes) -> None:
        self.link.receive(message, buffers)
        if self.must_reconnect:
            self.connect()

    # The honest page ------------------------------------------------------------------------

    must_reconnect = False

    @initialize()
    def connect(self) -> None:
        """Connect, also after the kernel has dropped the page in favour of other pages."""
        old, self.connections = self.honest, self.connections + 1
        self.honest = Honest(f"honest {self.connections}")
        self.honest.blobs, self.honest.sounds = old.blobs, old.sounds
        self.check_events(old)
        self.must_reconnect, self.commands = False, []
        with message_session({"session": "ours"}):
            self.receive(self.honest.page.hello())
        self.honest.put("tried", fault=None)

    @rule(part=st.binary(max_size=40), samples=st.lists(st.floats(-1, 1, width=32), max_size=5))
    def record(self, part: bytes, samples: list[float]) -> None:
        if self.honest.take is not None:
            self.honest.record(part, samples)

    @rule()
    def execute(self) -> None:
        for command in self.commands:
            self.honest.execute(command)
        self.commands = []
        self.receive(self.honest.page.note("note"))

    @rule(positions=st.lists(st.integers(0, WINDOW - 1), max_size=WINDOW))
    def send(self, positions: list[int]) -> None:
        for position in positions:
            seq = self.honest.arrived + position
            if seq < len(self.honest.letters):
                message, buffer = self.honest.message(seq)
                self.receive(message, *[buffer] if buffer else [])

    @rule()
    def send_all(self) -> None:
        while (seq := self.honest.arrived) < len(self.honest.letters):
            message, buffer = self.honest.message(seq)
            self.receive(message, *[buffer] if buffer else [])
            if self.honest.arrived == seq:  # acknowledgements of quick letters are combined
                self.receive(self.honest.page.note("probe", id=1))
            assert self.honest.arrived > seq

    @rule()
    def hello_again(self) -> None:
        self.receive(self.honest.page.hello())

    # Python ---------------------------------------------------------------------------------

    @rule()
    def start(self) -> None:
        with message_session({"session": "ours"}):
            if self.rec.state != "inactive":
                self.rec.stop()
            self.runs.append(self.rec._controller.start())
        self.calls += 2

    @rule(op=st.sampled_from(["stop", "pause", "resume", "request_data"]))
    def call(self, op: str) -> None:
        if self.rec.state != "inactive":
            getattr(self.rec, op)()
            self.calls += 1

    @rule(liar=names)
    def decode(self, liar: str) -> None:
        """Request samples from a page; only its own answer is accepted."""
        steps = decode_steps(self.rec._controller, np.zeros(3, np.uint8), "audio/webm")
        next(steps, None)
        for message in self.decode_requests:
            name = message["take"]
            self.lie(liar, "pcm", name, 0, (b"liar",))
            self.lie(liar, "decoded", name, 0, ())
            self.honest.put("pcm", b"true", take=name, sample_rate=8_000, channels=1)
            self.honest.put("decoded", take=name, decoding="done")
            self.send_all()
            with pytest.raises(StopIteration) as done:
                next(steps)
            assert done.value.value[0].tobytes() == b"true"
        self.decode_requests = []
        steps.close()

    # Hostile pages --------------------------------------------------------------------------

    def well_formed(self, name: str, kind: str, **fields: Any) -> dict[str, Any]:
        return self.others[name].note(kind, **FIELDS[kind] | fields)

    def some_take(self, which: int) -> str:
        """Return the id of an existing or of an unknown take."""
        takes = [*self.honest.blobs, *[run.take for run in self.runs], "t", "u", "v"]
        return takes[which % len(takes)]

    @rule(content=values, parts=buffers)
    def send_random_content(self, content: object, parts: tuple[bytes, ...]) -> None:
        self.receive(content, *parts)

    @rule(
        name=names,
        state=st.sampled_from(["inactive", "recording", "paused"]),
        number=st.integers(0, 2**53 - 1),
    )
    def claim_a_state(self, name: str, state: Any, number: int) -> None:
        page = self.others[name]
        page.state, page.heard, page.done = state, number, number
        self.receive(page.hello())

    @rule(
        name=names,
        kind=st.sampled_from(list(FIELDS)),
        field=st.integers(0, 20),
        value=values,
        parts=buffers,
    )
    def distort(
        self, name: str, kind: str, field: int, value: object, parts: tuple[bytes, ...]
    ) -> None:
        """Send a message with one field that is changed, missing, or unknown."""
        message = self.well_formed(name, kind)
        nested = list(SNAPSHOT)
        keys = [*message, "one more", *nested, "missing"]
        key = keys[field % len(keys)]
        if key == "missing":
            message.popitem()
        elif key in nested:
            message["snapshot"] = message["snapshot"] | {key: value}
        else:
            message[key] = value
        self.receive(message, *parts)

    @rule(
        kind=st.sampled_from(LETTERS),
        seq=st.sampled_from([-1, 2**53 - 1, 2**53, 1e3, 1.5, float("nan"), None, True, "0", [0]]),
    )
    def break_a_letter(self, kind: str, seq: object) -> None:
        """Send letters with invalid numbers under the honest page's id."""
        self.receive(self.honest.page.note(kind, **FIELDS[kind] | {"seq": seq}))

    @rule(
        name=names,
        kind=st.sampled_from(LETTERS),
        which=st.integers(0, 8),
        ahead=st.sampled_from([0, 0, 0, 0, 1, 2, ROOM - 1, ROOM, -1]),
        parts=buffers,
    )
    def lie_about(
        self, name: str, kind: str, which: int, ahead: int, parts: tuple[bytes, ...]
    ) -> None:
        self.lie(name, kind, self.some_take(which), ahead, parts)

    def lie(
        self, name: str, kind: str, take: str, ahead: int, parts: tuple[bytes, ...], **fields: Any
    ) -> None:
        """Send a well-formed letter with any number, about any take."""
        if self.link.pages.get(name) is None:
            self.receive(self.others[name].hello())
        page = self.link.pages.get(name)
        seq = max(0, (page.inbox.upto if page else 0) + ahead)
        if "take" in FIELDS[kind]:
            fields["take"] = take
        self.receive(self.well_formed(name, kind, seq=seq, **fields), *parts)

    @rule(name=names, layouts=st.lists(st.tuples(numbers, numbers), max_size=4))
    def send_invalid_samples(self, name: str, layouts: list[tuple[Any, Any]]) -> None:
        self.lie(name, "started", f"{name}-s", 0, ())
        for rate, channels in layouts:
            fields = {"sample_rate": rate, "channels": channels}
            self.lie(name, "pcm", f"{name}-s", 0, (b"\x00\x00\xc0\x7f",), **fields)
        self.lie(name, "stopped", f"{name}-s", 0, ())

    @rule(name=names, kind=st.sampled_from(["note", "probe", "press", "answer", "bye"]))
    def send_notes(self, name: str, kind: str) -> None:
        self.receive(self.others[name].hello())
        self.receive(self.well_formed(name, kind))

    @rule(
        count=st.sampled_from([1, MOST_PAGES + 1]), state=st.sampled_from(["inactive", "recording"])
    )
    def connect_many_pages(self, count: int, state: Any) -> None:
        for n in range(count):
            page = FakePage(f"page {n}")
            page.state = state
            self.receive(page.hello())

    @rule(name=names, count=st.integers(1, 3 * ROOM))
    def send_early_letters(self, name: str, count: int) -> None:
        for ahead in range(1, count):
            self.lie(name, "data", f"{name}-s", ahead, (bytes(1_000),))

    @rule(name=names)
    def press_repeatedly(self, name: str) -> None:
        for n in range(3 * MOST_PRESSES):
            self.receive(self.well_formed(name, "press", op=["pause", "resume"][n % 2]))

    @rule(name=names, letters=st.sampled_from([5, 2 * MOST_WAITING]))
    def flood_a_slow_listener(self, name: str, letters: int) -> None:
        """Send letters and notes while a listener is slow."""
        self.lie(name, "failed", f"{name}-{len(self.log.records)}", 0, ())

        def listen(_event: object) -> None:
            self.rec.off("error", listen)
            for n in range(letters):
                self.lie(name, "tried", "", n % 2, ())
                if n % 9 == 0:
                    self.receive(self.well_formed(name, "note"))
            assert len(self.link._deliveries) <= MOST_WAITING + ROOM + 1

        self.rec.on("error", listen)
        self.lie(name, "failed", f"{name}-{len(self.log.records)}-more", 0, ())
        self.rec.off("error", listen)

    # Invariants -------------------------------------------------------------------------------

    @invariant()
    def no_exception_is_logged(self) -> None:
        for record in self.log.records:
            assert record.exc_info is None, logging.Formatter().format(record)
        refused = [r for r in self.log.records if "was refused" in r.getMessage()]
        counts = self.link.refused.values()
        assert len(refused) == sum(len(str(count)) for count in counts)

    @invariant()
    def memory_is_bounded(self) -> None:
        link, intake, ownership = self.link, self.intake, self.link._ownership
        assert len(link.pages) <= MOST_PAGES
        for page in link.pages:
            assert len(page.inbox._early) < ROOM
            assert len(page.types) <= parsing.MAX_ENTRIES + len(page.asked)
            assert page.asked == set()
        assert len(link._deliveries) == len(self.store.buffers) == len(ownership._requested) == 0
        assert set(self.store.pending) == set(ownership._recording.values())
        assert len(ownership._recording) <= MOST_PAGES
        assert len(ownership._ended) <= REMEMBERED
        assert len(ownership._assigned) <= len(self.runs)
        assert len(self.store.open) <= len(self.runs) + len(ownership._recording)
        assert len(link._router._commands.waiting) <= self.calls + MOST_PRESSES
        assert len(intake.orphans.takes) <= MOST_KEPT
        assert len(intake.orphans.listed) <= MOST_KEPT
        assert intake._disputed.keys() <= self.store.pending.keys()

    @invariant()
    def the_honest_take_is_intact(self) -> None:
        self.check_events(self.honest)
        for sender, take in self.takes:
            if take.id in self.honest.blobs:
                assert sender.startswith("honest")
                assert take.complete
                assert take.blob.tobytes() == self.honest.blobs[take.id]
                assert take.samples.tobytes() == self.honest.sounds[take.id]

    def check_events(self, honest: Honest) -> None:
        fired = [e for e in self.events.get(honest.page.id, []) if e != "error"]
        assert fired == honest.events[: len(fired)]

    def finish(self) -> None:
        """Send all remaining letters of the honest page, and then disconnect all pages."""
        self.execute()
        if self.honest.take is not None:
            self.honest.act("stop")
        self.send_all()
        fired = [e for e in self.events.get(self.honest.page.id, []) if e != "error"]
        assert fired == self.honest.events
        ids = [take.id for sender, take in self.takes if sender.startswith("honest")]
        assert ids == list(self.honest.blobs)
        for run in self.runs:
            if run.take in self.honest.blobs:
                assert isinstance(run.outcome, Take)
                assert run.outcome.blob.tobytes() == self.honest.blobs[run.take]
        for events in self.events.values():
            letters = "".join({"resume": "r", "error": "e"}.get(e, e[:3][-1]) for e in events)
            assert re.fullmatch(r"(e|a[urte]*o)*(a[urte]*)?", letters), events
        for page in list(self.link.pages):
            self.receive(self.honest.page.note("bye") | {"page": page.id})
        assert len(self.store.pending) == len(self.link._ownership._recording) == 0
        self.no_exception_is_logged()


FOR_CI = settings(
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("examples", "steps"),
    [(200, 50), (4_000, 4), pytest.param(10_000, 4, marks=pytest.mark.soak)],
    ids=["long", "many", "very many"],
)
@pytest.mark.usefixtures("core_alone")
def test_false_messages_never_affect_the_honest_page(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Wire, settings=settings(FOR_CI, max_examples=examples, stateful_step_count=steps)
    )


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("core_alone")
def test_false_messages_never_affect_the_honest_page_for_long() -> None:
    run_state_machine_as_test(
        Wire,
        settings=settings(FOR_CI, derandomize=False, max_examples=3_000, stateful_step_count=50),
    )
