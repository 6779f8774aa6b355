"""A recorder without its widget: sends commands to the pages, and handles their messages."""

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
    """Controls the recorder in the pages, and reports to one observer.

    Parameters
    ----------
    settings : Settings
        The settings for the browser and for the takes.
    observer : Observer
        Shows state, takes and errors.
    send : callable
        ``send(content, buffers)`` sends a message to all pages that show the recorder.
    comm_id : callable
        Returns the id of the comm that delivers the pages' messages, or ``""`` without a comm.

    Attributes
    ----------
    key : str
        Identifies the recorder in its pages.
    link : Link
        The connection to the pages that show the recorder.
    runs : Runs
        The starts of the recorder and their takes.
    intake : Intake
        Handles the pages' messages.
    waits, reads : list of Context
        The contexts of the calls that are waiting for a take, and for a block.
    closing : bool
        Whether the recorder is to be closed as soon as nothing is pending.
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
        """The state that the observer shows."""
        return self.observer.state

    def start(self, timeslice: float | None = None, seconds: float | None = None) -> Run:
        """Open the source in the browser and record it, for `seconds` or until it is stopped."""
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
        """Record another source from the next start."""
        self.settings.source = source
        self.link.announce_options()

    def read(self, room: float) -> Reader:
        """Read the current take, or else the next one. `room` is the capacity in seconds."""
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
        """Check whether the observer wants samples, and announce a change to the pages."""
        self.runs.tap()
        self._announce_listeners()

    def close(self) -> None:
        """Stop and keep a current recording. Then leave the pages."""
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
            raise InvalidStateError(
                f"{method}() cannot be called while the recorder is {self.state}.", ""
            )

    # Blocking calls ---------------------------------------------------------------------

    def block(self, steps: Steps[T]) -> T:
        """Run `steps` to their end in a blocking cell, and handle the pages' messages meanwhile."""
        return waiting.block(steps, self._comm_id(), self.link.wakeup)

    async def wait(self, steps: Steps[T]) -> T:
        """Run `steps` to their end in an async cell, and handle the pages' messages meanwhile."""
        return await waiting.wait(steps, self._comm_id(), self.link.wakeup)

    # Messages ---------------------------------------------------------------------------

    def receive(self, content: object, buffers: Sequence[Any]) -> None:
        """Handle a message of a page."""
        self.link.receive(content, buffers)

    def describe(self) -> dict[str, Any]:
        """Return the options of a welcome message."""
        # Sent as a message and not as a trait, because traits are saved in the notebook.
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
        """Notify the pages when samples become wanted, so that they send sooner, or unwanted."""
        if self._announced != self.runs.has_listeners:
            self._announced = self.runs.has_listeners
            self.link.announce_options()

    def _deliver(self, arrival: Arrival) -> None:
        """Handle a message in the context of the cell that is waiting.

        The output of listeners and observers then appears under that cell, on whatever thread the
        message arrived.
        """
        waits = self.waits or self.reads
        context = waits[-1].copy() if waits else copy_context()
        context.run(self._take_in, arrival)

    def _take_in(self, arrival: Arrival) -> None:
        self.intake.take_in(arrival)
        self._leave_when_done()

    def _on_samples(self) -> None:
        """Wake the waiting calls and schedule the delivery of samples. Runs on any thread."""
        self.link.wakeup.notify()
        if self.observer.wants_samples:
            self.link.nudge()

    def _check(self) -> bool:
        return self.intake.check()

    def _leave_when_done(self) -> None:
        """Leave the pages if the recorder is closing and nothing is pending."""
        if self.closing and not (self.link.pages and (self.runs.pending or self.link.pending)):
            self._leave()

    def _leave(self) -> None:
        _controllers.discard(self)
        self.link.close()
        self.observer.closed()


def open_controllers() -> tuple[Controller, ...]:
    """Return all controllers that have not left their pages."""
    return tuple(_controllers)


def shown_controllers() -> list[Controller]:
    """Return the controllers whose recorders are shown by a page."""
    return [controller for controller in open_controllers() if controller.link.pages]
