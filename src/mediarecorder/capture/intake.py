"""Handles the messages of the pages: they update the state, then the takes, then fire events."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from ..errors import AbortError, MediaRecorderError, NotSupportedError
from ..host.watchdog import MOST_SILENT_CHECKS
from ..options import Settings
from ..sources import Microphone
from ..take import Take
from ..wire import protocol
from ..wire.delivery import Arrival, PageLost
from ..wire.faults import error_of
from ..wire.link import Link
from .assembly import PendingTake
from .observer import Observer
from .orphans import Orphans, TakeLedger
from .runs import Runs
from .take_bytes import TakeBytes

KEPT_NOTICE = (
    "This browser keeps a recording that was cut off: mediarecorder.recover() brings it back."
)


class Intake:
    """Handles the messages of all pages for one recorder.

    Attributes
    ----------
    unsupported : NotSupportedError or None
        The error of a page that does not support the recorder's options.
    orphans : Orphans
        The interrupted takes in the pages' stores.
    """

    def __init__(self, link: Link, runs: Runs, observer: Observer, settings: Settings) -> None:
        self.unsupported: NotSupportedError | None = None
        self.orphans = Orphans()
        self._link = link
        self._runs = runs
        self._observer = observer
        self._settings = settings
        self._disputed: dict[str, tuple[str, protocol.Kept]] = {}

    def follow_state(self) -> None:
        """Update the observer's state from the link."""
        # A loop, because two threads may call this at the same time.
        while self._observer.state != (state := self._link.state):
            self._observer.show_state(state)

    def stop(self) -> None:
        """Stop the current recording."""
        self._link.command("stop")
        self.follow_state()

    def take_in(self, arrival: Arrival) -> None:
        """Update the state from the page's snapshot, then handle its message."""
        message = arrival.message
        match message:
            case protocol.Failed() | protocol.Stopped() if self._runs.is_latest(message.take):
                self._link.expect_inactive()
        self._follow()
        match message:
            case protocol.Tried():
                self._on_tried(message.fault)
            case protocol.Devices():
                self._observer.devices(tuple(message.devices))
            case protocol.Chosen():
                self._on_chosen(message.device)
            case protocol.Started():
                self._on_started(message)
            case protocol.Paused():
                self._observer.paused()
            case protocol.Resumed():
                self._observer.resumed()
            case protocol.Data():
                self._check_storage(message.take)
            case protocol.DataAvailable():
                self._dispatch_data(message)
            case protocol.Decoded():
                if (buffer := self._runs.buffer_of(message.take)) is not None:
                    buffer.end(message.decoding)
            case protocol.Failed():
                self._fail(error_of(message.fault), message.take)
            case protocol.Stopped():
                try:
                    self._dispatch_data(message)
                finally:  # even if a listener is interrupted
                    self._on_stopped(message)
            case protocol.Kept():
                self._on_orphan(arrival.page.id, message)
            case protocol.Listed():
                self.orphans.end(arrival.page.id)
            case protocol.Stretch():
                self.orphans.receive(message, arrival.buffer)
            case PageLost():
                self._on_page_lost(arrival.page.id, message.recorded)
        for name, pending in list(self._runs.pending.items()):
            if self._runs[name].begun:
                self._dispatch_samples(pending)
        self._check_disputed()

    def check(self) -> bool:
        """Give up a recording page that is silent for too long. Return whether to check again."""
        if self._link.pages.count_silence() > MOST_SILENT_CHECKS:
            self._link.give_up()
        self._check_disputed()
        self.follow_state()
        return bool(self._observer.state != "inactive" or self._runs.pending)

    def _follow(self) -> None:
        self.follow_state()
        if (snapshot := self._link.pages.snapshot) is not None:
            self._observer.follow(snapshot)

    # Reports of a page ------------------------------------------------------------------

    def _on_tried(self, fault: protocol.Fault | None) -> None:
        """Handle a page's check of the options. Several pages report it; show an error once."""
        error = None if fault is None else error_of(fault)
        known, self.unsupported = self.unsupported, None
        if isinstance(error, NotSupportedError):
            self.unsupported = known or error
        # A start in progress fails by itself, with the same error.
        if error is not None and known is None and self._observer.state == "inactive":
            self._fail(error)

    def _on_chosen(self, device: str | None) -> None:
        """Set the microphone that the user has chosen in a page, for the next start in any page."""
        source = self._settings.source
        if isinstance(source, Microphone):
            self._settings.source = replace(source, device=device or None)
            self._link.announce_options()

    def _on_started(self, letter: protocol.Started) -> None:
        self._observer.notice("")  # the previous take's, if a button has started this one
        self._runs[letter.take].begun = True
        self._observer.started(self._runs.pending[letter.take].started_at)

    def _on_stopped(self, letter: protocol.Stopped) -> None:
        if letter.ended_by in get_args(protocol.Limit):
            why = f"The recording has ended by itself ({letter.ended_by}); it is kept."
            self._observer.notice(why, letter.ended_by)
        pending = self._runs.pending[letter.take]
        take = pending.finish(letter)
        self._dispatch_samples(pending)
        TakeLedger.finish(take.id)
        self._finish(take, outcome=take)

    def _dispatch_data(self, letter: protocol.DataAvailable | protocol.Stopped) -> None:
        """Report the data of a letter as a ``dataavailable``."""
        self._check_storage(letter.take)
        data = self._runs.pending[letter.take].take_data()
        self._observer.data(data, letter.mime_type, letter.timecode)

    def _dispatch_samples(self, pending: PendingTake) -> None:
        if pending.tap is not None:
            for block in pending.tap.drain():
                self._observer.samples(block)

    def _check_storage(self, take: str) -> None:
        """Check the take's storage, and stop the recording if it is full."""
        take_bytes = self._runs.pending[take].take_bytes
        self._report_storage_errors(take_bytes)
        is_running = self._runs.is_latest(take) and self._observer.state != "inactive"
        if take_bytes.full and is_running:
            self.stop()

    def _report_storage_errors(self, take_bytes: TakeBytes) -> None:
        """Report the errors of the journal."""
        while take_bytes.errors:
            self._fail(take_bytes.errors.popleft())

    def _finish(self, take: Take, outcome: Take | MediaRecorderError) -> None:
        """Report a take. `outcome` is the result of a call that is waiting for it."""
        self._report_storage_errors(self._runs.pending.pop(take.id).take_bytes)
        try:
            self._observer.stopped(take, decode=self._settings.decode)
        finally:  # even after an interrupt: a call may be waiting for the outcome
            self._runs.settle(take.id, outcome)

    def _fail(self, error: MediaRecorderError, take: str = "") -> None:
        """Fire an ``error`` event. If the take has not begun, the error is its outcome."""
        self._observer.failed(error)
        if take in self._runs and not self._runs[take].begun:
            self._runs.settle(take, error)

    # Lost pages and orphans --------------------------------------------------------------

    def _on_page_lost(self, page: str, recorded: bool) -> None:
        """Interrupt the takes of a page that is gone."""
        error = AbortError(
            "The page that recorded was closed or reloaded, or does not answer any more.",
            "The data received so far is in rec.take. When the notebook is open in that browser "
            "again, mediarecorder.recover() brings the rest.",
        )
        for pending in [each for each in list(self._runs.pending.values()) if each.page == page]:
            self._fail(error)
            self._observer.data(pending.take_data(), pending.mime_type, None)
            take = pending.interrupt("page gone")
            TakeLedger.interrupt(take, pending.parts)
            self._finish(take, outcome=error)
        for run in [run for run in self._runs.open if recorded and not run.begun]:
            self._fail(error, run.take)

    def _on_orphan(self, page: str, kept: protocol.Kept) -> None:
        """Handle the report of an interrupted take in a browser's store."""
        if kept.take in self._runs.pending:
            self._disputed[kept.take] = page, kept
        elif TakeLedger.has_all_of(kept):
            self._link.broadcast(protocol.forget, kept.take, page=page)
        else:
            self.orphans.put(page, kept)
            self._observer.notice(KEPT_NOTICE, "kept")

    def _check_disputed(self) -> None:
        """Resolve the disputed takes, which are pending although another page reports an orphan."""
        # The orphan is real if the page of the pending take has fallen silent.
        for take, (page, kept) in list(self._disputed.items()):
            pending = self._runs.pending.get(take)
            if pending is None:
                del self._disputed[take]
                self._on_orphan(page, kept)
            elif self._link.pages.has_fallen_silent(pending.page):
                self._link.lose(pending.page)
