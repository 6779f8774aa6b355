"""Annotator: a widget that labels existing clips, one after the other."""

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
    """Label recorded clips, and parts of them.

    Shown in a notebook, the widget presents one clip at a time. Space plays the clip, L
    loops it. A digit sets the label of the selected part, or of the whole clip if no part
    is selected. Drag on the waveform to mark a part, or press I and O during playback to
    start and end one; Delete removes it. Enter saves the labels and shows the next clip;
    B and N show the previous and the next clip without saving.

    The labels are in the store before the next clip is shown. A new annotator of the same
    person starts at the first clip that this person has not labelled.

    Parameters
    ----------
    recordings : Store, or iterable of Take and of paths
        The clips to label: those of a store, in order and of all speakers; or takes and
        files, which are first added to `store` unless it already holds them.
    labels : sequence of str
        One to nine labels.
    store : Store, str or path, optional
        The store of `recordings` and their labels. Required unless `recordings` is a
        store.
    person : str
        The person who labels: a name or, better, a pseudonym.

    Attributes
    ----------
    store : Store
        The store; `export` writes its clips with the labels of all people.
    shard : Shard
        The session that this annotator writes into the store.

    Raises
    ------
    TypeError, ValueError
        An argument is invalid, or there are no clips.
    OSError
        The store cannot be read or written.

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
            raise ValueError("An annotator needs at least one label to choose from.")
        self.store = _store_of(recordings, store)
        self.shard: Shard = self.store.open(clean(person, "A person's name"))
        if not isinstance(recordings, Store):
            _add(recordings, self.shard)
        self._clips = list(self.shard.manifest)
        if not self._clips:
            raise ValueError("There are no clips to go through. Record some first.")
        missing = (number for number, clip in enumerate(self._clips) if not self._is_done(clip))
        self._number = next(missing, 0)
        self._done = sum(map(self._is_done, self._clips))
        self._take: Take | None = None
        self._actions = Actions(self._perform, self._draw)
        self._draw()
        super().__init__()
        self.on_msg(self._receive)

    @property
    def person(self) -> str:
        """The person who labels."""
        return self.shard.speaker

    @property
    def clip(self) -> Clip:
        """The current clip."""
        return self._clips[self._number]

    @property
    def take(self) -> Take:
        """The sound of the current clip, read from the store on first access."""
        if self._take is None:
            self._take = self.store.take(self.clip)
        return self._take

    def parts(self) -> Iterator[tuple[Clip, Region, Take]]:
        """Iterate over all parts that this person has marked.

        Yields
        ------
        clip : Clip
            The clip.
        region : Region
            The part of it: start and end in seconds, and a label.
        take : Take
            The span ``take[region.start:region.end]`` of the clip's take. It shares the
            clip's bytes.
        """
        for clip in self._clips:
            regions = self._regions(clip)
            if regions:
                take = self.store.take(clip)
                for region in regions:
                    yield clip, region, take[region.start : region.end]

    def say(self, label: str = "", regions: Iterable[tuple[float, float, str]] = ()) -> None:
        """Save the labels of the current clip, and show the next clip.

        They replace this person's earlier labels of the clip.

        Parameters
        ----------
        label : str
            The label of the whole clip: one of `labels`, or empty.
        regions : iterable of (float, float, str)
            The start and the end of each part in seconds, and its label.

        Raises
        ------
        InvalidStateError
            There is no label, or one that is not among `labels`.
        ValueError
            A region does not lie within the clip.
        OSError
            The store cannot be written.
        """
        with self._actions.lock:
            label = clean(label, "A label")
            regions = [(start, end, clean(part, "A label")) for start, end, part in regions]
            chosen = [label for label in (label, *(region[2] for region in regions)) if label]
            if not chosen:
                raise InvalidStateError(
                    "This clip has no label yet.", "Choose a label, or mark a part."
                )
            if unknown := set(chosen) - set(self._labels):
                known = ", ".join(map(repr, self._labels))
                raise InvalidStateError(
                    f"{min(unknown)!r:.80} is not one of the labels.",
                    f"Choose one of {known:.300}.",
                )
            is_new = not self._is_done(self.clip)
            self.shard.label(self.clip.id, label, regions)
            self._done += is_new
            self._show(self._number + 1)

    def go(self, steps: int) -> None:
        """Show another clip, and stop at the first or the last one.

        Parameters
        ----------
        steps : int
            The number of clips to go forward, or back if it is negative.
        """
        with self._actions.lock:
            self._show(self._number + steps)

    # --- messages of the page --------------------------------------------------------------

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

    # --- the scene -------------------------------------------------------------------------

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
                "facts": _summary(clip),
                "notice": notice,
            },
        )

    def _regions(self, clip: Clip) -> tuple[Region, ...]:
        return self.shard.manifest.regions(clip.id).get(self.person, ())

    def _is_done(self, clip: Clip) -> bool:
        """Whether this person has labelled the clip or a part of it."""
        manifest = self.shard.manifest
        return any(
            self.person in given for given in (manifest.labels(clip.id), manifest.regions(clip.id))
        )


def _summary(clip: Clip) -> dict[str, Any]:
    """The fields of `summary_of`, without reading the take."""
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
                "The labels of a store's clips are kept in that store: leave out `store`."
            )
        return recordings
    if store is None:
        raise TypeError('Recordings need a `store` in which they are kept, as in store="voices".')
    return store if isinstance(store, Store) else Store(store)


def _add(recordings: Iterable[Playable], shard: Shard) -> None:
    """Add recordings to a store as clips. A hash of its samples identifies each recording."""
    known = {clip.prompt_id for clip in shard.manifest}
    for recording in recordings:
        take = recording if isinstance(recording, Take) else Take.load(recording)
        name = take.id if isinstance(recording, Take) else Path(recording).name
        sound = hashlib.blake2b(take.samples.tobytes(), digest_size=16).hexdigest()
        if sound not in known:
            known.add(sound)
            shard.accept(take, Prompt(name, id=sound))
