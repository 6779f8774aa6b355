"""Buttons of a page: each is done once, in the scene in which it was pressed, or told why not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import MediaRecorderError
from ..wire.protocol import ProtocolError
from ..wire.refusals import Refusals

logger = logging.getLogger("mediarecorder")


class Actions:
    """What a widget's page has pressed.

    Parameters
    ----------
    perform : callable
        Does what a button says, given its name and what it tells besides; raises
        ProtocolError where there is no such button.
    on_error : callable
        Told why it could not be done, in a sentence.

    Attributes
    ----------
    lock : RLock
        Held while a button is at work; hold it, too, where something else changes the scene.
    refused : Refusals
        What was no message of a page of ours.
    """

    def __init__(
        self,
        perform: Callable[[str, Mapping[Any, Any]], None],
        on_error: Callable[[str], None],
    ) -> None:
        self.lock = threading.RLock()
        self.refused = Refusals()
        self._perform = perform
        self._on_error = on_error
        self._step = 0

    def next(self) -> int:
        """Number the next scene; what was pressed in an earlier one is ignored from now on."""
        self._step += 1
        return self._step

    def receive(self, content: object) -> None:
        """Take in what a page says, whatever it is."""
        try:
            match content:
                case {"kind": "do", "op": str(op), "step": int(step), **more}:
                    self._do(op, step, more)
                case _:
                    raise ProtocolError("there is no such message")
        except ProtocolError as error:
            self.refused.note(error)

    def _do(self, op: str, step: int, more: Mapping[Any, Any]) -> None:
        with self.lock:
            if step != self._step:
                return
            try:
                self._perform(op, more)
            except ProtocolError:
                raise
            except (MediaRecorderError, OSError, ValueError, TypeError) as error:
                logger.warning("A button, %s, could not do its work: %s", op, error)
                self._on_error(str(error))
