"""The listeners of a recorder's events, and how they are added: ``on`` and ``off``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeVar, get_args, overload

from .events import (
    DataAvailableEvent,
    DeviceChangeEvent,
    ErrorEvent,
    Event,
    EventName,
    PauseEvent,
    ResumeEvent,
    SamplesEvent,
    StartEvent,
    StopEvent,
)

logger = logging.getLogger("mediarecorder")

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
