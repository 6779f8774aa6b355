"""What is in a store: the lines of all sessions together, in whatever order they come."""

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
    """Name a page of a session's shard, such that they sort as they were written."""
    return f"{PAGES}/{session}-{number:06}.jsonl"


class Manifest:
    """All that the sessions of a store have said.

    It does not matter in which order the lines are added: two who read the same store
    come to the same.

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
        """Go through the clips that count, by the time of their sessions."""
        return (clip for clip in self._clips.values() if clip.id not in self._withdrawn)

    def __contains__(self, clip_id: object) -> bool:
        return clip_id in self._clips and clip_id not in self._withdrawn

    def __getitem__(self, clip_id: str) -> Clip:
        if clip_id not in self:
            raise KeyError(f"There is no clip {clip_id!r:.80} in this store.")
        return self._clips[clip_id]

    def add(self, entry: Entry) -> None:
        """Take in one line."""
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
        """Name all who have had a session, sorted."""
        return sorted(set(self.sessions.values()))

    def takes_of(self, speaker: str) -> Counter[str]:
        """Count a speaker's clips, by the id of their prompt: what a `Queue` goes on from."""
        return Counter(clip.prompt_id for clip in self if clip.speaker == speaker)

    def has_consented(self, speaker: str, text_id: str) -> bool:
        """Tell whether a speaker has accepted a text."""
        return (speaker, text_id) in self._consents

    def labels(self, clip_id: str) -> dict[str, str]:
        """Tell who says what of a clip: the speaker first, by names."""
        clip = self[clip_id]
        said = {clip.speaker: clip.label} if clip.label else {}
        ratings = self._ratings.get(clip_id, {})
        said.update((name, ratings[name].label) for name in sorted(ratings))
        return {name: label for name, label in said.items() if label}

    def regions(self, clip_id: str) -> dict[str, tuple[Region, ...]]:
        """Tell who says what of parts of a clip, each in the order of time."""
        ratings = self._ratings.get(self[clip_id].id, {})
        return {name: ratings[name].regions for name in sorted(ratings) if ratings[name].regions}

    def label(self, clip_id: str) -> str:
        """Tell what most say of a clip: empty where nobody does, or where they are divided."""
        counted = Counter(self.labels(clip_id).values()).most_common(2)
        if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
            return ""
        return counted[0][0]

    def __repr__(self) -> str:
        return f"<Manifest of {len(self)} clips by {len(self.speakers())} speakers>"


def read_manifest(backend: Backend) -> Manifest:
    """Read what is in a store.

    Who was forgotten is not in it. Nothing in the files is trusted: lines that are none are
    left out, and told to the log.
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
    """Read which sessions are forgotten."""
    return {name.removeprefix(f"{FORGOTTEN}/") for name in backend.list(FORGOTTEN)}


def _entries(name: str, content: bytes, session: str) -> Iterator[Entry]:
    for number, line in enumerate(content.splitlines(), 1):
        try:
            yield from_line(line, session)
        except (ValueError, TypeError, RecursionError) as error:
            logger.warning("Line %d of %s is left out: %s.", number, name, error)
