"""What arrives from the pages becomes state, takes and events, in that order."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from .. import media
from ..errors import AbortError, DecodingError, MediaRecorderError, NotSupportedError
from ..events import (
    DataAvailableEvent,
    DeviceChangeEvent,
    PauseEvent,
    ResumeEvent,
    SamplesEvent,
    StartEvent,
    StopEvent,
)
from ..host.watchdog import MOST_SILENT_CHECKS, Watchdog
from ..media.samples import SampleBuffer
from ..publisher import Face
from ..sources import Microphone
from ..take import Take
from ..wire import protocol
from ..wire.delivery import Arrival, PageLost
from ..wire.faults import error_of
from . import pcm
from .assembly import PendingTake
from .orphans import Orphans, TakeLedger
from .readers import Readers, Tap
from .run import Run
from .take_bytes import TakeBytes

if TYPE_CHECKING:
    from ..recorder import MediaRecorder

logger = logging.getLogger("mediarecorder")

KEPT_NOTICE = "This browser keeps a recording that was cut off: mediarecorder.recover() brings it."


class Intake:
    """Folds what the pages report into one recorder.

    Attributes
    ----------
    latest : Run or None
        The latest start, by Python or by a button.
    unsupported : NotSupportedError or None
        What the page said of the recorder's options when it came up.
    buffers : dict of str to SampleBuffer
        What a page was asked to decode.
    readers : Readers
        Who listens to samples while they are decoded.
    orphans : Orphans
        What the pages keep of takes that were cut off.
    closing : bool
        The recorder leaves as soon as nothing is under way.
    """

    def __init__(self, recorder: MediaRecorder, face: Face) -> None:
        self.latest: Run | None = None
        self.unsupported: NotSupportedError | None = None
        self.buffers: dict[str, SampleBuffer] = {}
        self.closing = False
        self.orphans = Orphans()
        self.readers = Readers(self._on_samples)
        self._watchdog = Watchdog(self._check)
        self._recorder = recorder
        self._face = face
        self._runs: dict[str, Run] = {}
        self.pending: dict[str, PendingTake] = {}
        self._disputed: dict[str, tuple[str, protocol.Kept]] = {}

    @property
    def under_way(self) -> set[str]:
        """The takes that are to come, by their ids: until who waits for one goes on.

        One that no page has begun is out of it when another is asked for.
        """
        runs = list(self._runs.values())
        return {run.take for run in runs if run.begun or run is self.latest}

    def expect(self, take: str) -> Run:
        """A take has been asked for."""
        self.latest = self._runs[take] = Run(take, self._recorder._decodes_along)
        self.readers.expect(self.latest)
        self._watchdog.start()
        return self.latest

    def keep(self, arrival: Arrival) -> Arrival:
        """Put bytes where they last, before the page is told that they are here.

        Listeners hear of them when it is their turn, however long that takes.
        """
        match arrival.message:
            case protocol.Started() as letter:
                self.pending[letter.take] = self._begin_pending(arrival.page.id, letter)
            case protocol.Data() as letter:
                self.pending[letter.take].add(arrival.buffer)
                return replace(arrival, buffer=b"")
            case protocol.DataAvailable() | protocol.Stopped() as letter:
                self.pending[letter.take].add(arrival.buffer)
                self.pending[letter.take].mark()
                return replace(arrival, buffer=b"")
            case protocol.Pcm() as letter:
                if (buffer := self._buffer_of(letter.take)) is not None:
                    pcm.add(buffer, letter, arrival.buffer)
                return replace(arrival, buffer=b"")
        return arrival

    def _begin_pending(self, page: str, letter: protocol.Started) -> PendingTake:
        """A take begins; by a button, if nobody has asked for it."""
        recorder = self._recorder
        run = self._runs.get(letter.take) or self.expect(letter.take)
        buffer = SampleBuffer(self.readers.of(run), keep=recorder._decode) if run.decoded else None
        in_kernel = media.available()
        take_so_far = PendingTake(page, letter, recorder._journal, buffer, in_kernel=in_kernel)
        self._tap(take_so_far, run)
        return take_so_far

    def listen(self) -> None:
        """There may be listeners to samples now: they hear what is to come of a take."""
        for name, take_so_far in list(self.pending.items()):
            self._tap(take_so_far, self._runs[name])

    def _tap(self, take_so_far: PendingTake, run: Run) -> None:
        if take_so_far.tap is None and self._recorder._listeners.has("samples"):
            take_so_far.tap = Tap(self.readers, run)

    def deliver(self, arrival: Arrival) -> None:
        """Take something in as if the cell that waits for it did so itself.

        What listeners and observers print appears under that cell, whatever thread
        brought it.
        """
        waits = self._recorder._waits or self._recorder._reads
        context = waits[-1].copy() if waits else copy_context()
        context.run(self._take_in, arrival)

    def _take_in(self, arrival: Arrival) -> None:
        """Follow the page, then let its message have its effect."""
        recorder, message = self._recorder, arrival.message
        match message:
            case protocol.Failed(take=take) | protocol.Stopped(take=take) if self._is_latest(take):
                recorder._link.expect_inactive()
        self._face.follow(recorder._link.snapshot)
        match message:
            case protocol.Tried():
                self._on_tried(message.fault)
            case protocol.Devices():
                self._face.fire(DeviceChangeEvent(recorder, tuple(message.devices)))
            case protocol.Chosen():
                self._on_chosen(message.device)
            case protocol.Started():
                self._on_started(message)
            case protocol.Paused():
                self._face.fire(PauseEvent(recorder))
            case protocol.Resumed():
                self._face.fire(ResumeEvent(recorder))
            case protocol.Data():
                self._check_storage(message.take)
            case protocol.DataAvailable():
                self._dispatch_data(message)
            case protocol.Decoded():
                if (buffer := self._buffer_of(message.take)) is not None:
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
        for name, take_so_far in list(self.pending.items()):
            if self._runs[name].begun:
                self._dispatch_samples(take_so_far)
        self._check_disputed()
        self.leave_when_done()

    def leave_when_done(self) -> None:
        """Close the recorder if that is wished and nothing of it is under way any more."""
        link = self._recorder._link
        if self.closing and (link.alone or not (self.pending or link.owing)):
            self._recorder._leave()

    def _buffer_of(self, take: str) -> SampleBuffer | None:
        """Where samples go; None where nobody waits for them any more."""
        if take in self.pending:
            return self.pending[take].page_buffer
        return self.buffers.get(take)

    def _is_latest(self, take: str) -> bool:
        return self.latest is not None and take == self.latest.take

    def _on_tried(self, fault: protocol.Fault | None) -> None:
        """Whether the page can record as asked; several pages say the same, it is told once.

        A start that is under way tells it by its own failure.
        """
        error = None if fault is None else error_of(fault)
        known, self.unsupported = self.unsupported, None
        if isinstance(error, NotSupportedError):
            self.unsupported = known or error
        if error is not None and known is None and self._recorder.state == "inactive":
            self._fail(error)

    def _on_chosen(self, device: str | None) -> None:
        """A person has chosen in a page; the choice holds from the next start, in every page."""
        source = self._recorder.source
        if isinstance(source, Microphone):
            self._recorder.source = replace(source, device=device or None)

    def _on_started(self, letter: protocol.Started) -> None:
        self._face.tell("")  # of a take before, if a button has started this one
        self._runs[letter.take].begun = True
        self._face.fire(StartEvent(self._recorder, self.pending[letter.take].started_at))

    def _on_samples(self) -> None:
        """Samples have been decoded, on some thread: listeners hear of them in their turn."""
        link = self._recorder._link
        link.wakeup.notify()
        if self._recorder._listeners.has("samples"):
            link.nudge()

    def _dispatch_samples(self, take_so_far: PendingTake) -> None:
        if take_so_far.tap is not None:
            for block in take_so_far.tap.drain():
                self._face.fire(SamplesEvent(self._recorder, block))

    def _check_storage(self, take: str) -> None:
        """See how the bytes of a take are kept, and end it if there is no room for them."""
        kept = self.pending[take].take_bytes
        self._report_storage_errors(kept)
        if kept.full and self._is_latest(take) and self._recorder.state != "inactive":
            self._recorder.stop()

    def _dispatch_data(self, letter: protocol.DataAvailable | protocol.Stopped) -> None:
        """The ``dataavailable`` of a letter."""
        self._check_storage(letter.take)
        data = self.pending[letter.take].take_data()
        event = DataAvailableEvent(self._recorder, data, letter.mime_type, letter.timecode)
        self._face.fire(event)

    def _on_stopped(self, letter: protocol.Stopped) -> None:
        if letter.ended_by in get_args(protocol.Limit):
            why = f"The recording has ended by itself ({letter.ended_by}); it is kept."
            self._face.tell(why, letter.ended_by)
        take_so_far = self.pending[letter.take]
        take = take_so_far.finish(letter)
        self._dispatch_samples(take_so_far)
        TakeLedger.finish(take.id)
        self._finish(take, outcome=take)

    def _report_storage_errors(self, take_bytes: TakeBytes) -> None:
        """Tell what the journal could not do."""
        while take_bytes.errors:
            self._fail(take_bytes.errors.popleft())

    def _finish(self, take: Take, outcome: Take | MediaRecorderError) -> None:
        """Give the take; `outcome` is what a call that waits for it returns or raises."""
        self._report_storage_errors(self.pending.pop(take.id).take_bytes)
        recorder = self._recorder
        with ExitStack() as at_last:  # whatever is interrupted: somebody may wait for it
            at_last.callback(self.settle, take.id, outcome)
            at_last.callback(self._face.set, "takes", recorder.takes + 1)
            at_last.callback(self._face.fire, StopEvent(recorder, take))
            self._face.set("take", take)
            self._face.show(take, decoded=recorder._decode and self._decode(take))

    def _decode(self, take: Take) -> bool:
        try:
            self._face.set("value", take.samples)
        except DecodingError as error:
            logger.warning("The take has no samples: %s", error)
            self._face.tell(str(error))
            return False
        return True

    def settle(self, take: str, outcome: Take | MediaRecorderError) -> None:
        """The last that is heard of a run; who waits for it goes on now."""
        run = self._runs.pop(take, None)
        if run is not None:
            run.outcome = outcome

    def _on_orphan(self, page: str, kept: protocol.Kept) -> None:
        """A browser keeps a take that no page records any more, it says."""
        if kept.take in self.pending:
            self._disputed[kept.take] = page, kept
        elif TakeLedger.has_all_of(kept):
            self._recorder._link.broadcast(protocol.forget, kept.take, page=page)
        else:
            self.orphans.put(page, kept)
            self._face.tell(KEPT_NOTICE, "kept")

    def _check_disputed(self) -> None:
        """The page of a take has gone, another says: believe it when that page is silent too."""
        for take, (page, kept) in list(self._disputed.items()):
            take_so_far = self.pending.get(take)
            if take_so_far is None:
                del self._disputed[take]
                self._on_orphan(page, kept)
            elif self._recorder._link.has_fallen_silent(take_so_far.page):
                self._recorder._link.lose(take_so_far.page)

    def _check(self) -> bool:
        """Give up a page that records and has been silent for too long; whether to look on."""
        recorder = self._recorder
        if recorder._link.look() > MOST_SILENT_CHECKS:
            recorder._link.give_up()
        self._check_disputed()
        self._face.follow_state()
        return bool(recorder.state != "inactive" or self.pending)

    def _on_page_lost(self, page: str, recorded: bool) -> None:
        """The page has gone: what it was recording ends here, with what has arrived."""
        error = AbortError(
            "The page that recorded was closed or reloaded, or does not answer any more.",
            "What had arrived is in rec.take; what else its browser has kept, "
            "mediarecorder.recover() brings once the notebook is open there again.",
        )
        for take_so_far in [a for a in list(self.pending.values()) if a.page == page]:
            self._fail(error)
            data = take_so_far.take_data()
            self._face.fire(DataAvailableEvent(self._recorder, data, take_so_far.mime_type, None))
            take = take_so_far.interrupt("page gone")
            TakeLedger.interrupt(take, take_so_far.parts)
            self._finish(take, outcome=error)
        for run in [run for run in self._runs.values() if recorded and not run.begun]:
            self._fail(error, run.take)

    def _fail(self, error: MediaRecorderError, take: str | None = None) -> None:
        """Tell an error; one of a take that has not begun is all that becomes of it."""
        self._face.fail(error)
        if take in self._runs and not self._runs[take].begun:
            self.settle(take, error)
