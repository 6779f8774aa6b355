"""What arrives from the pages becomes state, takes and events, in that order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .errors import DecodingError, MediaRecorderError, NotSupportedError, error_named
from .events import (
    DataAvailableEvent,
    ErrorEvent,
    Event,
    PauseEvent,
    ResumeEvent,
    StartEvent,
    StopEvent,
)
from .wire import protocol
from .wire.assembly import Assembly
from .wire.link import Arrival

if TYPE_CHECKING:
    from .recorder import MediaRecorder
    from .take import Take

logger = logging.getLogger("mediarecorder")


class Intake:
    """Folds what the pages report into one recorder.

    Attributes
    ----------
    unsupported : NotSupportedError or None
        What the page said of the recorder's options when it came up.
    closing : bool
        The recorder leaves as soon as nothing is under way.
    """

    def __init__(self, recorder: MediaRecorder) -> None:
        self.unsupported: NotSupportedError | None = None
        self.closing = False
        self._recorder = recorder
        self._assemblies: dict[str, Assembly] = {}

    def deliver(self, arrival: Arrival) -> None:
        """Follow the page, then let its message have its effect."""
        recorder, message = self._recorder, arrival.message
        self._follow(recorder._link.snapshot)
        match message:
            case protocol.Tried():
                self._learn(message.fault)
            case protocol.Started():
                self._assembly(message.take).started(message)
                self._fire(StartEvent(recorder))
            case protocol.Paused():
                self._fire(PauseEvent(recorder))
            case protocol.Resumed():
                self._fire(ResumeEvent(recorder))
            case protocol.Data():
                self._assembly(message.take).add(arrival.buffer)
            case protocol.DataAvailable():
                data = self._assembly(message.take).take_data()
                event = DataAvailableEvent(recorder, data, message.mime_type, message.timecode)
                self._fire(event)
            case protocol.Pcm():
                self._assembly(message.take).add_pcm(message, arrival.buffer)
            case protocol.Failed():
                self._fail(error_named(message.fault.name, message.fault.message))
            case protocol.Stopped():
                self._finish(self._assembly(message.take).finish(message))
        self.leave_when_done()

    def follow_state(self) -> None:
        """Bring the trait to the link's state; two threads may do so at once."""
        while self._recorder.state != (state := self._recorder._link.state):
            self._set("state", state)

    def leave_when_done(self) -> None:
        """Close the recorder if that is wished and nothing of it is under way any more."""
        link = self._recorder._link
        if self.closing and (link.alone or not (self._assemblies or link.owing)):
            self._recorder._leave()

    def _follow(self, snapshot: protocol.Snapshot | None) -> None:
        self.follow_state()
        if snapshot is not None:
            for name in (
                "mime_type",
                "audio_bits_per_second",
                "video_bits_per_second",
                "audio_bitrate_mode",
            ):
                self._set(name, getattr(snapshot, name))

    def _assembly(self, take: str) -> Assembly:
        return self._assemblies.setdefault(take, Assembly(take))

    def _learn(self, fault: protocol.Fault | None) -> None:
        """Whether the page can record as asked; several pages say the same, it is told once."""
        error = None if fault is None else error_named(fault.name, fault.message)
        known, self.unsupported = self.unsupported, None
        if isinstance(error, NotSupportedError):
            self.unsupported = known or error
        if error is not None and known is None:
            self._fail(error)

    def _finish(self, take: Take) -> None:
        del self._assemblies[take.id]
        recorder = self._recorder
        self._set("take", take)
        if recorder._decode:
            try:
                self._set("value", take.samples)
            except DecodingError as error:
                logger.warning("The take has no samples: %s", error)
                self._set("_notice", str(error))
        self._fire(StopEvent(recorder, take))

    def _set(self, name: str, value: object) -> None:
        """Set a trait; an observer that raises is logged, and stops nothing."""
        try:
            self._recorder.set_trait(name, value)
        except Exception:
            logger.exception("An observer of %r raised an exception.", name)

    def _fail(self, error: MediaRecorderError) -> None:
        self._set("_notice", str(error))
        self._fire(ErrorEvent(self._recorder, error))

    def _fire(self, event: Event) -> None:
        for error in self._recorder._listeners.call(event):
            self._set(
                "_notice", f"A listener of {event.type!r} raised {type(error).__name__}: {error}"
            )
