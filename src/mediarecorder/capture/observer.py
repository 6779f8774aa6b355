"""What a controller needs of whoever shows its recorder to people."""

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

    The methods are called one at a time, in the order of what happened, on the thread that
    delivers. Whatever their own listeners raise they keep in `raised`; only an interrupt
    comes through.

    Attributes
    ----------
    raised : deque of Exception
        What listeners raised last.
    while_listening : callable
        Makes the context in which listeners are called.
    """

    raised: deque[Exception]
    while_listening: Callable[[], AbstractContextManager[None]]

    @property
    def state(self) -> str:
        """The state that was shown last."""

    @property
    def wants_samples(self) -> bool:
        """Whether samples are to be observed while they are decoded."""

    def show_state(self, state: State) -> None:
        """The recorder has another state."""

    def follow(self, snapshot: Snapshot) -> None:
        """The page's MediaRecorder has these attributes."""

    def started(self, at: datetime.datetime) -> None:
        """The browser records, from this moment on."""

    def paused(self) -> None:
        """The recording pauses."""

    def resumed(self) -> None:
        """The recording goes on."""

    def data(self, data: npt.NDArray[np.uint8], mime_type: str, timecode: float | None) -> None:
        """A ``dataavailable``: bytes of the recording."""

    def samples(self, block: Block) -> None:
        """Samples have been decoded."""

    def stopped(self, take: Take, *, decode: bool) -> None:
        """The recording has ended; `decode`: its samples are wanted at once."""

    def failed(self, error: MediaRecorderError) -> None:
        """Something went wrong."""

    def devices(self, devices: tuple[Device, ...]) -> None:
        """A page's microphones have become known, or have changed."""

    def notice(self, text: str, cause: str = "") -> None:
        """Show a sentence; `cause` is the word for it, if there is one. Empty: show none."""

    def withdraw_notice(self, text: str) -> None:
        """Show this sentence no longer, if it is the one that is shown."""

    def hide_take(self) -> None:
        """Show the latest take no longer."""

    def closed(self) -> None:
        """The recorder has left its pages."""
