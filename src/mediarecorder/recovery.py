"""Takes that were cut off come back: what has arrived, and what the browser has kept."""

from __future__ import annotations

import datetime
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np

from .capture.controller import Controller, open_controllers, shown_controllers
from .capture.intake import KEPT_NOTICE
from .capture.orphans import CutOff, TakeLedger
from .capture.waits import ANSWER_SECONDS
from .errors import NoBrowserError
from .host.waiting import Steps
from .journal import Record, unfinished
from .recorder import MediaRecorder, controller_of
from .take import Take
from .wire import protocol
from .wire.protocol import Kept, Stretch

T = TypeVar("T")
Records: TypeAlias = "dict[str, Record] | None"

logger = logging.getLogger("mediarecorder")

RETRY_SECONDS = 1.0
"""A message to a page may get lost: what is not answered is asked again."""
ALL_PARTS = 1 << 31
LATE_SECONDS = 2.0
"""How long to wait for a second page when one has told all."""


def recover(journal: str | os.PathLike[str] | None = None, *, anywhere: bool = False) -> list[Take]:
    """Bring back the takes that were cut off, as far as this browser or a journal has kept them.

    While it records, the page puts each part into its browser's own store (IndexedDB),
    and takes it out when Python has the whole take. So what a reload, a crash, a
    broken connection or a restarted kernel has left there is:

    1. asked for, in every page that shows a recorder; if there is none, in one that is
       made for it and not displayed;
    2. brought here in order, and joined with what this kernel or the journal has of it;
    3. deleted in the browser, once all of them are here. A take that was written to a
       journal is kept nowhere else as a whole: without `journal`, its last parts alone
       come, and stay in the browser until the journal is named.

    Takes that a living page records, or is still sending, are left alone.

    Parameters
    ----------
    journal : path, optional
        The folder of a recorder's `journal`. What the browser still has is added to its
        files. They stay where they are, so that a take which lacks something comes
        again at the next call.
    anywhere : bool
        Not only the takes of this notebook, but all of this person's in this browser:
        after the notebook was renamed or moved, for instance.

    Returns
    -------
    list of Take
        The oldest first, each under the `Take.id` that it was begun with. `Take.complete`
        is False for one that was cut off, and `Take.ended_by` says by what. Empty if
        nothing is kept.

    Raises
    ------
    NoBrowserError
        No page has answered, and no journal was given; or the page that keeps a take
        does not answer any more. All that is kept stays kept, for the next call.
    NotSupportedError
        In this host no message of a page arrives while a cell runs.
    OSError
        The journal cannot be read, or written.

    Notes
    -----
    A browser's store belongs to an origin: a server on another port or host name is
    another one, and so is another browser or a private window. It forgets a take after
    30 days.
    """
    records = _records(journal)
    with _any_controller() as controller:
        return controller.block(_recover_steps(controller, records, anywhere))


async def recover_async(
    journal: str | os.PathLike[str] | None = None, *, anywhere: bool = False
) -> list[Take]:
    """Do what `recover` does, and let other tasks run meanwhile: ``await`` it."""
    records = _records(journal)
    with _any_controller() as controller:
        return await controller.wait(_recover_steps(controller, records, anywhere))


def _records(folder: str | os.PathLike[str] | None) -> Records:
    """The takes of a journal that lack something; None without a journal."""
    if folder is None:
        return None
    return {record.head.id: record for record in unfinished(folder)}


@contextmanager
def _any_controller() -> Iterator[Controller]:
    """That of a recorder that has a page; else of a new one, for as long as it is needed."""
    for controller in shown_controllers():
        yield controller
        return
    recorder = MediaRecorder(decode=False)
    try:
        yield controller_of(recorder)
    finally:
        recorder.close()


def _recover_steps(controller: Controller, records: Records, anywhere: bool) -> Steps[list[Take]]:
    """Bring what the pages keep, then what only the journal has."""
    try:
        yield from _list_steps(controller, anywhere)
    except NoBrowserError as error:
        if records is None:
            raise
        logger.warning("Only the journal was looked into: %s", error)
    left, remainders = dict(records or {}), []
    for page, kept in controller.intake.orphans.takes:
        remainders.append(
            (yield from _fetch_steps(controller, page, kept, left.pop(kept.take, None)))
        )
    controller.intake.orphans.expect(None)
    takes = [remainder.join() for remainder in remainders]
    for remainder in remainders:
        if remainder.whole or records is not None:  # else a journal may have what is missing
            TakeLedger.finish(remainder.kept.take)
            controller.link.broadcast(protocol.forget, remainder.kept.take, page=remainder.page)
    _withdraw_notices()
    takes += [record.take() for record in left.values()]
    return sorted(takes, key=lambda take: take.started_at)


def _withdraw_notices() -> None:
    for controller in open_controllers():
        controller.observer.withdraw_notice(KEPT_NOTICE)


def _list_steps(controller: Controller, anywhere: bool) -> Steps[None]:
    """Ask every page what it keeps, until all have told it, or none tells more."""
    orphans, began = controller.intake.orphans, time.monotonic()
    orphans.reset()
    pages: set[str] = set()

    def send() -> bool:
        nonlocal pages
        pages = controller.link.broadcast(protocol.seek, anywhere)
        return bool(pages)

    def check() -> bool | None:
        is_late = bool(orphans.listed) and time.monotonic() - began > LATE_SECONDS
        return is_late or (bool(pages) and pages <= orphans.listed) or None

    yield from _ask_until(send, check, "No page has said what its browser keeps.")


@dataclass(frozen=True)
class Remainder:
    """What a browser had of a take that is in part here, or in a journal."""

    page: str
    kept: Kept
    here: CutOff | None
    record: Record | None
    parts: dict[int, bytes]
    whole: bool

    def join(self) -> Take:
        kept = self.kept
        end: dict[str, Any] = {
            "mime_type": kept.mime_type,
            "complete": self.whole and kept.ended_by not in (None, "kernel gone"),
            "ended_by": kept.ended_by or "page gone",
            "seconds": kept.seconds,
        }
        if self.record is not None:
            self.record.append(self.parts)
            self.record.finish(**end)
            return self.record.take()
        before = b"" if self.here is None else self.here.take.blob.tobytes()
        blob = np.frombuffer(b"".join([before, *self.parts.values()]), np.uint8)
        started_at = datetime.datetime.fromtimestamp(kept.at / 1000, datetime.timezone.utc)
        return Take(blob, id=kept.take, started_at=started_at, settings=kept.settings, **end)


def _fetch_steps(
    controller: Controller, page: str, kept: Kept, record: Record | None
) -> Steps[Remainder]:
    """Bring what this kernel, or the journal, has not got of a take."""
    here = TakeLedger.cut_off.get(kept.take)
    if record is not None:
        first, most = record.count, 1  # part by part, so that each has its line there
    else:
        first, most = (0 if here is None else here.parts), ALL_PARTS
    parts: dict[int, bytes] = {}
    whole = True
    while first < kept.parts:
        stretch, data = yield from _stretch_steps(controller, page, kept.take, first, most)
        whole = whole and stretch.first == first < stretch.next
        parts[stretch.first] = data
        first = stretch.next if data else kept.parts
    if not whole:
        logger.warning(
            "Parts of take %s are missing. If its recorder had a journal, "
            "mediarecorder.recover(JOURNAL) joins them.",
            kept.take,
        )
    return Remainder(page, kept, here, record, parts, whole)


def _stretch_steps(
    controller: Controller, page: str, take: str, first: int, most: int
) -> Steps[tuple[Stretch, bytes]]:
    orphans = controller.intake.orphans
    orphans.expect(take)
    return (
        yield from _ask_until(
            lambda: bool(controller.link.broadcast(protocol.fetch, take, first, most, page=page)),
            lambda: orphans.stretch(first),
            "The page that keeps a take does not answer any more.",
        )
    )


def _ask_until(send: Callable[[], bool], check: Callable[[], T | None], otherwise: str) -> Steps[T]:
    """Ask until `check` sees an answer; `send` says whether anybody could be asked."""
    asked, until = 0.0, time.monotonic() + ANSWER_SECONDS
    while (answer := check()) is None:
        now = time.monotonic()
        if now > until:
            raise NoBrowserError(otherwise)
        if now - asked > RETRY_SECONDS and send():
            asked = now
        yield
    return answer
