"""Session: a widget in which one person records a list of prompts, take by take."""

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
    """Collect clips: show each prompt, record a take, judge it, and store it once accepted.

    Shown in a notebook, the widget presents one prompt at a time. The speaker records a
    take (space), plays it (P), and accepts it (Enter) or records it again (R). S skips the
    prompt, U undoes the last step, and a digit chooses a label. Each accepted take is in the
    store before the next prompt is shown, so the kernel may be killed at any time: a new
    session of the same speaker continues where the last one ended.

    Parameters
    ----------
    prompts : iterable, DataFrame, or path of a .csv, .tsv, .jsonl or .txt file
        The prompts; see `read_prompts`.
    store : Store, str or path
        The store of the clips: a folder, or a URL that fsspec supports.
    labels : sequence of str, optional
        At most nine labels. If there are any, each accepted take has one of them.
    takes_per_prompt : int
        The number of takes to record of each prompt.
    speaker : str, optional
        A name or, better, a pseudonym.
    quality : Quality
        The requirements on a take. A refused take cannot be accepted.
    recorder : MediaRecorder, optional
        The recorder; by default a new one for the default microphone, unprocessed.
    shuffle : bool
        Whether to show the prompts in a random order. A speaker's order is the same in
        every session.
    people : collection of str, optional
        All people who collect together, including `speaker`. Each prompt is assigned to
        `overlap` of them; see `assigned`.
    overlap : int
        The number of people per prompt; see `people`.
    consent : str
        A text that the speaker must accept before the first take. It is kept in the store.
    warm_up : bool
        Whether to start with two seconds of silence, to measure the noise of the room.
    audio, keep_original
        The format of the stored sound; see `Store.open`.

    Attributes
    ----------
    recorder : MediaRecorder
        The recorder, for listeners of your own: ``session.recorder.on("stop", …)``.
    store : Store
        The store, with the clips of all speakers.
    shard : Shard
        The part of the store that this session writes.

    Raises
    ------
    TypeError, ValueError
        An argument is invalid.
    OSError
        The store cannot be read or written.

    Notes
    -----
    The keys work while the widget has the focus. Prompts, labels and names are untrusted:
    the page shows them as text, never as markup.

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
        self._skips: list[str] = []  # since the latest clip; undo takes these back first
        self._latest_take = ""  # the id of the latest take
        self._noise: float | None = None
        self._moment = Moment("room" if warm_up else "ask")
        owns, recorder = recorder is None, recorder or MediaRecorder()
        self.set_trait("recorder", recorder)  # checks its type
        self._controller = controller_of(recorder)
        self.set_trait("_key", self._controller.key)
        self._draw()
        super().__init__()
        self.on_msg(self._receive)
        recorder.on("start", self._on_start)
        recorder.on("stop", self._on_stop)
        self._owns = owns

    # --- state -----------------------------------------------------------------------------

    @property
    def prompt(self) -> Prompt | None:
        """The current prompt; None when all prompts are done or skipped."""
        return self._queue.current

    @property
    def take(self) -> Take | None:
        """The take to accept, if there is one."""
        return self._moment.take

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the take, or on the room."""
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
        """The number of accepted takes of this session's prompts."""
        return self._queue.done

    @property
    def total(self) -> int:
        """The number of takes to collect."""
        return self._queue.total

    # --- actions: by key, by button, or from Python ----------------------------------------

    def agree(self) -> None:
        """Accept the consent text. Raises InvalidStateError while a take is under way."""
        with self._actions.lock:
            self._require_rest()
            self.shard.agree()
            self._draw()

    def accept(self, label: str = "", note: str = "", *, trim: bool = False) -> Clip:
        """Store the judged take, and show the next prompt.

        Parameters
        ----------
        label : str
            One of `labels`, if there are any.
        note : str
            A remark by the speaker.
        trim : bool
            Whether to cut off silence as `verdict` proposes.

        Returns
        -------
        Clip
            The stored clip.

        Raises
        ------
        InvalidStateError
            There is no take, another one is under way, the take is refused, or the label is
            not among `labels`.
        OSError
            The store cannot be written. The take can still be accepted.
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
        """Skip the prompt, and show the next one.

        Raises InvalidStateError if there is no prompt, or a take is under way.
        """
        with self._actions.lock:
            self._require("ask", "judged")
            assert self.prompt is not None
            self._skips.append(self.prompt.id)
            self._queue.skip()
            self._go_on()

    def undo(self) -> None:
        """Undo the last step, a skip or the speaker's latest clip, and show its prompt again.

        The clip is withdrawn from the store. Clips of prompts that are not part of this
        session are left alone.

        Raises
        ------
        InvalidStateError
            There is nothing to undo, or a take is under way.
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
        """Show the skipped prompts again."""
        with self._actions.lock:
            self._require("done")
            self._queue.again()
            self._skips.clear()
            self._go_on()

    def leave_room(self) -> None:
        """End the warm-up, and use the noise of the room if it was measured."""
        with self._actions.lock:
            self._require("room")
            self._go_on()

    # --- results ---------------------------------------------------------------------------

    def to_pandas(self) -> pd.DataFrame:
        """Return a table of all clips in the store; see `mediarecorder.labeling.to_pandas`."""
        return to_pandas(self.store)

    def export(self, kind: Kind, path: str | os.PathLike[str], **options: Any) -> Path:
        """Export all clips of the store; see `mediarecorder.labeling.export`."""
        return export(self.store, kind, path, **options)

    def forget(self, speaker: str | None = None) -> Forgotten:
        """Remove all data of a speaker, by default this session's; see `Store.forget`.

        The speaker's open sessions can store nothing more. Create a new one to continue.
        """
        return self.store.forget(self.shard.speaker if speaker is None else speaker)

    def close(self) -> None:
        """End the session, and close its recorder unless you passed it in."""
        if hasattr(self, "_owns"):  # not so if the constructor raised, and __del__ calls this
            self.recorder.off("start", self._on_start)
            self.recorder.off("stop", self._on_stop)
            if self._owns:
                self.recorder.close()
        super().close()

    # --- events of the recorder, messages of the page --------------------------------------

    def _on_start(self, _event: object) -> None:
        """Discard the judged take when a new one starts."""
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

    # --- the scene -------------------------------------------------------------------------

    def _require_rest(self) -> None:
        """Require that no take is under way: a take belongs to the prompt it was recorded for."""
        if self.recorder.state != "inactive":
            raise InvalidStateError("A recording is under way.", "Stop it first.")
        if self._controller.runs.under_way - {self._latest_take}:
            raise InvalidStateError("The take is still on its way.", "Wait until it is here.")

    def _require(self, *phases: Phase) -> None:
        self._require_rest()
        if self.phase not in phases:
            raise InvalidStateError(f"This is not possible in the phase {self.phase!r}.", "")

    def _go_on(self) -> None:
        self._moment = Moment("ask")
        self._controller.observer.hide_take()
        self._draw()

    def _draw(self) -> None:
        scene = scene_of(self.phase, self._moment, self._queue, self.shard.consent, self._labels)
        self.set_trait("_scene", {"step": self._actions.next(), **scene})
