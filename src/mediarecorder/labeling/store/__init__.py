"""Where clips are kept: a folder, or an object store, and no server of ours.

::

    audio/<session>/000001.wav          the sound of a clip
    audio/<session>/000001-original.webm  as MediaRecorder gave it, where wanted
    manifest/<session>-000000.jsonl     what a session says, 64 lines to a page
    consent/<hash>.txt                  the texts that speakers have accepted
    forgotten/<session>                 sessions that count no more

No name has anything in it that a person wrote. A session writes under its own names only, so that
any number of them can be under way at once; who reads puts them together.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from ...take import Take
from ..sanitize import clean, digest
from .backends import backend_at
from .entries import AUDIO, SESSION, Clip
from .manifest import FORGOTTEN, PAGES, Manifest, forgotten_in, read_manifest
from .shard import TEXTS, Audio, Shard

AT_ONCE = 50
"""Files that are fetched together, and held in memory."""


@dataclass(frozen=True)
class Forgotten:
    """What `Store.forget` has removed.

    Attributes
    ----------
    speaker : str
        Whose it was.
    clips : tuple of str
        The ids of the clips.
    files : tuple of str
        The names of all objects that were removed, the pages of the manifest with them.
    """

    speaker: str
    clips: tuple[str, ...]
    files: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{len(self.clips)} clips of {self.speaker!r:.80} are forgotten: "
            f"{len(self.files)} files were removed."
        )


class Store:
    """Clips, and what is known of them.

    Parameters
    ----------
    where : str or path
        A folder, or a URL that fsspec reaches: ``"s3://bucket/voices"``,
        ``"gs://…"``, ``"memory://…"`` (``pip install "mediarecorder[dataset]"``).
    storage_options : mapping, optional
        For fsspec, as pandas calls it: keys, an endpoint and so on.

    Examples
    --------
    >>> store = Store("voices")
    >>> shard = store.open("Ada")
    >>> clip = shard.accept(rec.record(2), Prompt("yes"), label="yes")
    >>> store.take(clip).samples
    """

    def __init__(
        self,
        where: str | os.PathLike[str],
        *,
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        self._backend = backend_at(where, storage_options)

    def open(
        self,
        speaker: str = "",
        *,
        consent: str = "",
        audio: Audio = "PCM_16",
        keep_original: bool = False,
    ) -> Shard:
        """Begin a session, which goes on where the speaker's last one was.

        Parameters
        ----------
        speaker : str
            A name, or better a word that stands for it. Sessions without one count as
            those of one person.
        consent : str
            A text that the speaker must accept before the first take, once.
        audio : {"PCM_16", "FLOAT", "FLAC"}
            How the sound is kept: WAV of 16 bits or of floats, bit for bit; or FLAC of
            16 bits, which needs soundfile (``[dataset]``).
        keep_original : bool
            Whether to keep beside it what MediaRecorder gave.

        Raises
        ------
        OSError
            The store cannot be read, or not be written.
        """
        return Shard(
            self._backend,
            self.manifest(),
            speaker,
            consent=consent,
            audio=audio,
            keep_original=keep_original,
        )

    def manifest(self) -> Manifest:
        """Read what is in the store now."""
        return read_manifest(self._backend)

    def read(self, clip: Clip) -> bytes:
        """Read the file of a clip; raises FileNotFoundError where it was withdrawn meanwhile."""
        return next(self.read_all([clip]))

    def read_all(self, clips: Iterable[Clip]) -> Iterator[bytes]:
        """Read the files of many clips in their order, some at a time; raises as `read` does."""
        clips = iter(clips)
        while some := list(islice(clips, AT_ONCE)):
            found = self._backend.read([clip.file for clip in some])
            for clip in some:
                if clip.file not in found:
                    raise FileNotFoundError(
                        f"The sound of {clip.id} is not in {self._backend}. It may have been "
                        "withdrawn, or its speaker forgotten: read the manifest anew."
                    )
                yield found[clip.file]

    def take(self, clip: Clip) -> Take:
        """Read a clip as a `Take`, to play it or to have its samples."""
        return Take(
            np.frombuffer(self.read(clip), np.uint8),
            mime_type="audio/flac" if clip.file.endswith(".flac") else "audio/wav",
            id=clip.recording,
            started_at=datetime.datetime.fromisoformat(clip.recorded_at),
            settings=clip.settings,
            ended_by=clip.ended_by,
            seconds=clip.duration,
            sample_rate=clip.sample_rate,
        )

    def consent_text(self, text_id: str) -> str:
        """Read a text that was accepted, by its id in the manifest; KeyError where there is none.

        The id is the text's own hash, so that no other file can pass for it.
        """
        name = f"{TEXTS}/{text_id}.txt"
        text = self._backend.read([name]).get(name, b"").decode(errors="replace")
        if digest(text) != text_id:
            raise KeyError(f"No text of consent has the id {text_id!r:.80}.")
        return text

    def forget(self, speaker: str) -> Forgotten:
        """Remove everything of a speaker: sounds, lines of the manifest, consents, labels.

        From the first moment on readers leave the speaker's sessions out; a session of
        theirs that is under way elsewhere keeps nothing more. What others have said of
        the clips stays in their own lines, where only the clips' random ids are. Should
        this be broken off, call it again.

        Returns
        -------
        Forgotten
            What was removed.
        """
        speaker = clean(speaker, "A speaker's name")
        manifest = self.manifest()
        for session, whose in manifest.sessions.items():
            if whose == speaker:
                self._backend.write(f"{FORGOTTEN}/{session}", b"forgotten\n")
        forgotten = forgotten_in(self._backend)
        names = [
            name
            for folder in (AUDIO, PAGES)
            for name in self._backend.list(folder)
            if (session_of := SESSION.search(name)) and session_of[0] in forgotten
        ]
        self._backend.remove(names)
        clips = tuple(clip.id for clip in manifest if clip.speaker == speaker)
        return Forgotten(speaker, clips, tuple(names))

    def __repr__(self) -> str:
        return f"Store({str(self._backend)!r})"
