"""One recorder without its widget: what it is asked to do goes out, what pages report comes in."""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from typing import Any, TypeVar

from .. import media
from ..errors import InvalidStateError
from ..host import waiting
from ..host.session import KERNEL, loses_buffers, owner
from ..host.waiting import Steps
from ..host.watchdog import Watchdog
from ..options import Settings
from ..sources import Source
from ..wire.delivery import Arrival
from ..wire.link import Link
from .intake import Intake
from .observer import Observer
from .readers import Reader, Readers
from .run import Run
from .runs import Runs

T = TypeVar("T")

_controllers: weakref.WeakSet[Controller] = weakref.WeakSet()


class Controller:
    """Drives the recorder that pages show, and reports to one observer what becomes of it.

    Parameters
    ----------
    settings : Settings
        What the browser is asked to do, and how takes are kept.
    observer : Observer
        Shows what happens.
    send : callable
        ``send(content, buffers)``: to all pages that show the recorder.
    comm_id : callable
        Gives the id of the comm that brings the pages' messages, or ``""`` where none does.

    Attributes
    ----------
    key : str
        Identifies the recorder in its pages.
    link : Link
        Who shows the recorder.
    waits, reads : list of Context
        Of the calls that wait now, for a take or for a block.
    closing : bool
        The recorder leaves as soon as nothing is under way.
    """

    def __init__(
        self,
        settings: Settings,
        observer: Observer,
        send: Callable[..., None],
        comm_id: Callable[[], str],
    ) -> None:
        self.key = uuid.uuid4().hex
        self.settings = settings
        self.observer = observer
        self.waits: list[Context] = []
        self.reads: list[Context] = []
        self.closing = False
        self._comm_id = comm_id
        self._announced = False
        self._readers = Readers(self._on_samples)
        self._watchdog = Watchdog(self._check)
        self.runs = Runs(settings, observer, self._readers, self._watchdog.start)
        self.link = Link(send, self._deliver, self.describe, self.runs.keep)
        self.intake = Intake(self.link, self.runs, observer, settings)
        _controllers.add(self)

    # Commands ---------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """The state that was shown last."""
        return self.observer.state

    def start(self, timeslice: float | None = None, seconds: float | None = None) -> Run:
        """Ask the browser for the source, and record it; stop by itself after `seconds`."""
        self.require_open()
        self._require("start", self.state == "inactive")
        if self.intake.unsupported is not None:
            raise self.intake.unsupported
        self._announce_listeners()
        run = self.runs.expect(uuid.uuid4().hex)
        self.observer.raised.clear()
        self.observer.notice("")
        self.link.command("start", run.take, timeslice, seconds)
        self.intake.follow_state()
        return run

    def stop(self) -> None:
        self._require("stop", self.state != "inactive")
        self.intake.stop()

    def pause(self) -> None:
        self._require("pause", self.state != "inactive")
        if self.state != "paused":
            self.link.command("pause")
            self.intake.follow_state()

    def resume(self) -> None:
        self._require("resume", self.state != "inactive")
        if self.state != "recording":
            self.link.command("resume")
            self.intake.follow_state()

    def request_data(self) -> None:
        self._require("request_data", self.state != "inactive")
        self.link.command("request_data")

    def change_source(self, source: Source) -> None:
        """Record another source from the next start on."""
        self.settings.source = source
        self.link.announce_options()

    def read(self, room: float) -> Reader:
        """Read the take that is under way, else the next; `room` seconds may wait."""
        run = self.runs.latest
        if run is not None and run.outcome is not None:
            run = None
        if run is not None and not run.decoded:
            raise InvalidStateError(
                "The take under way is not decoded while it is recorded.",
                "Ask for blocks before its start, or make the recorder with decode=True.",
            )
        reader = self._readers.add(run, room)
        self._announce_listeners()
        return reader

    def listeners_changed(self) -> None:
        """The observer may want samples now, or want them no more."""
        self.runs.tap()
        self._announce_listeners()

    def close(self) -> None:
        """End the recording, if one is under way, and keep it; then leave the pages."""
        if self.closing:
            return
        if self.state != "inactive":
            self.stop()
        self.closing = True
        self._leave_when_done()

    def require_open(self) -> None:
        if self.closing:
            raise InvalidStateError("This recorder is closed.", "Make a new MediaRecorder().")

    def _require(self, method: str, allowed: bool) -> None:
        if not allowed:
            raise InvalidStateError(f"{method}() does not fit a recorder that is {self.state}.", "")

    # Calls that wait --------------------------------------------------------------------

    def block(self, steps: Steps[T]) -> T:
        """Take `steps` to their end in a cell that blocks, and let the pages' messages in."""
        return waiting.block(steps, self._comm_id(), self.link.wakeup)

    async def wait(self, steps: Steps[T]) -> T:
        """The same in a cell that awaits."""
        return await waiting.wait(steps, self._comm_id(), self.link.wakeup)

    # Messages ---------------------------------------------------------------------------

    def receive(self, content: object, buffers: Sequence[Any]) -> None:
        """Take in one message of a page."""
        self.link.receive(content, buffers)

    def describe(self) -> dict[str, Any]:
        """How a page is to record: sent as a message, since a trait would be saved."""
        settings = self.settings
        return {
            "source": settings.source.describe(),
            "recorder": settings.options.describe(),
            "decode": self.runs.decodes_along and not media.available(),
            "live": self.runs.has_listeners,
            "limits": settings.limits.describe(),
            "packed": loses_buffers(),
            "keeping": {"kernel": KERNEL, "journal": settings.journal is not None, **owner()},
        }

    def _announce_listeners(self) -> None:
        """Tell pages when that has changed: they send sooner what somebody listens to."""
        if self._announced != self.runs.has_listeners:
            self._announced = self.runs.has_listeners
            self.link.announce_options()

    def _deliver(self, arrival: Arrival) -> None:
        """Take something in as if the cell that waits for it did so itself.

        What listeners and observers print appears under that cell, whatever thread
        brought it.
        """
        waits = self.waits or self.reads
        context = waits[-1].copy() if waits else copy_context()
        context.run(self._take_in, arrival)

    def _take_in(self, arrival: Arrival) -> None:
        self.intake.take_in(arrival)
        self._leave_when_done()

    def _on_samples(self) -> None:
        """Samples have been decoded, on some thread: the observer has them in its turn."""
        self.link.wakeup.notify()
        if self.observer.wants_samples:
            self.link.nudge()

    def _check(self) -> bool:
        return self.intake.check()

    def _leave_when_done(self) -> None:
        """Close the recorder if that is wished and nothing of it is under way any more."""
        if self.closing and not (self.link.pages and (self.runs.pending or self.link.pending)):
            self._leave()

    def _leave(self) -> None:
        _controllers.discard(self)
        self.link.close()
        self.observer.closed()


def open_controllers() -> tuple[Controller, ...]:
    """All that have not left their pages."""
    return tuple(_controllers)


def shown_controllers() -> list[Controller]:
    """Those whose recorders some page shows."""
    return [controller for controller in open_controllers() if controller.link.pages]
