"""What arrives from the pages becomes state, takes and events, in that order."""

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

KEPT_NOTICE = "This browser keeps a recording that was cut off: mediarecorder.recover() brings it."


class Intake:
    """Folds what the pages report into one recorder.

    Attributes
    ----------
    unsupported : NotSupportedError or None
        What the page said of the recorder's options when it came up.
    orphans : Orphans
        What the pages keep of takes that were cut off.
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
        """Let the observer show the link's state; two threads may do so at once."""
        while self._observer.state != (state := self._link.state):
            self._observer.show_state(state)

    def stop(self) -> None:
        """End the recording that is under way."""
        self._link.command("stop")
        self.follow_state()

    def take_in(self, arrival: Arrival) -> None:
        """Follow the page, then let its message have its effect."""
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
                finally:  # also where a listener was interrupted
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
        """Give up a page that records and has been silent for too long; whether to go on."""
        if self._link.pages.count_silence() > MOST_SILENT_CHECKS:
            self._link.give_up()
        self._check_disputed()
        self.follow_state()
        return bool(self._observer.state != "inactive" or self._runs.pending)

    def _follow(self) -> None:
        self.follow_state()
        if (snapshot := self._link.pages.snapshot) is not None:
            self._observer.follow(snapshot)

    # What a page reports ----------------------------------------------------------------

    def _on_tried(self, fault: protocol.Fault | None) -> None:
        """Whether the page can record as asked; several pages say the same, it is told once.

        A start that is under way tells it by its own failure.
        """
        error = None if fault is None else error_of(fault)
        known, self.unsupported = self.unsupported, None
        if isinstance(error, NotSupportedError):
            self.unsupported = known or error
        if error is not None and known is None and self._observer.state == "inactive":
            self._fail(error)

    def _on_chosen(self, device: str | None) -> None:
        """A person has chosen in a page; the choice holds from the next start, in every page."""
        source = self._settings.source
        if isinstance(source, Microphone):
            self._settings.source = replace(source, device=device or None)
            self._link.announce_options()

    def _on_started(self, letter: protocol.Started) -> None:
        self._observer.notice("")  # of a take before, if a button has started this one
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
        """The ``dataavailable`` of a letter."""
        self._check_storage(letter.take)
        data = self._runs.pending[letter.take].take_data()
        self._observer.data(data, letter.mime_type, letter.timecode)

    def _dispatch_samples(self, pending: PendingTake) -> None:
        if pending.tap is not None:
            for block in pending.tap.drain():
                self._observer.samples(block)

    def _check_storage(self, take: str) -> None:
        """See how the bytes of a take are kept, and end it if there is no room for them."""
        take_bytes = self._runs.pending[take].take_bytes
        self._report_storage_errors(take_bytes)
        is_running = self._runs.is_latest(take) and self._observer.state != "inactive"
        if take_bytes.full and is_running:
            self.stop()

    def _report_storage_errors(self, take_bytes: TakeBytes) -> None:
        """Tell what the journal could not do."""
        while take_bytes.errors:
            self._fail(take_bytes.errors.popleft())

    def _finish(self, take: Take, outcome: Take | MediaRecorderError) -> None:
        """Give the take; `outcome` is what a call that waits for it returns or raises."""
        self._report_storage_errors(self._runs.pending.pop(take.id).take_bytes)
        try:
            self._observer.stopped(take, decode=self._settings.decode)
        finally:  # whatever is interrupted: somebody may wait for it
            self._runs.settle(take.id, outcome)

    def _fail(self, error: MediaRecorderError, take: str = "") -> None:
        """Tell an error; one of a take that has not begun is all that becomes of it."""
        self._observer.failed(error)
        if take in self._runs and not self._runs[take].begun:
            self._runs.settle(take, error)

    # Pages that go, and what they leave --------------------------------------------------

    def _on_page_lost(self, page: str, recorded: bool) -> None:
        """The page has gone: what it was recording ends here, with what has arrived."""
        error = AbortError(
            "The page that recorded was closed or reloaded, or does not answer any more.",
            "What had arrived is in rec.take; what else its browser has kept, "
            "mediarecorder.recover() brings once the notebook is open there again.",
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
        """A browser keeps a take that no page records any more, it says."""
        if kept.take in self._runs.pending:
            self._disputed[kept.take] = page, kept
        elif TakeLedger.has_all_of(kept):
            self._link.broadcast(protocol.forget, kept.take, page=page)
        else:
            self.orphans.put(page, kept)
            self._observer.notice(KEPT_NOTICE, "kept")

    def _check_disputed(self) -> None:
        """The page of a take has gone, another says: believe it when that page is silent too."""
        for take, (page, kept) in list(self._disputed.items()):
            pending = self._runs.pending.get(take)
            if pending is None:
                del self._disputed[take]
                self._on_orphan(page, kept)
            elif self._link.pages.has_fallen_silent(pending.page):
                self._link.lose(pending.page)
