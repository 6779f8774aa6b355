"""The six events of a MediaRecorder, two more, and who listens to them."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar, get_args, overload

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .errors import MediaRecorderError
    from .media.block import Block
    from .recorder import MediaRecorder  # upwards: `Event.recorder` is the DOM's `Event.target`
    from .sources import Device
    from .take import Take

logger = logging.getLogger("mediarecorder")

EventName: TypeAlias = Literal[
    "start", "dataavailable", "pause", "resume", "stop", "error", "samples", "devicechange"
]


Target: TypeAlias = "MediaRecorder"
"""What events happen to."""


@dataclass(frozen=True)
class Event:
    """What every event has: its ``type``, and the ``recorder`` that it happened to."""

    type: ClassVar[EventName]
    recorder: MediaRecorder = field(repr=False)


@dataclass(frozen=True)
class StartEvent(Event):
    """The browser records; ``recorder.mime_type`` is now the true one.

    Attributes
    ----------
    started_at : datetime.datetime
        When the sound begins: UTC, by the clock of the page's computer.
    """

    type: ClassVar[EventName] = "start"
    started_at: datetime.datetime


@dataclass(frozen=True, eq=False)
class DataAvailableEvent(Event):
    """Bytes of the recording.

    Attributes
    ----------
    data : numpy.ndarray
        The blob's bytes: ``uint8``, read-only. A blob plays only together with all
        that came before it.
    mime_type : str
        The blob's type.
    timecode : float or None
        Milliseconds from the first blob of the take to this one; None in Firefox,
        which does not tell.
    """

    type: ClassVar[EventName] = "dataavailable"
    data: npt.NDArray[np.uint8] = field(repr=False)
    mime_type: str
    timecode: float | None


@dataclass(frozen=True)
class PauseEvent(Event):
    """The recording pauses."""

    type: ClassVar[EventName] = "pause"


@dataclass(frozen=True)
class ResumeEvent(Event):
    """The recording goes on."""

    type: ClassVar[EventName] = "resume"


@dataclass(frozen=True)
class StopEvent(Event):
    """The recording has ended and everything of it is here, as ``take``."""

    type: ClassVar[EventName] = "stop"
    take: Take


@dataclass(frozen=True)
class ErrorEvent(Event):
    """Something went wrong in the page; ``error`` says what, and ``error.hint`` what to do."""

    type: ClassVar[EventName] = "error"
    error: MediaRecorderError


@dataclass(frozen=True, eq=False)
class SamplesEvent(Event):
    """Sound has been decoded; not in the standard.

    Attributes
    ----------
    samples : Block
        What has come since the last such event, in the order of the recording: float32
        ``(frames, channels)``, with its ``time`` and ``sample_rate``. Listeners that
        fall 10 seconds behind miss some, and its ``overflow`` tells how many frames.
    """

    type: ClassVar[EventName] = "samples"
    samples: Block = field(repr=False)


@dataclass(frozen=True)
class DeviceChangeEvent(Event):
    """A page's microphones have become known, or have changed.

    The standard has it at `MediaDevices
    <https://w3c.github.io/mediacapture-main/#event-mediadevices-devicechange>`_; here it
    comes, too, when a person's permission makes the names known.

    Attributes
    ----------
    devices : tuple of Device
        Those that there are now, in that page; see `MediaRecorder.devices`.
    """

    type: ClassVar[EventName] = "devicechange"
    devices: tuple[Device, ...]


E = TypeVar("E")
Listener: TypeAlias = Callable[[E], object]
AnyListener = TypeVar("AnyListener", bound=Callable[..., object])


class Listeners:
    """The callbacks of one recorder, each once, in the order in which they were added.

    Parameters
    ----------
    changed : callable
        Called when there is one more, or one less.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._listeners: dict[str, list[Callable[[Any], object]]] = {
            name: [] for name in get_args(EventName)
        }

    def add(self, name: object, listener: object) -> None:
        listeners = self.require(name)
        if not callable(listener):
            raise TypeError(f"A listener must be callable with the event; {listener!r:.80} is not.")
        if listener not in listeners:
            listeners.append(listener)
            self._changed()

    def remove(self, name: object, listener: object) -> None:
        listeners = self.require(name)
        if not callable(listener):
            raise TypeError(f"A listener must be callable with the event; {listener!r:.80} is not.")
        if listener in listeners:
            listeners.remove(listener)
            self._changed()

    def call(self, event: Event) -> list[Exception]:
        """Call every listener; one that raises is logged, and stops nothing."""
        raised = []
        for listener in tuple(self._listeners[event.type]):
            try:
                listener(event)
            except Exception as error:
                logger.exception("A listener of %r raised an exception.", event.type)
                raised.append(error)
        return raised

    def has(self, name: EventName) -> bool:
        return bool(self._listeners[name])

    def require(self, name: object) -> list[Callable[[Any], object]]:
        """The listeners of an event that exists."""
        if not isinstance(name, str) or name not in self._listeners:
            names = ", ".join(self._listeners)
            raise ValueError(f"There is no event {name!r:.80}; a recorder has {names}.")
        return self._listeners[name]


class EventTarget:
    """`addEventListener` and `removeEventListener`, as ``on`` and ``off``."""

    _listeners: Listeners

    @overload
    def on(self, name: Literal["start"], listener: Listener[StartEvent]) -> None: ...
    @overload
    def on(
        self, name: Literal["dataavailable"], listener: Listener[DataAvailableEvent]
    ) -> None: ...
    @overload
    def on(self, name: Literal["pause"], listener: Listener[PauseEvent]) -> None: ...
    @overload
    def on(self, name: Literal["resume"], listener: Listener[ResumeEvent]) -> None: ...
    @overload
    def on(self, name: Literal["stop"], listener: Listener[StopEvent]) -> None: ...
    @overload
    def on(self, name: Literal["error"], listener: Listener[ErrorEvent]) -> None: ...
    @overload
    def on(self, name: Literal["samples"], listener: Listener[SamplesEvent]) -> None: ...
    @overload
    def on(self, name: Literal["devicechange"], listener: Listener[DeviceChangeEvent]) -> None: ...
    @overload
    def on(self, name: EventName) -> Callable[[AnyListener], AnyListener]: ...
    def on(self, name: EventName, listener: Callable[[Any], object] | None = None) -> Any:
        """Call `listener` with every event called `name`; also a decorator, ``@rec.on("stop")``.

        Listeners are called one at a time, in the order of the events, on the thread
        that the page's message came on (a kernel's main thread or a subshell's). One
        that raises is logged under ``mediarecorder`` and named under the widget, and
        neither the recording nor the other listeners notice. Adding a listener a
        second time does nothing, as with `addEventListener`.

        What a listener prints appears under the cell that waits for the recorder
        (`MediaRecorder.record`, `MediaRecorder.wait`). While no cell waits it appears
        under none, but in JupyterLab's log console at the level "info", as with
        every widget.

        Parameters
        ----------
        name : {"start", "dataavailable", "pause", "resume", "stop", "error", "samples",
                "devicechange"}
        listener : callable, optional
            Takes the event. Without it, ``on`` returns a decorator.

        Raises
        ------
        ValueError
            There is no such event.
        TypeError
            The listener is not callable.
        """
        self._listeners.require(name)
        if listener is not None:
            self._listeners.add(name, listener)
            return None

        def decorate(function: AnyListener) -> AnyListener:
            self._listeners.add(name, function)
            return function

        return decorate

    def off(self, name: EventName, listener: Callable[[Any], object]) -> None:
        """Call `listener` no more; one that was never added is no error, as in the DOM."""
        self._listeners.remove(name, listener)
