"""What a recorder shows of itself: traits, events, and what stands in its views."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from .errors import NO_BYTES, MediaRecorderError
from .events import ErrorEvent, Event
from .host import detect
from .player.responses import summary_of
from .take import Take
from .wire import protocol

if TYPE_CHECKING:
    from .recorder import MediaRecorder

logger = logging.getLogger("mediarecorder")


class Face:
    """Whoever looks or listens raises into nothing: it is logged, and told.

    Attributes
    ----------
    raised : deque of Exception
        What listeners and observers raised last.
    while_listening : callable
        Makes the context in which listeners are called.
    """

    def __init__(self, recorder: MediaRecorder) -> None:
        self.raised: deque[Exception] = deque(maxlen=20)
        self.while_listening: Callable[[], AbstractContextManager[None]] = nullcontext
        self._recorder = recorder

    def set(self, name: str, value: object) -> None:
        """Set a trait; an observer that raises is logged, and stops nothing."""
        try:
            self._recorder.set_trait(name, value)
        except Exception as error:
            logger.exception("An observer of %r raised an exception.", name)
            self.raised.append(error)

    def fire(self, event: Event) -> None:
        """Call the listeners of an event, one after the other."""
        with self.while_listening():
            raised = self._recorder._listeners.call(event)
        for error in raised:
            self.raised.append(error)
            self.tell(f"A listener of {event.type!r} raised {type(error).__name__}: {error}")

    def fail(self, error: MediaRecorderError) -> None:
        """Tell an error, under the views and as an event."""
        self.tell(str(error), error.cause or error.name)
        self.fire(ErrorEvent(self._recorder, error))

    def tell(self, text: str, cause: str = "") -> None:
        """Put a sentence under the views; for a cause that they know they have their own."""
        self.set("_cause", cause)
        self.set("_notice", text)

    def show(self, take: Take, *, decoded: bool) -> None:
        """Let the views know the latest take; it is not decoded just for them."""
        facts = summary_of(take, decoded=decoded)
        self.set("_shown", {"id": take.id, "waveform": decoded, **facts})
        if detect.host_name() == "Colab" and not self._recorder._notice:
            self.tell(" ".join(NO_BYTES))

    def hide(self) -> None:
        """Take the latest take out of the views."""
        self.set("_shown", {})

    def follow_state(self) -> None:
        """Bring the trait to the link's state; two threads may do so at once."""
        while self._recorder.state != (state := self._recorder._link.state):
            self.set("state", state)

    def follow(self, snapshot: protocol.Snapshot | None) -> None:
        """Bring the traits to what the page says of its recorder."""
        self.follow_state()
        if snapshot is not None:
            for name in (
                "mime_type",
                "audio_bits_per_second",
                "video_bits_per_second",
                "audio_bitrate_mode",
            ):
                self.set(name, getattr(snapshot, name))
