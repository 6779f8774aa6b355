"""Shard: the part of a store that one session writes.

Adding a line rewrites its page, with all its lines, under the same name: a backend need not append,
and at any time a page is either the old or the new one. A page has at most 64 lines, so the cost
of a step is constant, and ten thousand takes are about two hundred objects to read.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import io
import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...errors import InvalidStateError
from ...media import audiofile, containers
from ...take import Take
from ..prompts import Prompt
from ..quality import Verdict
from ..sanitize import clean, digest
from .backends import Backend
from .codec import MOST_REGIONS, properties, to_line
from .entries import AUDIO, Begin, Clip, Consent, Entry, Rating, Withdrawal, region_within
from .manifest import FORGOTTEN, Manifest, page_name

logger = logging.getLogger("mediarecorder")

Audio: TypeAlias = Literal["PCM_16", "FLOAT", "FLAC"]
LINES = 64
PAGE_BYTES = 1 << 20
"""A page is full at this number of lines, or of bytes."""

TEXTS = "consent"


class Shard:
    """The session of one speaker in a store. Create it with `Store.open`.

    The methods are thread-safe. When a method returns, its changes are in the store.

    Attributes
    ----------
    session : str
        The unique id of the session.
    speaker : str
        The speaker.
    manifest : Manifest
        The manifest at the start of the session, and the session's own entries since.
    """

    def __init__(
        self,
        backend: Backend,
        manifest: Manifest,
        speaker: str,
        *,
        consent: str,
        audio: Audio,
        keep_original: bool,
    ) -> None:
        if audio not in get_args(Audio):
            known = ", ".join(map(repr, get_args(Audio)))
            raise ValueError(f"audio must be one of {known}, not {audio!r:.40}.")
        self.speaker = clean(speaker, "A speaker's name")
        self.session = f"{_now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(8)}"
        self.manifest = manifest
        self._backend = backend
        self._consent = clean(consent, "The text to consent to")
        self._audio = audio
        self._keep_original = keep_original
        self._lock = threading.RLock()
        self._software = importlib.metadata.version("mediarecorder")
        mine = (clip for clip in manifest if clip.speaker == self.speaker)
        self._mine = sorted(mine, key=lambda clip: clip.at)
        self._numbers: dict[str, set[int]] = {}
        for clip in self._mine:
            self._numbers.setdefault(clip.prompt_id, set()).add(clip.take)
        self._files = self._pages = 0
        self._page: list[bytes] = []
        self._write(Begin(**self._who(), software=self._software))

    @property
    def consent(self) -> str:
        """The text that the speaker must still accept; empty if there is none."""
        accepted = self.manifest.has_consented(self.speaker, digest(self._consent))
        return "" if accepted else self._consent

    def agree(self) -> None:
        """Record the speaker's consent, and store the text, unless it is already accepted.

        Raises
        ------
        InvalidStateError
            The speaker was forgotten.
        OSError
            The store cannot be written.
        """
        with self._lock:
            if self.consent:
                self._require_remembered()
                text_id = digest(self._consent)
                self._backend.write(f"{TEXTS}/{text_id}.txt", self._consent.encode())
                self._write(Consent(**self._who(), text_id=text_id))

    def accept(
        self,
        take: Take,
        prompt: Prompt,
        *,
        label: str = "",
        note: str = "",
        verdict: Verdict | None = None,
    ) -> Clip:
        """Store a take as a clip: first the sound, then its line in the manifest.

        If the kernel is killed between the two, an unused file remains, and the prompt is
        shown again.

        Parameters
        ----------
        take : Take
            The take, or a span of one, with its samples.
        prompt : Prompt
            The prompt.
        label, note : str
            The speaker's label and remark.
        verdict : Verdict, optional
            The verdict of `Quality.judge`. Its measurements and flaws are stored.

        Returns
        -------
        Clip
            The stored clip.

        Raises
        ------
        TypeError, ValueError
            `label` or `note` is not a string, or is too long.
        InvalidStateError
            The speaker has not accepted the consent text, or was forgotten.
        OSError
            The store cannot be written. The take is not stored.
        """
        with self._lock:
            self._check()
            self._files += 1
            numbers = self._numbers.setdefault(prompt.id, set())
            stem = f"{AUDIO}/{self.session}/{self._files:06}"
            suffix = ".flac" if self._audio == "FLAC" else ".wav"
            clip = Clip(
                **self._who(),
                id=f"{self.session}-{self._files:06}",
                file=stem + suffix,
                original=f"{stem}-original{_own_suffix(take)}" if self._keep_original else "",
                prompt_id=prompt.id,
                text=prompt.text,
                take=max(numbers, default=0) + 1,
                label=clean(label, "A label"),
                note=clean(note, "A note"),
                recorded_at=take.started_at.isoformat(),
                duration=len(take.samples) / take.sample_rate,
                sample_rate=take.sample_rate,
                channels=take.channels,
                recording=clean(take.id, "A take's id"),
                mime_type=clean(take.mime_type, "A MIME type"),
                ended_by=clean(take.ended_by, "An ending"),
                settings=properties(take.settings),
                quality=properties(asdict(verdict.measures) if verdict else {}),
                flaws=tuple(finding.name for finding in verdict.findings) if verdict else (),
                software=self._software,
            )
            self._backend.write(clip.file, self._encoded(take, suffix))
            if clip.original:
                self._backend.write(clip.original, take.blob.tobytes())
            self._write(clip)
            numbers.add(clip.take)
            self._mine.append(clip)
            return clip

    def label(
        self, clip_id: str, label: str = "", regions: Iterable[tuple[float, float, str]] = ()
    ) -> None:
        """Label a clip of any speaker, and parts of it.

        This replaces all earlier labels and regions by the same person.

        Parameters
        ----------
        clip_id : str
            The id of the clip.
        label : str
            The label of the whole clip, or empty.
        regions : iterable of (float, float, str)
            At most 1,000 parts: start and end in seconds, within the clip, and a label.

        Raises
        ------
        KeyError
            There is no such clip.
        TypeError, ValueError
            A label is invalid, a region does not lie within the clip, or there are too many.
        InvalidStateError
            The speaker has not accepted the consent text, or was forgotten.
        OSError
            The store cannot be written.
        """
        with self._lock:
            self._check()
            clip = self.manifest[clip_id]
            parts = tuple(sorted(region_within(region, clip.duration) for region in regions))
            if len(parts) > MOST_REGIONS:
                raise ValueError(
                    f"A clip can have at most {MOST_REGIONS:,} regions, not {len(parts):,}."
                )
            label = clean(label, "A label")
            self._write(Rating(**self._who(), id=clip.id, label=label, regions=parts))

    def withdraw(self, clip_id: str) -> Clip:
        """Withdraw a clip of any speaker, and remove its files.

        If the files cannot be removed, as in a bucket without deletion rights, the clip is
        withdrawn all the same, and a warning in the log names the files.

        Parameters
        ----------
        clip_id : str
            The id of the clip.

        Returns
        -------
        Clip
            The withdrawn clip.

        Raises
        ------
        KeyError
            There is no such clip.
        InvalidStateError
            The speaker was forgotten.
        OSError
            The store cannot be written. The clip is not withdrawn.
        """
        with self._lock:
            self._require_remembered()
            clip = self.manifest[clip_id]
            self._write(Withdrawal(**self._who(), id=clip.id))
            if clip.speaker == self.speaker:
                self._numbers[clip.prompt_id].discard(clip.take)
            self._remove(clip)
            return clip

    def undo(self, of: Callable[[str], bool] = lambda _: True) -> Clip | None:
        """Withdraw the speaker's latest clip, of this session or an earlier one.

        Parameters
        ----------
        of : callable
            Called with a prompt id; returns whether clips of that prompt may be withdrawn.

        Returns
        -------
        Clip or None
            The withdrawn clip; None if there is none.

        Raises
        ------
        InvalidStateError, OSError
            See `withdraw`.
        """
        with self._lock:
            for clip in reversed(self._mine):
                if clip.id in self.manifest and of(clip.prompt_id):
                    return self.withdraw(clip.id)
            return None

    def _check(self) -> None:
        if self.consent:
            raise InvalidStateError(
                "The speaker has not accepted the consent text yet.",
                "Show shard.consent, and call agree() when it is accepted.",
            )
        self._require_remembered()

    def _require_remembered(self) -> None:
        """Raise if the speaker was forgotten: the next page would restore removed lines."""
        marker = f"{FORGOTTEN}/{self.session}"
        if self._backend.read([marker]):
            self._page.clear()
            raise InvalidStateError(
                "This speaker was forgotten during the session, so nothing more is kept.",
                "If the speaker wants to start again, open the store again.",
            )

    def _remove(self, clip: Clip) -> None:
        files = [file for file in (clip.file, clip.original) if file]
        try:
            self._backend.remove(files)
        except OSError as error:  # the withdrawal itself is already in the store
            logger.warning(
                "The clip %s is withdrawn, but not all of its files could be removed: %s. "
                "Remove %s from %s yourself.",
                clip.id,
                error,
                " and ".join(files),
                self._backend,
            )

    def _encoded(self, take: Take, suffix: str) -> bytes:
        file = io.BytesIO()
        subtype = "PCM_16" if self._audio == "FLAC" else self._audio
        audiofile.write(take, file, suffix, subtype)
        return file.getvalue()

    def _write(self, entry: Entry) -> None:
        lines = [*self._page, to_line(entry)]
        content = b"".join(lines)
        self._backend.write(page_name(self.session, self._pages), content)
        self._page = lines
        if len(lines) >= LINES or len(content) >= PAGE_BYTES:
            self._page, self._pages = [], self._pages + 1
        self.manifest.add(entry)

    def _who(self) -> dict[str, str]:
        return {"session": self.session, "speaker": self.speaker, "at": _now().isoformat()}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _own_suffix(take: Take) -> str:
    """The file name suffix of the browser's recording."""
    if containers.sniff(np.asarray(take.blob)) == "wav":
        return ".wav"
    return (*containers.suffixes(take.mime_type), ".bin")[0]
