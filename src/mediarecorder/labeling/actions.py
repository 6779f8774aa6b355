"""The actions that a page requests by its buttons and keys, each performed at most once."""

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
    """The actions of a widget's page.

    An action names the scene in which it was requested. One from an earlier scene, such as
    the second press of a double click, is ignored.

    Parameters
    ----------
    perform : callable
        Performs an action, given its name and the message's other fields. Raises
        ProtocolError if the action is unknown.
    on_error : callable
        Called with a sentence if an action fails.

    Attributes
    ----------
    lock : RLock
        Held during an action. Hold it for every other change of the scene, too.
    refused : Refusals
        The invalid messages.
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
        """Return the number of the next scene. Actions of earlier scenes are now ignored."""
        self._step += 1
        return self._step

    def receive(self, content: object) -> None:
        """Handle a message of a page, valid or not."""
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
                logger.warning("The action %s failed: %s", op, error)
                self._on_error(str(error))
