"""The starts of one recorder, and what has arrived of the takes that they lead to."""

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
    """Keeps the bytes and the samples of a recorder's takes as they arrive.

    It holds the runs whose outcome is not known yet, by the ids of their takes.

    Parameters
    ----------
    settings : Settings
        How takes are kept and decoded.
    observer : Observer
        May want samples.
    readers : Readers
        Read samples while they are decoded.
    on_expected : callable
        Called when a take has been asked for.

    Attributes
    ----------
    latest : Run or None
        The latest start, by Python or by a button.
    pending : dict of str to PendingTake
        The takes that have begun, by their ids.
    buffers : dict of str to SampleBuffer
        What a page was asked to decode, by the names of the requests.
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
        """The takes that are to come, by their ids: until who waits for one goes on.

        One that no page has begun is out of it when another is asked for.
        """
        return {run.take for run in self.open if run.begun or run is self.latest}

    @property
    def open(self) -> list[Run]:
        """All of them."""
        return list(self._runs.values())

    @property
    def has_listeners(self) -> bool:
        """Whether somebody listens to samples while they are recorded."""
        return self._readers.is_wanted or self._observer.wants_samples

    @property
    def decodes_along(self) -> bool:
        """Whether a take that starts now is decoded while it is recorded."""
        return self._settings.decode or self.has_listeners

    def is_latest(self, take: str) -> bool:
        return self.latest is not None and take == self.latest.take

    def expect(self, take: str) -> Run:
        """A take has been asked for."""
        self.latest = self._runs[take] = Run(take, self.decodes_along)
        self._readers.expect(self.latest)
        self._on_expected()
        return self.latest

    def settle(self, take: str, outcome: Take | MediaRecorderError) -> None:
        """The run of a take is over; a call that waits for it goes on now."""
        run = self._runs.pop(take, None)
        if run is not None:
            run.outcome = outcome

    def keep(self, arrival: Arrival) -> Arrival:
        """Put bytes where they last, before the page is told that they are here.

        Listeners hear of them when it is their turn, however long that takes.
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
        """Where samples of a page go; None where nothing waits for them any more."""
        if name in self.pending:
            return self.pending[name].page_buffer
        return self.buffers.get(name)

    def tap(self) -> None:
        """Let the observer have what is to come of every take, if it wants samples now."""
        for name, pending in list(self.pending.items()):
            self._tap(pending, self._runs[name])

    def _begin(self, page: str, letter: protocol.Started) -> PendingTake:
        """A take begins; by a button, if nobody has asked for it."""
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
