"""The store of the clips: a folder or an object store, without a server.

::

    audio/<session>/000001.wav            the sound of a clip
    audio/<session>/000001-original.webm  the browser's recording, with `keep_original`
    manifest/<session>-000000.jsonl       the entries of a session, 64 lines per page
    consent/<hash>.txt                    the texts that speakers have accepted
    forgotten/<session>                   markers of forgotten sessions

No name contains any text of a user. A session writes only objects of its own, so any number of
sessions can run concurrently. Readers merge their manifests.
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
"""The number of files that are fetched together, and held in memory."""


@dataclass(frozen=True)
class Forgotten:
    """A report of the data that `Store.forget` has removed.

    Attributes
    ----------
    speaker : str
        The speaker.
    clips : tuple of str
        The ids of the removed clips.
    files : tuple of str
        The names of all removed objects, including pages of the manifest.
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
    """Clips, and their metadata.

    Any number of sessions may write to a store at the same time. A store can be pickled, to
    read clips in other processes.

    Parameters
    ----------
    where : str or path
        A folder, or a URL that fsspec supports: ``"s3://bucket/voices"``,
        ``"gs://…"``, ``"memory://…"`` (``pip install "mediarecorder[dataset]"``).
    storage_options : mapping, optional
        Options for fsspec, as in pandas: keys, an endpoint and so on. Only for URLs.

    Raises
    ------
    TypeError, ValueError
        An argument is invalid.
    NotSupportedError
        A package that the URL requires is not installed.

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
        """Start a session, which continues the speaker's earlier ones.

        Parameters
        ----------
        speaker : str
            A name or, better, a pseudonym. All sessions without one belong to the same,
            unnamed speaker.
        consent : str
            A text that the speaker must accept once, before the first take.
        audio : {"PCM_16", "FLOAT", "FLAC"}
            The format of the sound: WAV with 16 bits, WAV with the exact 32-bit floats, or
            FLAC with 16 bits, which requires soundfile (``[dataset]``).
        keep_original : bool
            Whether to store the browser's recording as well, as MediaRecorder encoded it.

        Returns
        -------
        Shard
            The part of the store that the session writes.

        Raises
        ------
        TypeError, ValueError
            An argument is invalid.
        OSError
            The store cannot be read or written.
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
        """Read the current manifest: the clips, and the entries about them."""
        return read_manifest(self._backend)

    def read(self, clip: Clip) -> bytes:
        """Read the file of a clip. Raises FileNotFoundError if it was withdrawn meanwhile."""
        return next(self.read_all([clip]))

    def read_all(self, clips: Iterable[Clip]) -> Iterator[bytes]:
        """Read the files of many clips in order and in batches. Raises like `read`."""
        clips = iter(clips)
        while some := list(islice(clips, AT_ONCE)):
            found = self._backend.read([clip.file for clip in some])
            for clip in some:
                if clip.file not in found:
                    raise FileNotFoundError(
                        f"The sound of {clip.id} is not in {self._backend}. It may have been "
                        "withdrawn, or its speaker forgotten: read the manifest again."
                    )
                yield found[clip.file]

    def take(self, clip: Clip) -> Take:
        """Read a clip as a `Take`, to play it or to use its samples. Raises like `read`."""
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
        """Read an accepted consent text by its id in the manifest.

        Raises KeyError if there is no such text. The id is the hash of the text, so another
        file cannot be mistaken for it.
        """
        name = f"{TEXTS}/{text_id}.txt"
        text = self._backend.read([name]).get(name, b"").decode(errors="replace")
        if digest(text) != text_id:
            raise KeyError(f"No consent text has the id {text_id!r:.80}.")
        return text

    def forget(self, speaker: str) -> Forgotten:
        """Remove all data of a speaker: sounds, manifest entries, consents and labels.

        1. Mark the speaker's sessions as forgotten. Readers ignore them from now on, and an
           open session of the speaker can store nothing more.
        2. Remove the files of these sessions. If this is interrupted, call `forget` again.

        Other people's labels of the clips remain in their sessions. They refer to the clips
        by random ids only.

        Parameters
        ----------
        speaker : str
            The speaker's name.

        Returns
        -------
        Forgotten
            The removed clips and files.

        Raises
        ------
        OSError
            The store cannot be read, or an object cannot be written or removed.
        """
        speaker = clean(speaker, "A speaker's name")
        manifest = self.manifest()
        for session, owner in manifest.sessions.items():
            if owner == speaker:
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
