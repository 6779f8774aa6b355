"""Annotator: a widget that goes through clips which are there already, and says what they are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import anywidget
import traitlets

from ..errors import InvalidStateError
from ..player.responses import respond
from ..take import Take
from ..wire.assets import entry, serve_asset
from ..wire.protocol import ProtocolError
from .actions import Actions
from .prompts import Prompt
from .sanitize import checked_labels, clean
from .store import Store
from .store.entries import Clip, Region
from .store.shard import Shard

Playable: TypeAlias = "Take | str | os.PathLike[str]"


class Annotator(anywidget.AnyWidget):
    """Label clips that have been recorded, and parts of them.

    Shown in a notebook, it plays one clip after the other (space; L for over and over).
    The digits choose a label: of the part that is selected, else of the whole clip. A part
    is dragged on the waveform, or begun and ended while it plays (I and O); Delete
    removes it. Enter keeps what is said, and goes on; B and N go back and on without.
    What is said is in the store before the next clip is shown, and a new annotator of the
    same person begins with the first clip of which they have not said anything.

    Parameters
    ----------
    recordings : Store, or iterable of Take and of paths
        What to go through: the clips of a store, in order, whoever recorded them; or
        recordings, which are put into `store` first, unless they are there already.
    labels : sequence of str
        Up to nine.
    store : Store, str or path, optional
        Where `recordings` are put, and what is said of them.
    person : str
        Who says it: a name, or a word that stands for it.

    Attributes
    ----------
    store : Store
        `export` writes what everybody has said of its clips.
    shard : Shard
        What this annotator writes there.

    Raises
    ------
    TypeError, ValueError
        An argument cannot be used, or there are no clips.
    OSError
        The store cannot be read, or not be written.

    Examples
    --------
    >>> annotator = Annotator(Store("voices"), labels=["speech", "noise"], person="Grace")
    >>> annotator
    >>> [(clip.id, region.label, part.samples) for clip, region, part in annotator.parts()]
    """

    _esm = entry("annotator")
    _scene = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        recordings: Store | Iterable[Playable],
        *,
        labels: Sequence[str],
        store: Store | str | os.PathLike[str] | None = None,
        person: str = "",
    ) -> None:
        self._labels = checked_labels(labels)
        if not self._labels:
            raise ValueError("An annotator needs a label or more to choose from.")
        self.store = _store_of(recordings, store)
        self.shard: Shard = self.store.open(clean(person, "A person's name"))
        if not isinstance(recordings, Store):
            _put(recordings, self.shard)
        self._clips = list(self.shard.manifest)
        if not self._clips:
            raise ValueError("There are no clips to go through. Record some first.")
        said = (number for number, clip in enumerate(self._clips) if not self._has_said(clip))
        self._number = next(said, 0)
        self._done = sum(map(self._has_said, self._clips))
        self._take: Take | None = None
        self._actions = Actions(self._perform, self._draw)
        self._draw()
        super().__init__()
        self.on_msg(self._receive)

    @property
    def person(self) -> str:
        """Who says what is said."""
        return self.shard.speaker

    @property
    def clip(self) -> Clip:
        """The clip that is shown."""
        return self._clips[self._number]

    @property
    def take(self) -> Take:
        """Its sound, read from the store when it is first asked for."""
        if self._take is None:
            self._take = self.store.take(self.clip)
        return self._take

    def parts(self) -> Iterator[tuple[Clip, Region, Take]]:
        """Go through all parts that this person has marked: the clip, the part, its sound.

        The `Take` is the span of the part, ``(region.start, region.end)`` in seconds of the
        clip, and shares the clip's bytes.
        """
        for clip in self._clips:
            regions = self._regions(clip)
            if regions:
                take = self.store.take(clip)
                for region in regions:
                    yield clip, region, take[region.start : region.end]

    def say(self, label: str = "", regions: Iterable[tuple[float, float, str]] = ()) -> None:
        """Keep what is said of the clip that is shown, and go on to the next.

        Parameters
        ----------
        label : str
            Of the whole clip; one of the labels, or nothing.
        regions : iterable of (float, float, str)
            From and to in seconds, and a label, each.

        Raises
        ------
        InvalidStateError
            Nothing is said, or a label is none of the labels.
        ValueError
            A region does not lie within the clip.
        OSError
            It could not be written.
        """
        with self._actions.lock:
            label = clean(label, "A label")
            regions = [(start, end, clean(part, "A label")) for start, end, part in regions]
            said = [label for label in (label, *(region[2] for region in regions)) if label]
            if not said:
                raise InvalidStateError(
                    "Nothing is said of this clip yet.", "Choose a label, or mark a part."
                )
            if unknown := set(said) - set(self._labels):
                known = ", ".join(map(repr, self._labels))
                raise InvalidStateError(
                    f"{min(unknown)!r:.80} is no label.", f"There are {known:.300}."
                )
            is_new = not self._has_said(self.clip)
            self.shard.label(self.clip.id, label, regions)
            self._done += is_new
            self._show(self._number + 1)

    def go(self, steps: int) -> None:
        """Show the clip that is so many further on, or back, as far as there are any."""
        with self._actions.lock:
            self._show(self._number + steps)

    # --- what the page says ----------------------------------------------------------------

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        match content:
            case _ if serve_asset(self, content):
                pass
            case {"kind": "peaks" | "audio" as kind, "take": str(id_)}:
                self._answer(content, kind, id_)
            case _:
                self._actions.receive(content)

    def _answer(self, question: object, kind: str, id_: str) -> None:
        try:
            take = self.take if id_ == self.clip.recording else None
        except OSError as error:
            self.send({"kind": "error", "about": kind, "text": str(error), "take": id_})
        else:
            respond(self, question, take, lambda _: None)

    def _perform(self, op: str, more: Mapping[Any, Any]) -> None:
        match op, more:
            case "say", {"label": str(label), "regions": list(regions)}:
                self.say(label, [_region(region) for region in regions])
            case "back" | "next", {}:
                self.go(1 if op == "next" else -1)
            case _:
                raise ProtocolError("an annotator has no such button")

    # --- what is seen ----------------------------------------------------------------------

    def _show(self, number: int) -> None:
        self._number = min(max(number, 0), len(self._clips) - 1)
        self._take = None
        self._draw()

    def _draw(self, notice: str = "") -> None:
        clip = self.clip
        self.set_trait(
            "_scene",
            {
                "step": self._actions.next(),
                "number": self._number + 1,
                "total": len(self._clips),
                "done": self._done,
                "clip": clip.id,
                "take": clip.recording,
                "text": clip.text,
                "labels": list(self._labels),
                "label": self.shard.manifest.labels(clip.id).get(self.person, ""),
                "regions": [list(region) for region in self._regions(clip)],
                "facts": _facts(clip),
                "notice": notice,
            },
        )

    def _regions(self, clip: Clip) -> tuple[Region, ...]:
        return self.shard.manifest.regions(clip.id).get(self.person, ())

    def _has_said(self, clip: Clip) -> bool:
        manifest = self.shard.manifest
        return any(
            self.person in said for said in (manifest.labels(clip.id), manifest.regions(clip.id))
        )


def _facts(clip: Clip) -> dict[str, Any]:
    """What `summary_of` tells of a take, without reading it."""
    return {
        "seconds": clip.duration,
        "mime_type": "audio/flac" if clip.file.endswith(".flac") else "audio/wav",
        "sample_rate": clip.sample_rate,
        "channels": clip.channels,
        "interrupted": "",
        "span": False,
    }


def _region(region: object) -> tuple[float, float, str]:
    match region:
        case [float() | int() as start, float() | int() as end, str(label)]:
            return float(start), float(end), label
    raise ProtocolError("a region is a start, an end and a label")


def _store_of(recordings: object, store: Store | str | os.PathLike[str] | None) -> Store:
    if isinstance(recordings, Store):
        if store is not None and store is not recordings:
            raise TypeError(
                "What is said of a store's clips is kept in that store: leave out `store`."
            )
        return recordings
    if store is None:
        raise TypeError('Recordings need a `store` in which they are kept, as in store="voices".')
    return store if isinstance(store, Store) else Store(store)


def _put(recordings: Iterable[Playable], shard: Shard) -> None:
    """Make clips of recordings, each once, however often it is given."""
    there = {clip.prompt_id for clip in shard.manifest}
    for recording in recordings:
        take = recording if isinstance(recording, Take) else Take.load(recording)
        name = take.id if isinstance(recording, Take) else Path(recording).name
        sound = hashlib.blake2b(take.samples.tobytes(), digest_size=16).hexdigest()
        if sound not in there:
            there.add(sound)
            shard.accept(take, Prompt(name, id=sound))
