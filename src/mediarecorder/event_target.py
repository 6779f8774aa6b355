"""Event listeners of a recorder: ``on`` and ``off``."""

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
    """The listeners of one recorder, in the order in which they were added, without duplicates.

    Parameters
    ----------
    changed : callable
        Called after a listener is added or removed.
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
        """Call all listeners of an event, and return the exceptions that they raised."""
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
        """Return the listeners of an event, or raise `ValueError` for an unknown name."""
        if not isinstance(name, str) or name not in self._listeners:
            names = ", ".join(self._listeners)
            raise ValueError(f"There is no event {name!r:.80}; a recorder has {names}.")
        return self._listeners[name]


class EventTarget:
    """The DOM's `addEventListener` and `removeEventListener`, as ``on`` and ``off``."""

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

        Listeners run one at a time, in the order of the events, on the thread that received the
        page's message (the kernel's main thread or that of a subshell). If a listener raises, the
        exception is logged under ``mediarecorder`` and shown under the widget; the recording and
        the other listeners continue. Adding a listener twice has no effect, as with
        `addEventListener`.

        The output of a listener appears under the cell that waits for the recorder
        (`MediaRecorder.record`, `MediaRecorder.wait`). If no cell is waiting, it appears under no
        cell, but in JupyterLab's log console at the level "info", as with every widget.

        Parameters
        ----------
        name : {"start", "dataavailable", "pause", "resume", "stop", "error", "samples",
                "devicechange"}
            The name of the event.
        listener : callable, optional
            Called with the event. If omitted, ``on`` returns a decorator.

        Raises
        ------
        ValueError
            There is no event of this name.
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
        """Remove a listener. As in the DOM, removing a listener that was never added has no effect.

        Parameters
        ----------
        name : str
            The name of the event, as for `on`.
        listener : callable
            The listener to remove.

        Raises
        ------
        ValueError
            There is no event of this name.
        TypeError
            The listener is not callable.
        """
        self._listeners.remove(name, listener)
