"""The visible side of a recorder: traits, events, and the notice under its views."""

from __future__ import annotations

import datetime
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext

import numpy as np
import numpy.typing as npt

from .errors import NO_BYTES, DecodingError, MediaRecorderError
from .event_target import Listeners
from .events import (
    DataAvailableEvent,
    DeviceChangeEvent,
    ErrorEvent,
    Event,
    PauseEvent,
    ResumeEvent,
    SamplesEvent,
    StartEvent,
    StopEvent,
    Target,
)
from .host.detect import host_name
from .media.block import Block
from .player.responses import summary_of
from .sources import Device
from .take import Take
from .wire.protocol import Snapshot, State

logger = logging.getLogger("mediarecorder")

ATTRIBUTES = (
    "mime_type",
    "audio_bits_per_second",
    "video_bits_per_second",
    "audio_bitrate_mode",
)
"""The traits that mirror a page's snapshots."""


class Publisher:
    """Sets the traits of one recorder and fires its events. It is the controller's `Observer`.

    If an observer of a trait or a listener of an event raises, the exception is logged and
    collected in `raised`, and publishing continues.

    Parameters
    ----------
    recorder : MediaRecorder
        The recorder whose traits are set.
    listeners : Listeners
        The listeners of its events.
    on_closed : callable
        Called when the recorder has left its pages.

    Attributes
    ----------
    raised : deque of Exception
        The latest exceptions of listeners and observers.
    while_listening : callable
        Returns the context manager in which listeners are called.
    """

    def __init__(
        self, recorder: Target, listeners: Listeners, on_closed: Callable[[], None]
    ) -> None:
        self.raised: deque[Exception] = deque(maxlen=20)
        self.while_listening: Callable[[], AbstractContextManager[None]] = nullcontext
        self._recorder = recorder
        self._listeners = listeners
        self._on_closed = on_closed
        self._notice = ""

    @property
    def state(self) -> str:
        return self._recorder.state

    @property
    def wants_samples(self) -> bool:
        return self._listeners.has("samples")

    def show_state(self, state: State) -> None:
        self._set("state", state)

    def follow(self, snapshot: Snapshot) -> None:
        for name in ATTRIBUTES:
            self._set(name, getattr(snapshot, name))

    # Events -----------------------------------------------------------------------------

    def started(self, at: datetime.datetime) -> None:
        self._fire(StartEvent(self._recorder, at))

    def paused(self) -> None:
        self._fire(PauseEvent(self._recorder))

    def resumed(self) -> None:
        self._fire(ResumeEvent(self._recorder))

    def data(self, data: npt.NDArray[np.uint8], mime_type: str, timecode: float | None) -> None:
        self._fire(DataAvailableEvent(self._recorder, data, mime_type, timecode))

    def samples(self, block: Block) -> None:
        self._fire(SamplesEvent(self._recorder, block))

    def stopped(self, take: Take, *, decode: bool) -> None:
        with ExitStack() as on_exit:  # these run even if an observer is interrupted
            on_exit.callback(self._set, "takes", self._recorder.takes + 1)
            on_exit.callback(self._fire, StopEvent(self._recorder, take))
            self._set("take", take)
            self.show_take(take, decoded=decode and self._decode(take))

    def failed(self, error: MediaRecorderError) -> None:
        """Show an error under the views, and fire an ``error`` event."""
        self.notice(str(error), error.cause or error.name)
        self._fire(ErrorEvent(self._recorder, error))

    def devices(self, devices: tuple[Device, ...]) -> None:
        self._fire(DeviceChangeEvent(self._recorder, devices))

    def closed(self) -> None:
        self._on_closed()

    # Views ------------------------------------------------------------------------------

    def notice(self, text: str, cause: str = "") -> None:
        """Show a sentence under the views. For a known `cause`, views show their own sentence."""
        self._notice = text
        self._set("_cause", cause)
        self._set("_notice", text)

    def withdraw_notice(self, text: str) -> None:
        if self._notice == text:
            self.notice("")

    def show_take(self, take: Take, *, decoded: bool) -> None:
        """Show the latest take in the views. It is not decoded for them."""
        summary = summary_of(take, decoded=decoded)
        self._set("_shown", {"id": take.id, "waveform": decoded, **summary})
        if host_name() == "Colab" and not self._notice:
            self.notice(" ".join(NO_BYTES))

    def hide_take(self) -> None:
        """Remove the latest take from the views."""
        self._set("_shown", {})

    def _decode(self, take: Take) -> bool:
        try:
            self._set("value", take.samples)
        except DecodingError as error:
            logger.warning("The take has no samples: %s", error)
            self.notice(str(error))
            return False
        return True

    def _set(self, name: str, value: object) -> None:
        """Set a trait. If an observer raises, log and collect the exception."""
        try:
            self._recorder.set_trait(name, value)
        except Exception as error:
            logger.exception("An observer of %r raised an exception.", name)
            self.raised.append(error)

    def _fire(self, event: Event) -> None:
        """Call the listeners of an event. Collect their exceptions, and show the last one."""
        with self.while_listening():
            raised = self._listeners.call(event)
        for error in raised:
            self.raised.append(error)
            self.notice(f"A listener of {event.type!r} raised {type(error).__name__}: {error}")
