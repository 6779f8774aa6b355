"""The interface of a controller to the object that shows its recorder."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..errors import MediaRecorderError
from ..media.block import Block
from ..sources import Device
from ..take import Take
from ..wire.protocol import Snapshot, State


class Observer(Protocol):
    """Shows the state, the takes and the errors of one recorder.

    The methods are called one at a time, in the order of the messages, on the thread that
    delivers them. Exceptions of listeners are collected in `raised`; only an interrupt
    propagates.

    Attributes
    ----------
    raised : deque of Exception
        The latest exceptions of listeners.
    while_listening : callable
        Returns the context manager in which listeners are called.
    """

    raised: deque[Exception]
    while_listening: Callable[[], AbstractContextManager[None]]

    @property
    def state(self) -> str:
        """The state that is shown."""

    @property
    def wants_samples(self) -> bool:
        """Whether samples are delivered during the recording."""

    def show_state(self, state: State) -> None:
        """Show the state of the recorder."""

    def follow(self, snapshot: Snapshot) -> None:
        """Show the attributes of the page's MediaRecorder."""

    def started(self, at: datetime.datetime) -> None:
        """Report that the browser has started to record, at this time."""

    def paused(self) -> None:
        """Report that the recording has paused."""

    def resumed(self) -> None:
        """Report that the recording has resumed."""

    def data(self, data: npt.NDArray[np.uint8], mime_type: str, timecode: float | None) -> None:
        """Report a ``dataavailable`` with bytes of the recording."""

    def samples(self, block: Block) -> None:
        """Report decoded samples."""

    def stopped(self, take: Take, *, decode: bool) -> None:
        """Report a take whose recording has ended. If `decode`, its samples are needed at once."""

    def failed(self, error: MediaRecorderError) -> None:
        """Report an error."""

    def devices(self, devices: tuple[Device, ...]) -> None:
        """Report the microphones of a page: they have become known, or have changed."""

    def notice(self, text: str, cause: str = "") -> None:
        """Show a sentence, or none if `text` is empty. `cause` is the key of a known sentence."""

    def withdraw_notice(self, text: str) -> None:
        """Remove this sentence if it is shown."""

    def hide_take(self) -> None:
        """Remove the latest take from the views."""

    def closed(self) -> None:
        """Report that the recorder has left its pages."""
