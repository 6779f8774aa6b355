"""MediaRecorder: the widget. Commands go out, events come in, traits follow the page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets

from .capture import waits
from .capture.blocks import Blocks
from .capture.controller import Controller
from .capture.page_decoder import decode_in_a_page
from .diagnosis import Diagnosis, diagnose
from .event_target import EventTarget, Listeners
from .host.waiting import Steps
from .journal import check_folder
from .media import register_fallback
from .media.block import require_soxr
from .options import (
    Limits,
    RecorderOptions,
    Settings,
    check_length,
    check_mime_type,
    check_sample_rate,
    check_seconds,
    check_source,
    check_timeslice,
    normalized,
)
from .player.responses import respond
from .publisher import Publisher
from .sources import Device, Microphone, Source
from .take import Take
from .wire.assets import entry, serve_asset
from .wire.protocol import BitrateMode


class MediaRecorder(EventTarget, anywidget.AnyWidget):
    """A browser's real MediaRecorder, driven from Python.

    Making one opens nothing. When a page shows the notebook, the page tries whether
    its browser can record as asked, which needs no permission; the microphone opens
    at `start` and is released at `stop`.

    The methods change `state` at once, as in the standard, although the browser may
    still be asking for permission; from then on `state` follows the page. What only
    the page can know (an unsupported type, no device, a refused permission) comes
    back as an ``error`` event.

    Parameters
    ----------
    source : Microphone or Tone
        What the browser is asked to open.
    mime_type : str
        The container and codec, for instance ``"audio/webm;codecs=opus"``, or
        ``"audio/webm;codecs=pcm"`` for lossless samples in Chromium. Empty: the
        browser's own choice.
    audio_bits_per_second, video_bits_per_second, bits_per_second : int, optional
        Bit rates to aim at; browsers clamp them.
    audio_bitrate_mode : {"variable", "constant"}
        Firefox does not know it.
    decode : bool
        Whether takes are decoded while they are recorded, so that their samples are
        there at their end, however long they are: in the kernel if PyAV is installed,
        else in the page that records. False leaves decoding out, until `Take.samples`
        asks for it; what `blocks` then reads is kept nowhere.
    journal : path, optional
        A folder, made if it is missing, in which every take is written while it is
        recorded: the container as it comes, and beside it an index of its parts
        (`mediarecorder.journal`). A part is written before the page is told that it
        has arrived, so that a kernel that dies costs nothing of it; and a long take
        needs no memory: its `Take.blob`, and the data of a long ``dataavailable``, are
        maps of the file. (Samples would need some: `decode=False`.) Where the disk is full,
        an ``error`` event says so, and the take goes on in memory, up to 512 MiB; then
        it is stopped, and kept. Nothing deletes these files but you.
    max_duration : float, optional
        Seconds of recording, pauses left out, after which a take ends by itself.
    max_bytes : int, optional
        The most bytes that a take's blob is to have. It ends before the next chunk
        could exceed them, with up to a second's worth to spare. Two things may exceed
        them nevertheless, since nothing that was recorded is thrown away: half a
        second, which a take has at the least, and what a page records while it is
        stuck or its computer falls asleep.
    stop_on_silence : (float, float), optional
        Seconds and a level in dBFS: a take ends when its sound has been below that
        level for so long. The level is the RMS of each 50 ms, in the loudest channel,
        of what is below 12 kHz; a full-scale sine has -3 dBFS. A silence before the
        first sound counts, and after a pause it is counted anew.

        These three are for the stop that somebody forgot. The page sees to them by
        itself, four times a second, whether the kernel is busy or gone and the page
        hidden or not, for every take of this recorder, by whomever it was started. A
        take that they end is an ordinary, complete one, whose `Take.ended_by` is
        ``"max_duration"``, ``"max_bytes"`` or ``"silence"``. Where a browser keeps the
        page's sound graphs asleep until somebody clicks in it, silence is not noticed.

    Raises
    ------
    TypeError, ValueError
        An option is none, or is out of its range.
    OSError
        The kernel cannot write in the journal's folder.

    Notes
    -----
    MediaStream Recording, `MediaRecorder
    <https://w3c.github.io/mediacapture-record/#mediarecorder-api>`_. One thing is as
    MDN describes it and not as today's browsers do it: `stop` on an inactive recorder
    raises `InvalidStateError`.
    """

    _esm = entry("widget")

    state = traitlets.Unicode("inactive", read_only=True).tag(sync=True)
    mime_type = traitlets.Unicode("", read_only=True).tag(sync=True)
    audio_bits_per_second = traitlets.Int(0, read_only=True).tag(sync=True)
    video_bits_per_second = traitlets.Int(0, read_only=True).tag(sync=True)
    audio_bitrate_mode = traitlets.Unicode("variable", read_only=True).tag(sync=True)
    take = traitlets.Instance(Take, allow_none=True, read_only=True)
    value = traitlets.Instance(np.ndarray, allow_none=True, read_only=True)
    takes = traitlets.Int(0, read_only=True).tag(sync=True)
    _key = traitlets.Unicode(read_only=True).tag(sync=True)
    _notice = traitlets.Unicode("", read_only=True).tag(sync=True)
    _cause = traitlets.Unicode("", read_only=True).tag(sync=True)
    _shown = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        source: Source = Microphone(),
        *,
        mime_type: str = "",
        audio_bits_per_second: int | None = None,
        video_bits_per_second: int | None = None,
        bits_per_second: int | None = None,
        audio_bitrate_mode: BitrateMode = "variable",
        decode: bool = True,
        journal: str | os.PathLike[str] | None = None,
        max_duration: float | None = None,
        max_bytes: int | None = None,
        stop_on_silence: tuple[float, float] | None = None,
    ) -> None:
        source = check_source(source)
        options = RecorderOptions(
            mime_type,
            audio_bits_per_second,
            video_bits_per_second,
            bits_per_second,
            audio_bitrate_mode,
        )
        if not isinstance(decode, bool):
            raise TypeError(f"decode must be True or False, not {decode!r:.80}.")
        folder = check_folder(journal)
        limits = Limits(max_duration, max_bytes, stop_on_silence)
        settings = Settings(source, options, limits, decode, folder)
        self._listeners = Listeners(self._on_listeners)
        self._publisher = Publisher(self, self._listeners, super().close)
        self._controller = Controller(settings, self._publisher, self.send, self._comm_id)
        # Before the comm opens: a page makes its recorder of the first values that it is told.
        self.set_trait("_key", self._controller.key)
        self.set_trait("mime_type", mime_type)
        self.set_trait("audio_bits_per_second", audio_bits_per_second or 0)
        self.set_trait("video_bits_per_second", video_bits_per_second or 0)
        self.set_trait("audio_bitrate_mode", audio_bitrate_mode)
        super().__init__()
        self.on_msg(self._receive)

    # Methods of the standard ------------------------------------------------------------

    def start(self, timeslice: float | None = None) -> None:
        """Ask the browser for the source, and record it as soon as it is there.

        `state` is ``"recording"`` at once. A ``start`` event says that the browser
        records; an ``error`` event, and nothing else, that it was refused. After a
        `stop` in the same cell the new recording waits until the old one has ended.

        Parameters
        ----------
        timeslice : float, optional
            **Milliseconds** of sound in each ``dataavailable`` event. Without it
            there is one event, at the end. At least 100 ms; browsers take more.

        Raises
        ------
        InvalidStateError
            The recorder is not inactive, or is closed.
        NotSupportedError
            The page has said before that it cannot record this type.
        TypeError, ValueError
            `timeslice` is no number of milliseconds.

        Notes
        -----
        `MediaRecorder.start()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-start>`_
        """
        self._controller.start(check_timeslice(timeslice))

    def stop(self) -> None:
        """End the recording.

        `state` is ``"inactive"`` at once, and the page releases the microphone. Then
        ``dataavailable`` brings what was gathered, and ``stop`` the `Take`. Nothing of
        the take comes after that.

        Raises
        ------
        InvalidStateError
            The recorder is inactive. Nothing is sent.

        Notes
        -----
        `MediaRecorder.stop()
        <https://developer.mozilla.org/docs/Web/API/MediaRecorder/stop>`_, whose text
        this follows; the standard has made it a no-op since.
        """
        self._controller.stop()

    def pause(self) -> None:
        """Leave out what is heard from now on; a ``pause`` event follows.

        Pausing twice is pausing once. Raises `InvalidStateError` on an inactive recorder.

        Notes
        -----
        `MediaRecorder.pause()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-pause>`_
        """
        self._controller.pause()

    def resume(self) -> None:
        """Go on after a `pause`; a ``resume`` event follows.

        Resuming twice is resuming once. Raises `InvalidStateError` on an inactive recorder.

        Notes
        -----
        `MediaRecorder.resume()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-resume>`_
        """
        self._controller.resume()

    def request_data(self) -> None:
        """Ask for a ``dataavailable`` event with what was gathered so far.

        It may be empty: Firefox's Ogg has nothing to give until a page is full. Raises
        `InvalidStateError` on an inactive recorder.

        Notes
        -----
        `MediaRecorder.requestData()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-requestdata>`_
        """
        self._controller.request_data()

    def is_type_supported(self, mime_type: str) -> bool:
        """Whether the browser can record `mime_type`; the empty type is always supported.

        Usual types are known as soon as a page has shown the recorder. Any other one
        is asked of the page, and its answer remembered.

        Raises
        ------
        NoBrowserError
            No page has answered (never a false no).
        ValueError
            `mime_type` is not the name of a type.

        Notes
        -----
        `MediaRecorder.isTypeSupported()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-istypesupported>`_
        """
        name = normalized(check_mime_type(mime_type))
        return not name or waits.is_type_supported(self._controller, name)

    @property
    def source(self) -> Source:
        """What the browser is asked to open; a new source holds from the next `start`.

        Whoever chooses a microphone in the view's menu changes it too: to
        ``Microphone(device=...)``, and all else as it was. The page remembers that choice
        for this notebook, and prefers it wherever no ``device`` is asked for.
        """
        return self._controller.settings.source

    @source.setter
    def source(self, source: Source) -> None:
        self._controller.change_source(check_source(source))

    @property
    def devices(self) -> tuple[Device, ...]:
        """The microphones of the page that runs this cell, or else of the newest one.

        Each has an ``id`` and a ``name``, and either is good for ``Microphone(device=...)``.
        Browsers tell them only where a person has allowed a microphone: until then this
        is empty. A ``devicechange`` event says that they have become known or have changed.

        Notes
        -----
        Media Capture and Streams, `enumerateDevices
        <https://w3c.github.io/mediacapture-main/#dom-mediadevices-enumeratedevices>`_.
        They are in no trait: a trait would be saved in the notebook.
        """
        return self._controller.link.devices

    # One cell is enough -----------------------------------------------------------------

    def record(
        self, seconds: float | None = None, *, timeout: float | None = None, progress: bool = True
    ) -> Take:
        """Record, wait for it, and return the take: all in one cell.

        1. `start`, in the page that runs the cell; the recorder need not be displayed.
        2. Wait until a person has answered the browser's question for the microphone.
        3. Wait until `seconds` are recorded, or until somebody presses stop.
        4. Wait until everything is here.

        Events fire as ever, and what their listeners print appears under this cell. An
        interrupt (the notebook's stop button) ends the wait and the recording; `take`
        then has what was recorded.

        Parameters
        ----------
        seconds : float, optional
            How much to record, pauses left out. Without it, until a person presses stop.
        timeout : float, optional
            The most seconds to wait for a person to allow the microphone. Without it,
            as long as it takes.
        progress : bool
            Whether the cell shows how far it is; it leaves nothing behind.

        Returns
        -------
        Take
            Exactly ``round(seconds * sample_rate)`` frames of it. (The page records a
            little more, since Opus leaves out a last frame that is not full; the whole
            is in `take`, and the blob is shared.) It is shorter only where the
            recording was ended before its time; `Take.ended_by` says by what.

        Raises
        ------
        NoBrowserError
            No page shows the recorder, or none answers.
        NotAllowedError, NotFoundError, ...
            What an ``error`` event would say of a start that was refused.
        NotSupportedError
            In this host no message of a page arrives while a cell runs; or this is
            called by a listener.
        InvalidStateError
            The recorder records already.
        AbortError
            The page was closed or reloaded, or has fallen silent. `take` has what had
            arrived.
        TimeoutError
            Nobody has allowed the microphone in time.
        """
        return self._controller.block(self._record_steps(seconds, timeout, progress))

    async def record_async(
        self, seconds: float | None = None, *, timeout: float | None = None, progress: bool = True
    ) -> Take:
        """Do what `record` does, and let other tasks run meanwhile: ``await`` it."""
        return await self._controller.wait(self._record_steps(seconds, timeout, progress))

    def wait(self, timeout: float | None = None) -> Take:
        """Wait for the take of the latest `start`, and return it.

        It may have ended before; then this returns at once. An interrupt ends the
        recording too, as with `record`.

        Parameters
        ----------
        timeout : float, optional
            The most seconds to wait. Without it, as long as it takes.

        Raises
        ------
        InvalidStateError
            There was no start.
        TimeoutError
            The take has not ended in time; it goes on.
        NoBrowserError, NotAllowedError, ...
            As `record`.
        """
        return self._controller.block(self._wait_steps(timeout))

    async def wait_async(self, timeout: float | None = None) -> Take:
        """Do what `wait` does, and let other tasks run meanwhile: ``await`` it."""
        return await self._controller.wait(self._wait_steps(timeout))

    def _record_steps(
        self, seconds: float | None, timeout: float | None, progress: bool
    ) -> Steps[Take]:
        check_seconds("seconds", seconds)
        check_seconds("timeout", timeout)
        return waits.record_steps(self._controller, seconds, timeout, progress)

    def _wait_steps(self, timeout: float | None) -> Steps[Take]:
        return waits.wait_steps(self._controller, check_seconds("timeout", timeout))

    # While it records ------------------------------------------------------------------

    def blocks(
        self, seconds: float = 0.1, *, sample_rate: int | None = None, buffer: float = 10.0
    ) -> Blocks:
        """Read the sound while it is recorded: ``for block in rec.blocks()``, or ``async for``.

        It reads the take that is under way, from now on; else the next one, from its
        beginning. The blocks follow each other without a gap, end with the take, and
        then the iterator raises what has ended it, if that was an error. Several readers
        may read at once; each has its own place. To stop reading stops no recording, and
        to stop recording (``rec.stop()`` in the loop, say) still gives what is left.

        A block is as late as the browser's encoder, its slices of about 100 ms and the
        way to here make it; pages that decode (where PyAV is not installed) are a slice
        later. Firefox is as quick as Chromium in ``audio/webm;codecs=opus``; in Ogg, its
        default, sound comes a page at a time: 0.3 s at 128 kbit/s, up to 5 s at low bit
        rates and in digital silence. Silence at the beginning comes with the first sound.

        Parameters
        ----------
        seconds : float
            How long each block is; the last may be shorter.
        sample_rate : int, optional
            Hz: resample to that rate, continuously across blocks, with soxr
            (``pip install "mediarecorder[soxr]"``). Else blocks have the rate of the take.
        buffer : float
            How many seconds may wait for this reader. Should it fall further behind, the
            oldest are left out: never is a recording held up, nor memory filled.
            `Block.overflow` counts the missing frames before a block, and the `overflow`
            of what this returns all of them. They are missing here, not in the take.

        Returns
        -------
        Blocks
            An iterator, and an asynchronous one, of `Block`: float32 arrays of shape
            ``(frames, channels)`` with ``time`` (seconds since the start, pauses left out)
            and ``sample_rate``.

        Raises
        ------
        InvalidStateError
            The recorder is closed; or the take under way is not decoded along
            (``decode=False``): ask for blocks before its start.
        NotSupportedError
            soxr is missing. While it is read: as `record`, where a cell cannot wait.
        DecodingError
            While it is read: the sound cannot be decoded.
        TypeError, ValueError
            A parameter is none, or is out of its range.
        """
        self._controller.require_open()
        length = check_length("seconds", seconds)
        rate = check_sample_rate(sample_rate)
        if rate is not None:
            require_soxr()
        room = max(check_length("buffer", buffer), length)
        return Blocks(self._controller, self._controller.read(room), length, rate)

    # When it does not record ------------------------------------------------------------

    def diagnose(self, *, devices: bool = False) -> Diagnosis:
        """Find out what keeps this recorder from recording, and how to mend it.

        It asks the page that runs the cell, or else the newest one, what it, its browser
        and its permissions allow; nobody is asked for the microphone, and nothing is
        opened. It never raises: that no page answers within eight seconds is a finding
        too, and where a cell cannot wait for a page, Python alone is diagnosed.

        Parameters
        ----------
        devices : bool
            Whether the names of microphones are in it, if the browser tells them. They
            are personal, so think before you put them into a bug report.

        Returns
        -------
        Diagnosis
            A plain dict, which shows itself as a list of problems with their remedies.
            ``findings`` is empty where nothing is wrong.

        Notes
        -----
        Firefox and Safari do not tell everything; what they leave out is None.
        """
        return diagnose(self._controller, devices)

    # The end, and what is under the hood ------------------------------------------------

    def close(self) -> None:
        """End the recording, if one is under way, and keep it; then leave the page.

        A take under way still arrives, with its events; the recorder leaves the page
        after it.
        """
        if hasattr(self, "_controller"):
            self._controller.close()
        else:  # the constructor raised, and __del__ cleans up
            super().close()

    def _comm_id(self) -> str:
        return "" if self.comm is None else str(self.comm.comm_id)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore a page that writes traits: pages report by messages only."""

    def _receive(self, _: object, content: object, buffers: Sequence[Any]) -> None:
        if not (serve_asset(self, content) or respond(self, content, self.take, self._on_decoded)):
            self._controller.receive(content, buffers)

    def _on_listeners(self) -> None:
        self._controller.listeners_changed()

    def _on_decoded(self, take: Take) -> None:
        self._publisher.show_take(take, decoded=True)


def controller_of(recorder: MediaRecorder) -> Controller:
    """Give the controller of a recorder, for what else of this package drives it."""
    return recorder._controller  # noqa: SLF001


register_fallback(decode_in_a_page)


def record(
    seconds: float | None = None,
    source: Source | None = None,
    *,
    timeout: float | None = None,
    progress: bool = True,
) -> Take:
    """Record in one line: make a recorder, display it, wait, and return the take.

    ``mediarecorder.record(5)`` is `MediaRecorder.record` for those who need no recorder
    afterwards; it raises what that raises.

    Parameters
    ----------
    seconds : float, optional
        How much to record. Without it, until a person presses stop.
    source : Microphone or Tone, optional
        The default microphone, raw, if left out.
    timeout : float, optional
        The most seconds to wait for a person to allow the microphone.
    progress : bool
        Whether the cell shows how far it is.

    Returns
    -------
    Take
    """
    from IPython.display import display

    recorder = MediaRecorder(Microphone() if source is None else source)
    display(recorder)  # type: ignore[no-untyped-call, unused-ignore]
    return recorder.record(seconds, timeout=timeout, progress=progress)
