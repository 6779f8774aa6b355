"""Recovery of interrupted takes from the pages' stores and from a journal."""

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
"""Seconds after which an unanswered request is repeated: its message may be lost."""
ALL_PARTS = 1 << 31
LATE_SECONDS = 2.0
"""Seconds to wait for the lists of other pages when one page has sent its list."""


def recover(journal: str | os.PathLike[str] | None = None, *, anywhere: bool = False) -> list[Take]:
    """Return interrupted takes, from the browser's store and from a journal.

    During a recording, the page stores every part in the browser (IndexedDB), and deletes them
    when Python has the whole take. If a reload, a crash, a lost connection or a restarted
    kernel interrupts a take, the store still has its parts. This function

    1. requests the list of stored takes from all pages that show a recorder. If there is no
       such page, it creates a recorder for this purpose, without displaying it;
    2. fetches the missing parts in order, and joins them with those of this kernel or of the
       journal;
    3. deletes a take in the browser when it is complete here. If a take was written to a
       journal, only the journal has all of it: a call without `journal` returns the last
       parts, and they stay in the browser until a call with `journal`.

    Takes that an open page is recording or sending are left alone.

    Parameters
    ----------
    journal : path, optional
        The `journal` folder of a recorder. Parts that only the browser has are added to its
        files. The files stay in place, so an incomplete take is returned again by the next
        call.
    anywhere : bool
        If False, only the takes of this notebook. If True, all takes of this user in this
        browser, for instance after the notebook was renamed or moved.

    Returns
    -------
    list of Take
        The oldest first, with their original `Take.id`. For an interrupted take,
        `Take.complete` is False and `Take.ended_by` gives the reason. Empty if there are no
        stored takes.

    Raises
    ------
    NoBrowserError
        No page has answered and no journal was given, or the page that stores a take does not
        answer any more. All stored data is still available to the next call.
    NotSupportedError
        In this host, a page's messages cannot arrive while a cell runs.
    OSError
        The journal cannot be read or written.

    Notes
    -----
    A browser's store belongs to one origin. A server with another port or host name, another
    browser and a private window each have a store of their own. Takes older than 30 days are
    deleted.
    """
    records = _records(journal)
    with _any_controller() as controller:
        return controller.block(_recover_steps(controller, records, anywhere))


async def recover_async(
    journal: str | os.PathLike[str] | None = None, *, anywhere: bool = False
) -> list[Take]:
    """Return interrupted takes, like `recover`, while other asyncio tasks run."""
    records = _records(journal)
    with _any_controller() as controller:
        return await controller.wait(_recover_steps(controller, records, anywhere))


def _records(folder: str | os.PathLike[str] | None) -> Records:
    """Return the incomplete takes of a journal; None without a journal."""
    if folder is None:
        return None
    return {record.head.id: record for record in unfinished(folder)}


@contextmanager
def _any_controller() -> Iterator[Controller]:
    """Yield the controller of a recorder that has a page, or else of a temporary recorder."""
    for controller in shown_controllers():
        yield controller
        return
    recorder = MediaRecorder(decode=False)
    try:
        yield controller_of(recorder)
    finally:
        recorder.close()


def _recover_steps(controller: Controller, records: Records, anywhere: bool) -> Steps[list[Take]]:
    """Recover the takes of the pages, then those that only the journal has."""
    try:
        yield from _list_steps(controller, anywhere)
    except NoBrowserError as error:
        if records is None:
            raise
        logger.warning("Only the journal was read: %s", error)
    journal_only, remainders = dict(records or {}), []
    for page, kept in controller.intake.orphans.takes:
        remainders.append(
            (yield from _fetch_steps(controller, page, kept, journal_only.pop(kept.take, None)))
        )
    controller.intake.orphans.expect(None)
    takes = [remainder.join() for remainder in remainders]
    for remainder in remainders:
        if remainder.whole or records is not None:  # else a journal may have the rest
            TakeLedger.finish(remainder.kept.take)
            controller.link.broadcast(protocol.forget, remainder.kept.take, page=remainder.page)
    _withdraw_notices()
    takes += [record.take() for record in journal_only.values()]
    return sorted(takes, key=lambda take: take.started_at)


def _withdraw_notices() -> None:
    for controller in open_controllers():
        controller.observer.withdraw_notice(KEPT_NOTICE)


def _list_steps(controller: Controller, anywhere: bool) -> Steps[None]:
    """Request the lists of stored takes, until all pages have sent theirs or the time is over."""
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
    """The stored parts of a take, and the parts of it that this kernel or a journal has."""

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
    """Fetch the parts of a take that neither this kernel nor the journal has."""
    here = TakeLedger.cut_off.get(kept.take)
    if record is not None:
        first, most = record.count, 1  # one part per request: each gets a line in the journal
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


def _ask_until(send: Callable[[], bool], check: Callable[[], T | None], failure: str) -> Steps[T]:
    """Repeat a request until `check` returns an answer. `send` returns whether a page exists."""
    sent_at, deadline = 0.0, time.monotonic() + ANSWER_SECONDS
    while (answer := check()) is None:
        now = time.monotonic()
        if now > deadline:
            raise NoBrowserError(failure)
        if now - sent_at > RETRY_SECONDS and send():
            sent_at = now
        yield
    return answer
