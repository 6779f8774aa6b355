"""The waits of blocking calls, as generators that check a condition and yield until it holds.

`mediarecorder.host.waiting` runs them to their end, in a blocking or an async cell.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, copy_context

from ..errors import InvalidStateError, MediaRecorderError, NoBrowserError
from ..host.progress import Progress
from ..host.waiting import Steps
from ..take import Take
from ..wire.link import Link
from ..wire.protocol import Facts
from .controller import Controller
from .run import Run

ANSWER_SECONDS = 8.0
"""Maximum time for a page to answer. In a new notebook, it loads the widget first."""
RECORDING_LEASE = 10.0
"""Maximum silence of a recording page, in seconds. It sends a message at least every four."""
RESTING_LEASE = 90.0
"""The same during a pause or a prompt: browsers throttle the timers of hidden pages."""
IN_A_THREAD = (
    "Show it in a page, and let the cell end while this thread waits: no message of a page "
    "arrives while a cell blocks the kernel."
)
ASKING_SECONDS = 1.0
"""Seconds without a start after which the browser is probably showing a prompt."""


def record_steps(
    controller: Controller, seconds: float | None, timeout: float | None, progress: bool
) -> Steps[Take]:
    """Start, wait, and return a take of the requested length."""
    if controller.waits:
        raise InvalidStateError(
            "Another call is waiting for this recorder.", "Wait for its take first."
        )
    with _take_wait(controller), Progress(shown=progress) as shown:
        controller.observer.while_listening = shown.suspended
        run = controller.start(seconds=seconds)
        yield from _follow(controller, run, shown, seconds, timeout)
    take = _outcome(run)
    return take if seconds is None else take.cut_to(seconds)


def wait_steps(controller: Controller, timeout: float | None) -> Steps[Take]:
    """Return the take of the latest start."""
    run = controller.runs.latest
    if run is None:
        raise InvalidStateError("Nothing has been started.", "Call rec.start() first.")
    deadline = _deadline(timeout)
    with _take_wait(controller):
        for _ in follow_steps(controller, run):
            if time.monotonic() > deadline:
                raise TimeoutError(f"The recording has not ended within {timeout:g} s; it goes on.")
            yield
    return _outcome(run)


def is_type_supported(controller: Controller, mime_type: str) -> bool:
    """Return what a page has reported about a type; ask a page if none has."""
    link = controller.link
    supported = link.pages.supports(mime_type)
    if supported is None:
        if not link.query_type(mime_type):
            raise NoBrowserError("No page has shown this recorder yet.")
        supported = controller.block(_type_support_steps(link, mime_type))
    return supported


def _type_support_steps(link: Link, mime_type: str) -> Steps[bool]:
    """Return the page's answer about a type."""
    deadline = _deadline(ANSWER_SECONDS)
    while (supported := link.pages.supports(mime_type)) is None:
        if time.monotonic() > deadline:
            raise NoBrowserError(f"The page did not say whether it can record {mime_type!r}.")
        yield
    return supported


def diagnosis_steps(link: Link, names: bool) -> Steps[tuple[Facts, Mapping[str, bool]] | None]:
    """Return the facts and the supported types of a page; None if no page answers."""
    deadline = _deadline(ANSWER_SECONDS)
    page = None
    while time.monotonic() < deadline:
        page = page or link.query_facts(names)
        if page is not None and (facts := page.facts) is not None:
            return facts, page.types
        yield
    return None


def why_silent(link: Link) -> str:
    """Return a sentence that explains why no page answers."""
    if not link.pages:
        return "No page shows this recorder."
    return "The page that shows this recorder does not answer."


@contextmanager
def _take_wait(controller: Controller) -> Iterator[None]:
    """Wait for a take. An interrupt or a cancelled task stops the recording, and keeps it."""
    import asyncio

    with _waiting_call(controller, controller.waits, KeyboardInterrupt, asyncio.CancelledError):
        yield


@contextmanager
def block_wait(controller: Controller) -> Iterator[None]:
    """Wait for a block. An interrupt stops the recording; a cancelled task does not."""
    with _waiting_call(controller, controller.reads, KeyboardInterrupt):
        yield


@contextmanager
def _waiting_call(
    controller: Controller, calls: list[Context], *ending: type[BaseException]
) -> Iterator[None]:
    """Show the output of listeners under this cell. Exceptions in `ending` stop the recording."""
    calls.append(context := copy_context())
    try:
        yield
    except ending:
        if controller.state != "inactive":
            controller.stop()
        raise
    finally:
        calls.remove(context)
        _warn_of_listeners(controller)


def follow_steps(controller: Controller, run: Run) -> Steps[None]:
    """Follow a run to its end. A page that does not answer is given up."""
    yield from _follow(controller, run, Progress(shown=False), None, None)


def _follow(
    controller: Controller, run: Run, shown: Progress, seconds: float | None, timeout: float | None
) -> Steps[None]:
    """Follow a run from the command to its outcome."""
    yield from _until_heard(controller, run)
    yield from _until_allowed(controller, run, shown, timeout)
    yield from _until_ended(controller, run, shown, seconds)


def _until_heard(controller: Controller, run: Run) -> Steps[None]:
    deadline = _deadline(ANSWER_SECONDS)
    while controller.link.unheard and run.outcome is None:
        if time.monotonic() > deadline:
            is_main = threading.current_thread() is threading.main_thread()
            error = NoBrowserError(why_silent(controller.link), None if is_main else IN_A_THREAD)
            controller.runs.settle(run.take, error)
            controller.link.give_up()
            controller.intake.follow_state()
        else:
            yield


def _until_allowed(
    controller: Controller, run: Run, shown: Progress, timeout: float | None
) -> Steps[None]:
    began = time.monotonic()
    deadline = _deadline(timeout)
    while not run.begun and run.outcome is None:
        now = time.monotonic()
        if now > deadline:
            controller.stop()
            raise TimeoutError(f"Nobody has allowed the microphone within {timeout:g} s.")
        if now - began > ASKING_SECONDS:
            shown.show("The browser is asking for the microphone: answer it in the page.")
        _require_sign_of_life(controller, began, RESTING_LEASE)
        yield


def _until_ended(
    controller: Controller, run: Run, shown: Progress, seconds: float | None
) -> Steps[None]:
    began = time.monotonic()
    while run.outcome is None:
        shown.update(time.monotonic() - began, seconds, controller.state)
        _require_sign_of_life(
            controller, began, RESTING_LEASE if controller.state == "paused" else RECORDING_LEASE
        )
        yield


def _require_sign_of_life(controller: Controller, since: float, lease: float) -> None:
    """Give up a page that is silent for longer than `lease`. Its take is then interrupted."""
    last = controller.link.pages.last_message_at
    if last is not None and time.monotonic() - max(last, since) > lease:
        controller.link.give_up()


def _outcome(run: Run) -> Take:
    if isinstance(run.outcome, MediaRecorderError):
        raise run.outcome
    assert run.outcome is not None
    return run.outcome


def _warn_of_listeners(controller: Controller) -> None:
    raised = controller.observer.raised
    while raised:
        error = raised.popleft()
        warnings.warn(
            f"A listener raised {type(error).__name__}: {error} (the log has more).", stacklevel=2
        )


def _deadline(seconds: float | None) -> float:
    return float("inf") if seconds is None else time.monotonic() + seconds
