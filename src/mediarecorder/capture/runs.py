"""The runs of one recorder, and their pending takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .. import media
from ..errors import MediaRecorderError
from ..media.samples import SampleBuffer
from ..options import Settings
from ..take import Take
from ..wire import protocol
from ..wire.delivery import Arrival
from . import pcm
from .assembly import PendingTake
from .observer import Observer
from .readers import Readers, Tap
from .run import Run


class Runs:
    """Stores the bytes and the samples of a recorder's takes as they arrive.

    It is a mapping of take ids to the runs that have no outcome yet.

    Parameters
    ----------
    settings : Settings
        Settings for storing and decoding takes.
    observer : Observer
        May want samples.
    readers : Readers
        The readers of samples during the recording.
    on_expected : callable
        Called when a take is expected.

    Attributes
    ----------
    latest : Run or None
        The latest run, started from Python or by a button.
    pending : dict of str to PendingTake
        The takes that have begun and not ended, by their ids.
    buffers : dict of str to SampleBuffer
        The buffers of requests for decoding, by the names of the requests.
    """

    def __init__(
        self,
        settings: Settings,
        observer: Observer,
        readers: Readers,
        on_expected: Callable[[], None],
    ) -> None:
        self.latest: Run | None = None
        self.pending: dict[str, PendingTake] = {}
        self.buffers: dict[str, SampleBuffer] = {}
        self._settings = settings
        self._observer = observer
        self._readers = readers
        self._on_expected = on_expected
        self._runs: dict[str, Run] = {}

    def __contains__(self, take: str) -> bool:
        return take in self._runs

    def __getitem__(self, take: str) -> Run:
        return self._runs[take]

    @property
    def under_way(self) -> set[str]:
        """The ids of the takes that are still to come."""
        # A run that no page has begun is left out after a later start.
        return {run.take for run in self.open if run.begun or run is self.latest}

    @property
    def open(self) -> list[Run]:
        """The runs that have no outcome yet."""
        return list(self._runs.values())

    @property
    def has_listeners(self) -> bool:
        """Whether there are readers or listeners of samples during the recording."""
        return self._readers.is_wanted or self._observer.wants_samples

    @property
    def decodes_along(self) -> bool:
        """Whether a take that starts now is decoded during the recording."""
        return self._settings.decode or self.has_listeners

    def is_latest(self, take: str) -> bool:
        return self.latest is not None and take == self.latest.take

    def expect(self, take: str) -> Run:
        """Register a take that Python has requested or that a button has started."""
        self.latest = self._runs[take] = Run(take, self.decodes_along)
        self._readers.expect(self.latest)
        self._on_expected()
        return self.latest

    def settle(self, take: str, outcome: Take | MediaRecorderError) -> None:
        """Set the outcome of a run and release its waiting calls."""
        run = self._runs.pop(take, None)
        if run is not None:
            run.outcome = outcome

    def keep(self, arrival: Arrival) -> Arrival:
        """Store the bytes of a letter before it is acknowledged.

        Events are fired later, when the letter is delivered.
        """
        match arrival.message:
            case protocol.Started() as letter:
                self.pending[letter.take] = self._begin(arrival.page.id, letter)
            case protocol.Data() as letter:
                self.pending[letter.take].add(arrival.buffer)
                return replace(arrival, buffer=b"")
            case protocol.DataAvailable() | protocol.Stopped() as letter:
                self.pending[letter.take].add(arrival.buffer)
                self.pending[letter.take].mark()
                return replace(arrival, buffer=b"")
            case protocol.Pcm() as letter:
                if (buffer := self.buffer_of(letter.take)) is not None:
                    pcm.add(buffer, letter, arrival.buffer)
                return replace(arrival, buffer=b"")
        return arrival

    def buffer_of(self, name: str) -> SampleBuffer | None:
        """Return the buffer for the samples of a page; None if they are not wanted any more."""
        if name in self.pending:
            return self.pending[name].page_buffer
        return self.buffers.get(name)

    def tap(self) -> None:
        """Attach the observer to all pending takes if it wants samples."""
        for name, pending in list(self.pending.items()):
            self._tap(pending, self._runs[name])

    def _begin(self, page: str, letter: protocol.Started) -> PendingTake:
        """Create the pending take of a run."""
        # A take that Python has not requested was started by a button.
        run = self._runs.get(letter.take) or self.expect(letter.take)
        buffer = (
            SampleBuffer(self._readers.of(run), keep=self._settings.decode) if run.decoded else None
        )
        pending = PendingTake(
            page, letter, self._settings.journal, buffer, in_kernel=media.available()
        )
        self._tap(pending, run)
        return pending

    def _tap(self, pending: PendingTake, run: Run) -> None:
        if pending.tap is None and self._observer.wants_samples:
            pending.tap = Tap(self._readers, run)
