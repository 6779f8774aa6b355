"""The manifest of a store: the merged entries of all sessions, independent of their order."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator

from .backends import Backend
from .codec import from_line
from .entries import SESSION, Begin, Clip, Consent, Entry, Rating, Region, Withdrawal

logger = logging.getLogger("mediarecorder")

PAGES = "manifest"
FORGOTTEN = "forgotten"
LARGEST_PAGE = 1 << 26

_PAGE = re.compile(rf"{PAGES}/(?P<session>{SESSION.pattern})-\d{{6}}\.jsonl")


def page_name(session: str, number: int) -> str:
    """Return the name of a page. The names of a session's pages sort in writing order."""
    return f"{PAGES}/{session}-{number:06}.jsonl"


class Manifest:
    """The merged entries of all sessions of a store.

    It contains the clips that were not withdrawn: iterate over it, or use ``manifest[id]``,
    ``id in manifest`` and ``len(manifest)``. The order in which entries are added does not
    matter, so all readers of a store agree.

    Attributes
    ----------
    sessions : dict of str to str
        The speaker of each session.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, str] = {}
        self._clips: dict[str, Clip] = {}
        self._withdrawn: set[str] = set()
        self._ratings: dict[str, dict[str, Rating]] = {}
        self._consents: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Clip]:
        """Iterate over the clips that were not withdrawn, by the start of their sessions."""
        return (clip for clip in self._clips.values() if clip.id not in self._withdrawn)

    def __contains__(self, clip_id: object) -> bool:
        return clip_id in self._clips and clip_id not in self._withdrawn

    def __getitem__(self, clip_id: str) -> Clip:
        if clip_id not in self:
            raise KeyError(f"There is no clip {clip_id!r:.80} in this store.")
        return self._clips[clip_id]

    def add(self, entry: Entry) -> None:
        """Add an entry."""
        self.sessions.setdefault(entry.session, entry.speaker)
        match entry:
            case Clip():
                self._clips.setdefault(entry.id, entry)
            case Rating():
                of_clip = self._ratings.setdefault(entry.id, {})
                before = of_clip.get(entry.speaker)
                if before is None or (before.at, before.session) <= (entry.at, entry.session):
                    of_clip[entry.speaker] = entry
            case Withdrawal():
                self._withdrawn.add(entry.id)
            case Consent():
                self._consents.add((entry.speaker, entry.text_id))
            case Begin():
                pass

    def speakers(self) -> list[str]:
        """Return the names of all people with a session, sorted."""
        return sorted(set(self.sessions.values()))

    def takes_of(self, speaker: str) -> Counter[str]:
        """Return a speaker's number of clips by prompt id, for the `done` of a `Queue`."""
        return Counter(clip.prompt_id for clip in self if clip.speaker == speaker)

    def has_consented(self, speaker: str, text_id: str) -> bool:
        """Return whether a speaker has accepted a consent text."""
        return (speaker, text_id) in self._consents

    def labels(self, clip_id: str) -> dict[str, str]:
        """Return the labels of a clip by person: the speaker's first, the others by name.

        Raises KeyError if there is no such clip.
        """
        clip = self[clip_id]
        given = {clip.speaker: clip.label} if clip.label else {}
        ratings = self._ratings.get(clip_id, {})
        given.update((name, ratings[name].label) for name in sorted(ratings))
        return {name: label for name, label in given.items() if label}

    def regions(self, clip_id: str) -> dict[str, tuple[Region, ...]]:
        """Return the labelled parts of a clip by person, in order of time.

        Raises KeyError if there is no such clip.
        """
        ratings = self._ratings.get(self[clip_id].id, {})
        return {name: ratings[name].regions for name in sorted(ratings) if ratings[name].regions}

    def label(self, clip_id: str) -> str:
        """Return the most frequent label of a clip; empty if there is none, or a tie.

        Raises KeyError if there is no such clip.
        """
        counted = Counter(self.labels(clip_id).values()).most_common(2)
        if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
            return ""
        return counted[0][0]

    def __repr__(self) -> str:
        return f"<Manifest of {len(self)} clips by {len(self.speakers())} speakers>"


def read_manifest(backend: Backend) -> Manifest:
    """Read the manifest of a store, without forgotten sessions.

    The files are untrusted: invalid lines and oversized pages are left out and logged.
    """
    pages = {}
    for name, size in backend.list(PAGES).items():
        if size > LARGEST_PAGE:
            logger.warning("%s is left out: it has %d bytes.", name, size)
        elif match := _PAGE.fullmatch(name):
            pages[name] = match["session"]
    contents = backend.read(list(pages))
    forgotten = forgotten_in(backend)
    manifest = Manifest()
    for name, content in contents.items():
        if pages[name] not in forgotten:
            for entry in _entries(name, content, pages[name]):
                manifest.add(entry)
    return manifest


def forgotten_in(backend: Backend) -> set[str]:
    """Return the forgotten sessions."""
    return {name.removeprefix(f"{FORGOTTEN}/") for name in backend.list(FORGOTTEN)}


def _entries(name: str, content: bytes, session: str) -> Iterator[Entry]:
    for number, line in enumerate(content.splitlines(), 1):
        try:
            yield from_line(line, session)
        except (ValueError, TypeError, RecursionError) as error:
            logger.warning("Line %d of %s is left out: %s.", number, name, error)
