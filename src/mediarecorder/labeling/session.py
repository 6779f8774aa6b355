"""Session: a widget that leads one person through a list of prompts, take by take."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from ..errors import InvalidStateError, MediaRecorderError
from ..events import StopEvent
from ..recorder import MediaRecorder, controller_of
from ..take import Take
from ..wire.assets import entry
from ..wire.protocol import ProtocolError
from .actions import Actions
from .exports import Kind, export, to_pandas
from .prompts import Prompt, read_prompts, shuffled
from .prompts.assignment import assigned
from .prompts.media import respond
from .prompts.queue import Queue
from .quality import Quality, Verdict
from .sanitize import checked_labels, clean
from .scene import Moment, Phase, scene_of
from .store import Forgotten, Store
from .store.entries import Clip
from .store.shard import Audio, Shard

if TYPE_CHECKING:
    import pandas as pd


class Session(anywidget.AnyWidget):
    """Collect a clip for each prompt: show it, record, judge, and keep what is accepted.

    Shown in a notebook, it asks one prompt after the other. A person records (space),
    listens, and accepts the take (Enter), records it again (R), skips the prompt (S) or
    takes the last step back (U); the digits choose a label. Each accepted take is in the
    store before the next prompt is asked: a kernel may be killed at any moment, and a
    new session of the same speaker goes on where the last one was.

    Parameters
    ----------
    prompts : iterable, DataFrame, or path of a .csv, .tsv, .jsonl or .txt file
        What is asked; see `read_prompts`.
    store : Store, str or path
        Where the clips are kept: a folder, or a URL that fsspec reaches.
    labels : sequence of str, optional
        Up to nine; a take is accepted with one of them.
    takes_per_prompt : int
        How often each prompt is to be recorded.
    speaker : str, optional
        A name, or better a word that stands for it.
    quality : Quality
        What a take must be like. One that is refused cannot be accepted.
    recorder : MediaRecorder, optional
        What records; by default a raw one of the default microphone.
    shuffle : bool
        Whether to ask in an order that looks like chance, and is the same for this
        speaker whenever the session is begun anew.
    people : collection of str, optional
        Everybody who collects at the same time, `speaker` among them: each prompt is
        asked of `overlap` of them; see `assigned`.
    overlap : int
        See `people`.
    consent : str
        A text that the speaker accepts before the first take; it is kept in the store.
    warm_up : bool
        Whether to begin with two seconds of silence, for the noise of the room.
    audio, keep_original
        How the sound is kept; see `Store.open`.

    Attributes
    ----------
    recorder : MediaRecorder
        Yours to listen to: ``session.recorder.on("stop", …)``.
    store : Store
        Where the clips are, those of others with them.
    shard : Shard
        What this session writes there.

    Raises
    ------
    TypeError, ValueError
        An argument cannot be used.
    OSError
        The store cannot be read, or not be written.

    Notes
    -----
    Keys are heard while the focus is in the widget. What strangers wrote (prompts,
    labels, names) is shown as text and never as markup.

    Examples
    --------
    >>> session = Session(["yes", "no"], store="voices", speaker="Ada")
    >>> session
    """

    _esm = entry("session")

    recorder = traitlets.Instance(MediaRecorder, read_only=True).tag(
        sync=True, **ipywidgets.widget_serialization
    )
    _key = traitlets.Unicode(read_only=True).tag(sync=True)
    _scene = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        prompts: Any,
        *,
        store: Store | str | os.PathLike[str],
        labels: Sequence[str] | None = None,
        takes_per_prompt: int = 1,
        speaker: str | None = None,
        quality: Quality = Quality(),
        recorder: MediaRecorder | None = None,
        shuffle: bool = False,
        people: Collection[str] | None = None,
        overlap: int = 1,
        consent: str = "",
        warm_up: bool = False,
        audio: Audio = "PCM_16",
        keep_original: bool = False,
    ) -> None:
        name = clean(speaker or "", "A speaker's name")
        asked: Sequence[Prompt] = read_prompts(prompts)
        if people is not None:
            asked = assigned(asked, name, people, overlap)
        if shuffle:
            asked = shuffled(asked, name)
        self._labels = checked_labels(labels)
        self._quality = quality
        self.store = store if isinstance(store, Store) else Store(store)
        self.shard: Shard = self.store.open(
            name, consent=consent, audio=audio, keep_original=keep_original
        )
        done = self.shard.manifest.takes_of(name)
        self._queue = Queue(asked, takes_per_prompt, done)
        self._actions = Actions(self._perform, self._show_error)
        self._skips: list[str] = []  # since the last clip, which an undo takes back first
        self._latest_take = ""  # the id of the take that came last
        self._noise: float | None = None
        self._moment = Moment("room" if warm_up else "ask")
        owns, recorder = recorder is None, recorder or MediaRecorder()
        self._controller = controller_of(recorder)
        self.set_trait("recorder", recorder)
        self.set_trait("_key", self._controller.key)
        self._draw()
        super().__init__()
        self.on_msg(self._receive)
        recorder.on("start", self._on_start)
        recorder.on("stop", self._on_stop)
        self._owns = owns

    # --- where it is -----------------------------------------------------------------------

    @property
    def prompt(self) -> Prompt | None:
        """What is asked now; None when all is done or skipped."""
        return self._queue.current

    @property
    def take(self) -> Take | None:
        """The take that waits to be accepted, if there is one."""
        return self._moment.take

    @property
    def verdict(self) -> Verdict | None:
        """What is said of it, or of the room."""
        return self._moment.verdict

    @property
    def phase(self) -> Phase:
        """``"consent"``, ``"room"``, ``"ask"``, ``"judged"`` or ``"done"``."""
        if self.shard.consent:
            return "consent"
        if self._moment.phase in ("room", "judged"):
            return self._moment.phase
        return "ask" if self.prompt else "done"

    @property
    def done(self) -> int:
        """How many takes of this session's prompts are accepted."""
        return self._queue.done

    @property
    def total(self) -> int:
        """How many takes there are to be."""
        return self._queue.total

    # --- what a person does, by keys, by buttons, or from Python ---------------------------

    def agree(self) -> None:
        """Accept the text of consent; raises InvalidStateError while a take is under way."""
        with self._actions.lock:
            self._require_rest()
            self.shard.agree()
            self._draw()

    def accept(self, label: str = "", note: str = "", *, trim: bool = False) -> Clip:
        """Keep the take that was judged, and ask the next prompt.

        Parameters
        ----------
        label : str
            One of the labels, where there are any.
        note : str
            What the speaker wants to be known of it.
        trim : bool
            Whether to cut off the silence for which `verdict` offers it.

        Raises
        ------
        InvalidStateError
            There is no take, or another is under way; it is refused, or its label is none
            of the labels.
        OSError
            It could not be written; it is still there to be accepted.
        """
        with self._actions.lock:
            self._require_rest()
            label = clean(label, "A label")
            take, verdict, prompt = self._moment.take, self._moment.verdict, self.prompt
            if self.phase != "judged" or not (take and verdict and prompt):
                raise InvalidStateError("There is no take to accept.", "Record one first.")
            if verdict.refused:
                why = " ".join(finding.sentence for finding in verdict.findings if finding.refused)
                raise InvalidStateError(f"This take is refused. {why}", "Record it again.")
            if self._labels and label not in self._labels:
                known = ", ".join(map(repr, self._labels))
                raise InvalidStateError("The take has no label.", f"Choose one of {known:.200}.")
            if trim and verdict.trim is not None:
                start, stop = verdict.trim
                take = take[start:stop]
            clip = self.shard.accept(take, prompt, label=label, note=note, verdict=verdict)
            self._queue.accept()
            self._skips.clear()
            self._go_on()
            return clip

    def skip(self) -> None:
        """Put the prompt aside, and ask the next.

        Raises InvalidStateError where there is none, or a take is under way.
        """
        with self._actions.lock:
            self._require("ask", "judged")
            assert self.prompt is not None
            self._skips.append(self.prompt.id)
            self._queue.skip()
            self._go_on()

    def undo(self) -> None:
        """Take the last step back: a skip, or the speaker's latest clip; ask that prompt again.

        The clip is withdrawn from the store. One of a prompt that is not asked here is left
        alone.

        Raises
        ------
        InvalidStateError
            There is nothing to take back, or a take is under way.
        """
        with self._actions.lock:
            self._require("ask", "judged", "done")
            if self._skips:
                self._queue.ask(self._skips.pop())
            else:
                clip = self.shard.undo(self._queue.knows)
                if clip is None:
                    raise InvalidStateError("There is nothing to take back.", "")
                self._queue.withdraw(clip.prompt_id)
            self._go_on()

    def ask_skipped(self) -> None:
        """Ask after all what was skipped."""
        with self._actions.lock:
            self._require("done")
            self._queue.again()
            self._skips.clear()
            self._go_on()

    def leave_room(self) -> None:
        """Go on without the noise of the room, or with what was measured of it."""
        with self._actions.lock:
            self._require("room")
            self._go_on()

    # --- what comes out --------------------------------------------------------------------

    def to_pandas(self) -> pd.DataFrame:
        """Make a table of all clips in the store; see `mediarecorder.labeling.to_pandas`."""
        return to_pandas(self.store)

    def export(self, kind: Kind, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write all clips of the store for others; see `mediarecorder.labeling.export`."""
        return export(self.store, kind, path, **options)

    def forget(self, speaker: str | None = None) -> Forgotten:
        """Remove everything of a speaker, by default of this session's; see `Store.forget`.

        A session of theirs keeps nothing more; begin a new one, if they want to.
        """
        return self.store.forget(self.shard.speaker if speaker is None else speaker)

    def close(self) -> None:
        """End the session; its recorder is closed too, unless it was yours."""
        if hasattr(self, "_owns"):  # else the constructor raised, and __del__ cleans up
            self.recorder.off("start", self._on_start)
            self.recorder.off("stop", self._on_stop)
            if self._owns:
                self.recorder.close()
        super().close()

    # --- what the recorder and the page say ------------------------------------------------

    def _on_start(self, _event: object) -> None:
        """A take begins: what was judged before is not wanted any more."""
        with self._actions.lock:
            if self._moment.phase == "judged":
                self._go_on()

    def _on_stop(self, event: StopEvent) -> None:
        with self._actions.lock:
            self._latest_take = event.take.id
            phase = self.phase
            if phase not in ("room", "ask", "judged"):
                return
            take = event.take
            try:
                samples, rate = take.samples, take.sample_rate
                if phase == "room":
                    verdict = self._quality.judge_room(samples, rate)
                    self._noise = verdict.measures.noise
                    self._moment = Moment("room", verdict=verdict)
                else:
                    verdict = self._quality.judge(samples, rate, self._noise)
                    self._moment = Moment("judged", take=take, verdict=verdict)
            except (MediaRecorderError, ValueError) as error:
                self._moment = Moment("room" if phase == "room" else "ask", notice=str(error))
            self._draw()

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        match content:
            case {"kind": "media", "name": "image" | "sound" as name, "prompt": str(id_)}:
                respond(self, self.prompt, id_, name)
            case _:
                self._actions.receive(content)

    def _perform(self, op: str, more: Mapping[Any, Any]) -> None:
        match op, more:
            case "accept", {"label": str(label), "note": str(note), "trim": bool(trim)}:
                self.accept(label, note, trim=trim)
            case (("agree" | "skip" | "undo" | "ask_skipped" | "leave_room"), {}):
                getattr(self, op)()
            case _:
                raise ProtocolError("a session has no such button")

    def _show_error(self, text: str) -> None:
        self._moment = replace(self._moment, notice=text)
        self._draw()

    # --- what is seen ----------------------------------------------------------------------

    def _require_rest(self) -> None:
        """A take belongs to the prompt that was asked when it was recorded."""
        if self.recorder.state != "inactive":
            raise InvalidStateError("A recording is under way.", "Stop it first.")
        if self._controller.runs.under_way - {self._latest_take}:
            raise InvalidStateError("The take is still on its way.", "Wait until it is here.")

    def _require(self, *phases: Phase) -> None:
        self._require_rest()
        if self.phase not in phases:
            raise InvalidStateError(f"That cannot be done in the phase {self.phase!r}.", "")

    def _go_on(self) -> None:
        self._moment = Moment("ask")
        self._controller.observer.hide_take()
        self._draw()

    def _draw(self) -> None:
        scene = scene_of(self.phase, self._moment, self._queue, self.shard.consent, self._labels)
        self.set_trait("_scene", {"step": self._actions.next(), **scene})
