"""Takes that were cut off come back: what has arrived, and what the browser has kept."""

from __future__ import annotations

import datetime
import logging
import time
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .errors import NoBrowserError
from .onecell import ANSWER_SECONDS
from .take import Take
from .wire import protocol, waiting
from .wire.protocol import Kept, Stretch
from .wire.shelf import Arrived
from .wire.waiting import Steps

if TYPE_CHECKING:
    from .recorder import MediaRecorder

logger = logging.getLogger("mediarecorder")

AGAIN_SECONDS = 1.0
"""A message to a page may get lost: what is not answered is asked again."""
LATE_SECONDS = 2.0
"""How long to wait for a second page when one has told all."""


def recover(*, anywhere: bool = False) -> list[Take]:
    """Bring back the takes that were cut off, as far as this browser has kept them.

    While it records, the page puts each part into its browser's own store (IndexedDB),
    and takes it out when Python has the whole take. So what a reload, a crash, a
    broken connection or a restarted kernel has left there is:

    1. asked for, in every page that shows a recorder; if there is none, in one that is
       made for it and not displayed;
    2. brought here in order, and joined with what this kernel has of it;
    3. deleted in the browser, once it is here.

    Takes that a living page records, or is still sending, are left alone.

    Parameters
    ----------
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
        No page has answered.
    NotSupportedError
        In this host no message of a page arrives while a cell runs.

    Notes
    -----
    A browser's store belongs to an origin: a server on another port or host name is
    another one, and so is another browser or a private window. It forgets a take after
    30 days.
    """
    rec, is_ours = _speaker()
    try:
        return waiting.block(_recovered(rec, anywhere), rec._comm_id, rec._link.bell)
    finally:
        if is_ours:
            rec.close()


async def recover_async(*, anywhere: bool = False) -> list[Take]:
    """Do what `recover` does, and let other tasks run meanwhile: ``await`` it."""
    rec, is_ours = _speaker()
    try:
        return await waiting.wait(_recovered(rec, anywhere), rec._comm_id, rec._link.bell)
    finally:
        if is_ours:
            rec.close()


def _speaker() -> tuple[MediaRecorder, bool]:
    """A recorder that has a page; else a new one, and that it is."""
    from .recorder import MediaRecorder, _recorders

    for recorder in tuple(_recorders):
        if not recorder._link.alone:
            return recorder, False
    return MediaRecorder(decode=False), True


def _recovered(rec: MediaRecorder, anywhere: bool) -> Steps[list[Take]]:
    yield from _listed(rec, anywhere)
    takes = []
    for page, kept in rec._intake.shelf.takes:
        takes.append((yield from _brought(rec, page, kept)))
        Arrived.finish(kept.take)
        rec._link.tell(protocol.forget, kept.take, page=page)
    return takes


def _listed(rec: MediaRecorder, anywhere: bool) -> Steps[None]:
    """Ask every page what it keeps, until all have told it, or none tells more."""
    shelf, began, asked = rec._intake.shelf, time.monotonic(), 0.0
    shelf.begin()
    pages: set[str] = set()
    while not pages or not pages <= shelf.listed:
        now = time.monotonic()
        if shelf.listed and now - began > LATE_SECONDS:
            return
        if now - began > ANSWER_SECONDS:
            raise NoBrowserError("No page has said what its browser keeps.")
        if now - asked > AGAIN_SECONDS:
            pages, asked = rec._link.tell(protocol.seek, anywhere), now if pages else 0.0
        yield


def _brought(rec: MediaRecorder, page: str, kept: Kept) -> Steps[Take]:
    """Bring one take here: what this kernel has not got of it."""
    cut_off = Arrived.cut_off.get(kept.take)
    known = None if cut_off is None else cut_off.take.blob
    first = 0 if cut_off is None else cut_off.parts
    blobs = [] if known is None else [known]
    whole = True
    while first < kept.parts:
        stretch, data = yield from _stretch(rec, page, kept, first)
        whole = whole and stretch.first == first < stretch.next
        blobs.append(np.frombuffer(data, np.uint8))
        first = stretch.next if data else kept.parts
    if not whole:
        logger.warning("Parts of take %s are missing: they were kept nowhere.", kept.take)
    return _take(kept, np.concatenate([*blobs, np.empty(0, np.uint8)]), whole)


def _stretch(rec: MediaRecorder, page: str, kept: Kept, first: int) -> Steps[tuple[Stretch, bytes]]:
    asked, until = 0.0, time.monotonic() + ANSWER_SECONDS
    while (found := rec._intake.shelf.stretch(kept.take, first)) is None:
        now = time.monotonic()
        if now > until:
            raise NoBrowserError("The page that keeps a take does not answer any more.")
        if now - asked > AGAIN_SECONDS:
            rec._link.tell(protocol.fetch, kept.take, first, page=page)
            asked = now
        yield
    return found


def _take(kept: Kept, blob: npt.NDArray[np.uint8], whole: bool) -> Take:
    blob.flags.writeable = False
    return Take(
        blob,
        mime_type=kept.mime_type,
        id=kept.take,
        started_at=datetime.datetime.fromtimestamp(kept.at / 1000, datetime.timezone.utc),
        settings=kept.settings,
        complete=whole and kept.ended_by not in (None, "kernel gone"),
        ended_by=kept.ended_by or "page gone",
        seconds=kept.seconds,
    )
