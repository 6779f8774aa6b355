"""One cell is enough: the waits, each a generator that looks and yields until it has what it needs.

`mediarecorder.host.waiting` takes them to their end, in a cell that blocks or awaits.
"""

from __future__ import annotations

import threading
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, copy_context
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import InvalidStateError, MediaRecorderError, NoBrowserError
from ..host.progress import Progress
from ..host.waiting import Steps
from ..media.samples import SampleBuffer
from ..take import Take
from ..wire import protocol
from ..wire.link import Link
from ..wire.protocol import Facts

if TYPE_CHECKING:
    from ..recorder import MediaRecorder
    from .run import Run

ANSWER_SECONDS = 8.0
"""How long a page may take to hear a command: in a new notebook it loads the widget first."""
RECORDING_LEASE = 10.0
"""How long a page that records may be silent; it speaks every four at the latest."""
RESTING_LEASE = 90.0
"""The same while it is paused or asks for permission: browsers slow the timers of hidden pages."""
IN_A_THREAD = (
    "Show it in a page; and let the cell end while this thread waits, since no message of a page "
    "arrives while a cell blocks the kernel."
)
DECODING_SECONDS = 20.0
"""How long a page that decodes may take for its next block."""
ASKING_SECONDS = 1.0
"""After this long without a start, a person is probably being asked."""


def record_steps(
    rec: MediaRecorder, seconds: float | None, timeout: float | None, progress: bool
) -> Steps[Take]:
    """Start, wait, and give the span that was asked for."""
    if rec._waits:
        raise InvalidStateError("Another call waits for this recorder.", "Wait for its take first.")
    with _wait(rec), Progress(shown=progress) as shown:
        rec._face.while_listening = shown.aside
        run = rec._start(seconds=seconds)
        yield from _follow(rec, run, shown, seconds, timeout)
    take = _outcome(run)
    return take if seconds is None else take.cut_to(seconds)


def wait_steps(rec: MediaRecorder, timeout: float | None) -> Steps[Take]:
    """Give the take of the latest start."""
    run = rec._intake.latest
    if run is None:
        raise InvalidStateError("Nothing has been started.", "Call rec.start() first.")
    until = _deadline(timeout)
    with _wait(rec):
        for _ in follow_steps(rec, run):
            if time.monotonic() > until:
                raise TimeoutError(f"The recording has not ended within {timeout:g} s; it goes on.")
            yield
    return _outcome(run)


def type_support_steps(link: Link, mime_type: str) -> Steps[bool]:
    """Give what the page says of a type."""
    until = _deadline(ANSWER_SECONDS)
    while (supported := link.supports(mime_type)) is None:
        if time.monotonic() > until:
            raise NoBrowserError(f"The page did not say whether it can record {mime_type!r}.")
        yield
    return supported


def diagnosis_steps(link: Link, names: bool) -> Steps[tuple[Facts, Mapping[str, bool]] | None]:
    """Give what a page says of itself, and of types; None if there is none, or no answer."""
    until = _deadline(ANSWER_SECONDS)
    page = None
    while time.monotonic() < until:
        page = page or link.query_facts(names)
        if page is not None and (facts := page.facts) is not None:
            return facts, page.types
        yield
    return None


def why_silent(link: Link) -> str:
    """Why nobody answers."""
    if link.alone:
        return "No page shows this recorder."
    return "The page that shows this recorder does not answer."


def decode_steps(
    rec: MediaRecorder, blob: npt.NDArray[np.uint8], mime_type: str
) -> Steps[tuple[npt.NDArray[np.float32], int] | None]:
    """Give the samples of a blob, by a page that shows the recorder; None if it does not."""
    name, sound = uuid.uuid4().hex, SampleBuffer()
    rec._intake.buffers[name] = sound
    try:
        frames, until = 0, _deadline(DECODING_SECONDS)
        if not rec._link.request(name, protocol.decode, mime_type, buffer=blob.tobytes()):
            return None
        while sound.outcome is None and time.monotonic() < until:
            if sound.frames > frames:
                frames, until = sound.frames, _deadline(DECODING_SECONDS)
            yield
        return sound.samples()
    finally:
        rec._link.withdraw(name)
        del rec._intake.buffers[name]


@contextmanager
def _wait(rec: MediaRecorder) -> Iterator[None]:
    """Wait for a take; an interrupt ends the recording, and keeps it."""
    import asyncio

    with _from_here(rec, rec._waits, KeyboardInterrupt, asyncio.CancelledError):
        yield


@contextmanager
def reading(rec: MediaRecorder) -> Iterator[None]:
    """Wait for a block; an interrupt ends the recording, but not a task that is cancelled."""
    with _from_here(rec, rec._reads, KeyboardInterrupt):
        yield


@contextmanager
def _from_here(
    rec: MediaRecorder, calls: list[Context], *ending: type[BaseException]
) -> Iterator[None]:
    """What listeners print meanwhile appears under this cell; what is `ending` stops `rec`."""
    calls.append(here := copy_context())
    try:
        yield
    except ending:
        if rec.state != "inactive":
            rec.stop()
        raise
    finally:
        calls.remove(here)
        _tell_what_listeners_raised(rec)


def follow_steps(rec: MediaRecorder, run: Run) -> Steps[None]:
    """Watch over a take until its end: a page that does not answer is given up."""
    yield from _follow(rec, run, Progress(shown=False), None, None)


def _follow(
    rec: MediaRecorder, run: Run, shown: Progress, seconds: float | None, timeout: float | None
) -> Steps[None]:
    """From the start to what becomes of it."""
    yield from _until_heard(rec, run)
    yield from _until_allowed(rec, run, shown, timeout)
    yield from _until_ended(rec, run, shown, seconds)


def _until_heard(rec: MediaRecorder, run: Run) -> Steps[None]:
    until = _deadline(ANSWER_SECONDS)
    while rec._link.unheard and run.outcome is None:
        if time.monotonic() > until:
            is_main = threading.current_thread() is threading.main_thread()
            error = NoBrowserError(why_silent(rec._link), None if is_main else IN_A_THREAD)
            rec._intake.settle(run.take, error)
            rec._link.give_up()
            rec._face.follow_state()
        else:
            yield


def _until_allowed(
    rec: MediaRecorder, run: Run, shown: Progress, timeout: float | None
) -> Steps[None]:
    began = time.monotonic()
    until = _deadline(timeout)
    while not run.begun and run.outcome is None:
        now = time.monotonic()
        if now > until:
            rec.stop()
            raise TimeoutError(f"Nobody has allowed the microphone within {timeout:g} s.")
        if now - began > ASKING_SECONDS:
            shown.say("The browser is asking for the microphone: answer it in the page.")
        _require_sign_of_life(rec, began, RESTING_LEASE)
        yield


def _until_ended(
    rec: MediaRecorder, run: Run, shown: Progress, seconds: float | None
) -> Steps[None]:
    began = time.monotonic()
    while run.outcome is None:
        shown.tell(time.monotonic() - began, seconds, rec.state)
        _require_sign_of_life(
            rec, began, RESTING_LEASE if rec.state == "paused" else RECORDING_LEASE
        )
        yield


def _require_sign_of_life(rec: MediaRecorder, since: float, lease: float) -> None:
    """Give up a page that has been silent for too long; its take then ends as interrupted."""
    spoke = rec._link.last_word
    if spoke is not None and time.monotonic() - max(spoke, since) > lease:
        rec._link.give_up()


def _outcome(run: Run) -> Take:
    if isinstance(run.outcome, MediaRecorderError):
        raise run.outcome
    assert run.outcome is not None
    return run.outcome


def _tell_what_listeners_raised(rec: MediaRecorder) -> None:
    raised = rec._face.raised
    while raised:
        error = raised.popleft()
        warnings.warn(
            f"A listener raised {type(error).__name__}: {error} (the log has more).", stacklevel=2
        )


def _deadline(seconds: float | None) -> float:
    return float("inf") if seconds is None else time.monotonic() + seconds
