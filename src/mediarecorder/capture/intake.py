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
from ..host.watchdog import SILENT_LOOKS, Watch
from ..media.samples import SampleBuffer
from ..publisher import Face
from ..sources import Microphone
from ..take import Take
from ..wire import protocol
from ..wire.delivery import Arrival, Lost
from ..wire.faults import error_of
from . import pcm
from .assembly import Assembly
from .orphans import Arrived, Shelf
from .readers import Live, Tap
from .run import Run
from .take_bytes import Kept

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
    sounds : dict of str to SampleBuffer
        What a page was asked to decode.
    live : Live
        Who listens to samples while they are decoded.
    shelf : Shelf
        What the pages keep of takes that were cut off.
    closing : bool
        The recorder leaves as soon as nothing is under way.
    """

    def __init__(self, recorder: MediaRecorder, face: Face) -> None:
        self.latest: Run | None = None
        self.unsupported: NotSupportedError | None = None
        self.sounds: dict[str, SampleBuffer] = {}
        self.closing = False
        self.shelf = Shelf()
        self.live = Live(self._wake)
        self._watch = Watch(self._look)
        self._recorder = recorder
        self._face = face
        self._runs: dict[str, Run] = {}
        self._assemblies: dict[str, Assembly] = {}
        self._doubtful: dict[str, tuple[str, protocol.Kept]] = {}

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
        self.live.expect(self.latest)
        self._watch.begin()
        return self.latest

    def keep(self, arrival: Arrival) -> Arrival:
        """Put bytes where they last, before the page is told that they are here.

        Listeners hear of them when it is their turn, however long that takes.
        """
        match arrival.message:
            case protocol.Started() as letter:
                self._assemblies[letter.take] = self._assembly(arrival.page.id, letter)
            case protocol.Data() as letter:
                self._assemblies[letter.take].add(arrival.buffer)
                return replace(arrival, buffer=b"")
            case protocol.DataAvailable() | protocol.Stopped() as letter:
                self._assemblies[letter.take].add(arrival.buffer)
                self._assemblies[letter.take].mark()
                return replace(arrival, buffer=b"")
            case protocol.Pcm() as letter:
                if (wanted := self._sound(letter.take)) is not None:
                    pcm.add(wanted, letter, arrival.buffer)
                return replace(arrival, buffer=b"")
        return arrival

    def _assembly(self, page: str, letter: protocol.Started) -> Assembly:
        """A take begins; by a button, if nobody has asked for it."""
        recorder = self._recorder
        run = self._runs.get(letter.take) or self.expect(letter.take)
        heard = SampleBuffer(self.live.of(run), keep=recorder._decode) if run.decoded else None
        here = media.available()
        assembly = Assembly(page, letter, recorder._journal, heard, here=here)
        self._tap(assembly, run)
        return assembly

    def listen(self) -> None:
        """There may be listeners to samples now: they hear what is to come of a take."""
        for name, assembly in list(self._assemblies.items()):
            self._tap(assembly, self._runs[name])

    def _tap(self, assembly: Assembly, run: Run) -> None:
        if assembly.tap is None and self._recorder._listeners.has("samples"):
            assembly.tap = Tap(self.live, run)

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
                recorder._link.rest()
        self._face.follow(recorder._link.snapshot)
        match message:
            case protocol.Tried():
                self._learn(message.fault)
            case protocol.Devices():
                self._face.fire(DeviceChangeEvent(recorder, tuple(message.devices)))
            case protocol.Chosen():
                self._choose(message.device)
            case protocol.Started():
                self._begin(message)
            case protocol.Paused():
                self._face.fire(PauseEvent(recorder))
            case protocol.Resumed():
                self._face.fire(ResumeEvent(recorder))
            case protocol.Data():
                self._mind(message.take)
            case protocol.DataAvailable():
                self._give(message)
            case protocol.Decoded():
                if (wanted := self._sound(message.take)) is not None:
                    wanted.end(message.decoding)
            case protocol.Failed():
                self._fail(error_of(message.fault), message.take)
            case protocol.Stopped():
                try:
                    self._give(message)
                finally:  # also where a listener was interrupted
                    self._end(message)
            case protocol.Kept():
                self._hear_of(arrival.page.id, message)
            case protocol.Listed():
                self.shelf.end(arrival.page.id)
            case protocol.Stretch():
                self.shelf.bring(message, arrival.buffer)
            case Lost():
                self._interrupt(arrival.page.id, message.recorded)
        for name, assembly in list(self._assemblies.items()):
            if self._runs[name].begun:
                self._tell_samples(assembly)
        self._look_into_doubts()
        self.leave_when_done()

    def leave_when_done(self) -> None:
        """Close the recorder if that is wished and nothing of it is under way any more."""
        link = self._recorder._link
        if self.closing and (link.alone or not (self._assemblies or link.owing)):
            self._recorder._leave()

    def _sound(self, take: str) -> SampleBuffer | None:
        """Where samples go; None where nobody waits for them any more."""
        if take in self._assemblies:
            return self._assemblies[take].from_page
        return self.sounds.get(take)

    def _is_latest(self, take: str) -> bool:
        return self.latest is not None and take == self.latest.take

    def _learn(self, fault: protocol.Fault | None) -> None:
        """Whether the page can record as asked; several pages say the same, it is told once.

        A start that is under way tells it by its own failure.
        """
        error = None if fault is None else error_of(fault)
        known, self.unsupported = self.unsupported, None
        if isinstance(error, NotSupportedError):
            self.unsupported = known or error
        if error is not None and known is None and self._recorder.state == "inactive":
            self._fail(error)

    def _choose(self, device: str | None) -> None:
        """A person has chosen in a page; the choice holds from the next start, in every page."""
        source = self._recorder.source
        if isinstance(source, Microphone):
            self._recorder.source = replace(source, device=device or None)

    def _begin(self, letter: protocol.Started) -> None:
        self._face.tell("")  # of a take before, if a button has started this one
        self._runs[letter.take].begun = True
        self._face.fire(StartEvent(self._recorder, self._assemblies[letter.take].started_at))

    def _wake(self) -> None:
        """Samples have been decoded, on some thread: listeners hear of them in their turn."""
        link = self._recorder._link
        link.bell.ring()
        if self._recorder._listeners.has("samples"):
            link.nudge()

    def _tell_samples(self, assembly: Assembly) -> None:
        if assembly.tap is not None:
            for block in assembly.tap.drain():
                self._face.fire(SamplesEvent(self._recorder, block))

    def _mind(self, take: str) -> None:
        """See how the bytes of a take are kept, and end it if there is no room for them."""
        kept = self._assemblies[take].kept
        self._tell_troubles(kept)
        if kept.full and self._is_latest(take) and self._recorder.state != "inactive":
            self._recorder.stop()

    def _give(self, letter: protocol.DataAvailable | protocol.Stopped) -> None:
        """The ``dataavailable`` of a letter."""
        self._mind(letter.take)
        data = self._assemblies[letter.take].take_data()
        event = DataAvailableEvent(self._recorder, data, letter.mime_type, letter.timecode)
        self._face.fire(event)

    def _end(self, letter: protocol.Stopped) -> None:
        if letter.ended_by in get_args(protocol.Limit):
            why = f"The recording has ended by itself ({letter.ended_by}); it is kept."
            self._face.tell(why, letter.ended_by)
        assembly = self._assemblies[letter.take]
        take = assembly.finish(letter)
        self._tell_samples(assembly)
        Arrived.finish(take.id)
        self._finish(take, outcome=take)

    def _tell_troubles(self, kept: Kept) -> None:
        """Tell what the journal could not do."""
        while kept.troubles:
            self._fail(kept.troubles.popleft())

    def _finish(self, take: Take, outcome: Take | MediaRecorderError) -> None:
        """Give the take; `outcome` is what a call that waits for it returns or raises."""
        self._tell_troubles(self._assemblies.pop(take.id).kept)
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

    def _hear_of(self, page: str, kept: protocol.Kept) -> None:
        """A browser keeps a take that no page records any more, it says."""
        if kept.take in self._assemblies:
            self._doubtful[kept.take] = page, kept
        elif Arrived.has_all_of(kept):
            self._recorder._link.tell(protocol.forget, kept.take, page=page)
        else:
            self.shelf.put(page, kept)
            self._face.tell(KEPT_NOTICE, "kept")

    def _look_into_doubts(self) -> None:
        """The page of a take has gone, another says: believe it when that page is silent too."""
        for take, (page, kept) in list(self._doubtful.items()):
            assembly = self._assemblies.get(take)
            if assembly is None:
                del self._doubtful[take]
                self._hear_of(page, kept)
            elif self._recorder._link.has_fallen_silent(assembly.page):
                self._recorder._link.lose(assembly.page)

    def _look(self) -> bool:
        """Give up a page that records and has been silent for too long; whether to look on."""
        recorder = self._recorder
        if recorder._link.look() > SILENT_LOOKS:
            recorder._link.give_up()
        self._look_into_doubts()
        self._face.follow_state()
        return bool(recorder.state != "inactive" or self._assemblies)

    def _interrupt(self, page: str, recorded: bool) -> None:
        """The page has gone: what it was recording ends here, with what has arrived."""
        error = AbortError(
            "The page that recorded was closed or reloaded, or does not answer any more.",
            "What had arrived is in rec.take; what else its browser has kept, "
            "mediarecorder.recover() brings once the notebook is open there again.",
        )
        for assembly in [a for a in list(self._assemblies.values()) if a.page == page]:
            self._fail(error)
            data = assembly.take_data()
            self._face.fire(DataAvailableEvent(self._recorder, data, assembly.mime_type, None))
            take = assembly.interrupt("page gone")
            Arrived.interrupt(take, assembly.parts)
            self._finish(take, outcome=error)
        for run in [run for run in self._runs.values() if recorded and not run.begun]:
            self._fail(error, run.take)

    def _fail(self, error: MediaRecorderError, take: str | None = None) -> None:
        """Tell an error; one of a take that has not begun is all that becomes of it."""
        self._face.fail(error)
        if take in self._runs and not self._runs[take].begun:
            self.settle(take, error)
