"""The MediaRecorder widget. It sends commands, receives events, and its traits follow the page."""

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

    The constructor opens no device. As soon as a page displays the recorder, the page checks
    whether its browser supports the options; this needs no permission. `start` opens the
    microphone and `stop` releases it.

    As in the standard, the methods return at once and update `state` immediately, even while
    the browser is still asking for permission. From then on, `state` follows the page.
    Failures that only the page can detect (an unsupported type, a missing device, a refused
    permission) arrive as an ``error`` event. `record` and `wait` block until the take is
    complete, and raise such failures.

    Parameters
    ----------
    source : Microphone or Tone
        The source to open.
    mime_type : str
        Container and codec, for example ``"audio/webm;codecs=opus"``, or
        ``"audio/webm;codecs=pcm"`` for lossless samples in Chromium. If empty, the browser
        chooses.
    audio_bits_per_second, video_bits_per_second, bits_per_second : int, optional
        Target bit rates. Browsers clamp them.
    audio_bitrate_mode : {"variable", "constant"}
        The bit rate mode. Firefox ignores it.
    decode : bool
        If True, takes are decoded during the recording, so that their samples are available
        as soon as they end, however long they are. The kernel decodes if PyAV is installed,
        and the recording page otherwise. If False, decoding is deferred until `Take.samples`
        is accessed; the samples that `blocks` reads are not kept.
    journal : path, optional
        A folder, created if missing, to which every take is written during the recording: the
        container file and an index of its parts (see `mediarecorder.journal`). Each part is
        written before it is acknowledged, so a kernel that dies loses no acknowledged data.
        Long takes need no memory: `Take.blob`, and the data of a long ``dataavailable``
        event, are memory maps of the file. (Decoded samples are in memory; use `decode=False`
        to avoid that.) If the disk is full, an ``error`` event fires and the take continues
        in memory, up to 512 MiB; then it is stopped, and kept. The package never deletes
        these files.
    max_duration : float, optional
        Maximum length of a take in seconds, without pauses.
    max_bytes : int, optional
        Maximum size of a take's blob in bytes. The take ends before the next chunk could
        exceed it, up to one second early. Recorded data is never discarded, so two things
        can exceed the limit: the first half second, which every take contains, and data
        recorded while the page is frozen or its computer is asleep.
    stop_on_silence : (float, float), optional
        A duration in seconds and a level in dBFS. A take ends when its level stays below this
        level for this duration. The level is the RMS over windows of 50 ms of the loudest
        channel, low-passed at 12 kHz; a full-scale sine has -3 dBFS. Silence before the first
        sound counts. A pause resets the duration.

    Attributes
    ----------
    state : {"inactive", "recording", "paused"}
        The state of the recorder, as in the standard.
    mime_type, audio_bits_per_second, video_bits_per_second, audio_bitrate_mode
        The attributes of the page's MediaRecorder. Until a page shows the recorder, they are
        the requested values.
    take : Take or None
        The latest take.
    value : ndarray or None
        The samples of the latest take: float32 of shape ``(frames, channels)``. With
        ``decode=False`` it is not set.
    takes : int
        The number of takes so far.

    Raises
    ------
    TypeError, ValueError
        An option is invalid or out of range.
    OSError
        The kernel cannot write to the journal folder.

    See Also
    --------
    record : Display a new recorder, record, and return the take, in one call.

    Notes
    -----
    MediaStream Recording, `MediaRecorder
    <https://w3c.github.io/mediacapture-record/#mediarecorder-api>`_. In one respect this class
    follows MDN's description and not today's browsers: `stop` on an inactive recorder raises
    `InvalidStateError`.

    The limits `max_duration`, `max_bytes` and `stop_on_silence` end a forgotten take. The page
    checks them four times a second, for every take of this recorder, started from Python or by
    a button, even if the kernel is busy or gone, or the page is hidden. A take that reaches a
    limit is a normal, complete take; its `Take.ended_by` is ``"max_duration"``, ``"max_bytes"``
    or ``"silence"``. While a browser suspends the page's audio graph, that is, until the user
    clicks or types in the page, silence is not detected.

    Examples
    --------
    >>> rec = MediaRecorder(Microphone(device="USB"), max_duration=600)
    >>> rec.on("stop", lambda event: print(event.take))
    >>> rec  # as the last line of a cell: display the recorder
    >>> take = rec.record(5)  # in the next cell
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
        # Before the comm opens: a page creates its recorder from the initial trait values.
        self.set_trait("_key", self._controller.key)
        self.set_trait("mime_type", mime_type)
        self.set_trait("audio_bits_per_second", audio_bits_per_second or 0)
        self.set_trait("video_bits_per_second", video_bits_per_second or 0)
        self.set_trait("audio_bitrate_mode", audio_bitrate_mode)
        super().__init__()
        self.on_msg(self._receive)

    # The standard's methods -------------------------------------------------------------

    def start(self, timeslice: float | None = None) -> None:
        """Open the source in the browser, and record it.

        1. `state` becomes ``"recording"`` at once.
        2. The page opens the source; the browser may ask the user for permission.
        3. A ``start`` event fires when the browser records. If the start fails, an ``error``
           event fires instead, and no other event of this take.

        If `stop` was called before in the same cell, the new recording starts when the old one
        has ended.

        Parameters
        ----------
        timeslice : float, optional
            **Milliseconds** of sound per ``dataavailable`` event. Without it, one event fires
            at the end. Values below 100 ms are raised to 100 ms, with a warning, and
            browsers may use longer slices.

        Raises
        ------
        InvalidStateError
            The recorder is not inactive, or is closed.
        NotSupportedError
            The page has already reported that it does not support the options.
        TypeError, ValueError
            `timeslice` is not a valid number of milliseconds.

        Notes
        -----
        `MediaRecorder.start()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-start>`_
        """
        self._controller.start(check_timeslice(timeslice))

    def stop(self) -> None:
        """End the recording.

        1. `state` becomes ``"inactive"`` at once, and the page releases the microphone.
        2. A ``dataavailable`` event delivers the remaining data.
        3. A ``stop`` event delivers the `Take`. It is the last event of the take.

        Raises
        ------
        InvalidStateError
            The recorder is inactive. Nothing is sent to the page.

        Notes
        -----
        `MediaRecorder.stop()
        <https://developer.mozilla.org/docs/Web/API/MediaRecorder/stop>`_. This method follows MDN's
        description; the current standard ignores the call on an inactive recorder.
        """
        self._controller.stop()

    def pause(self) -> None:
        """Pause the recording. A ``pause`` event follows.

        Sound during the pause is not part of the take. Has no effect on a paused recorder, and
        raises `InvalidStateError` on an inactive one.

        Notes
        -----
        `MediaRecorder.pause()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-pause>`_
        """
        self._controller.pause()

    def resume(self) -> None:
        """Resume a paused recording. A ``resume`` event follows.

        Has no effect on a recorder that is not paused, and raises `InvalidStateError` on an
        inactive one.

        Notes
        -----
        `MediaRecorder.resume()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-resume>`_
        """
        self._controller.resume()

    def request_data(self) -> None:
        """Request a ``dataavailable`` event with the data recorded since the last one.

        The data may be empty: Firefox's Ogg encoder delivers nothing until a page of the container
        is full. Raises `InvalidStateError` on an inactive recorder.

        Notes
        -----
        `MediaRecorder.requestData()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-requestdata>`_
        """
        self._controller.request_data()

    def is_type_supported(self, mime_type: str) -> bool:
        """Return whether the browser can record `mime_type`.

        The page reports the common types when it displays the recorder. For any other type, this
        method asks the page, waits for the answer, and caches it. The empty type is always
        supported.

        Parameters
        ----------
        mime_type : str
            Container and optional codec, for example ``"audio/webm;codecs=opus"``.

        Raises
        ------
        NoBrowserError
            No page has answered. (The method never returns False in this case.)
        NotSupportedError
            A page would have to answer, but a cell cannot wait for a page in this host.
        TypeError, ValueError
            `mime_type` is not a valid MIME type.

        Notes
        -----
        `MediaRecorder.isTypeSupported()
        <https://w3c.github.io/mediacapture-record/#dom-mediarecorder-istypesupported>`_
        """
        name = normalized(check_mime_type(mime_type))
        return not name or waits.is_type_supported(self._controller, name)

    @property
    def source(self) -> Source:
        """The source to open. A new value takes effect at the next `start`.

        If the user chooses a microphone in the view's menu, this becomes
        ``Microphone(device=...)``, with all other settings unchanged. The page remembers the
        choice for this notebook, and uses it whenever the source names no ``device``.
        """
        return self._controller.settings.source

    @source.setter
    def source(self, source: Source) -> None:
        self._controller.change_source(check_source(source))

    @property
    def devices(self) -> tuple[Device, ...]:
        """The microphones of the page that runs this cell, or of the newest page.

        Use the ``id`` or the ``name`` of a `Device` as ``Microphone(device=...)``. Browsers reveal
        microphones only after the user has granted permission; until then, this is empty. A
        ``devicechange`` event fires when the microphones become known or change.

        Notes
        -----
        Media Capture and Streams, `enumerateDevices
        <https://w3c.github.io/mediacapture-main/#dom-mediadevices-enumeratedevices>`_.
        The devices are not a trait, because traits are saved in the notebook.
        """
        return self._controller.link.devices

    # Blocking calls ---------------------------------------------------------------------

    def record(
        self, seconds: float | None = None, *, timeout: float | None = None, progress: bool = True
    ) -> Take:
        """Record, wait for the take, and return it, in one cell.

        1. Call `start` in the page that runs the cell. The recorder need not be displayed.
        2. Wait until the user has answered the browser's permission prompt.
        3. Wait until `seconds` are recorded, or until the user presses stop.
        4. Wait until all data has arrived.

        Events fire as usual, and the output of their listeners appears under this cell. An
        interrupt (the notebook's stop button) ends the wait and the recording; the recording so
        far is then in `take`.

        Parameters
        ----------
        seconds : float, optional
            Length of the recording in seconds, without pauses. If None, record until the user
            presses stop.
        timeout : float, optional
            Maximum time in seconds to wait for permission. If None, wait indefinitely.
        progress : bool
            If True, show the progress under the cell. It disappears when the call ends.

        Returns
        -------
        Take
            Exactly ``round(seconds * sample_rate)`` frames, or fewer if the recording was ended
            early; `Take.ended_by` gives the reason. (The page records slightly longer, because
            MediaRecorder discards a last Opus frame that is not full. The full recording is in
            `take`, and both share one blob.)

        Raises
        ------
        NoBrowserError
            No page is connected to the recorder, or none answers.
        NotAllowedError, NotFoundError, ...
            The start failed. These are the errors of the ``error`` event.
        NotSupportedError
            In this host, a page's messages cannot arrive while a cell runs; or a listener
            called this method.
        InvalidStateError
            The recorder is already recording, is closed, or another call is waiting for it.
        AbortError
            The page was closed or reloaded, or does not answer any more. The data received so
            far is in `take`.
        TimeoutError
            The user did not answer the permission prompt within `timeout` seconds.

        See Also
        --------
        record_async : The same for async cells.
        start : Start a recording without waiting.
        blocks : Read the sound during the recording.
        """
        return self._controller.block(self._record_steps(seconds, timeout, progress))

    async def record_async(
        self, seconds: float | None = None, *, timeout: float | None = None, progress: bool = True
    ) -> Take:
        """Record and return the take, like `record`, while other asyncio tasks run."""
        return await self._controller.wait(self._record_steps(seconds, timeout, progress))

    def wait(self, timeout: float | None = None) -> Take:
        """Wait for the take of the latest `start`, and return it.

        If this take has already ended, return it at once. An interrupt also ends the recording, as
        with `record`.

        Parameters
        ----------
        timeout : float, optional
            Maximum time to wait in seconds. If None, wait indefinitely.

        Returns
        -------
        Take
            The whole take.

        Raises
        ------
        InvalidStateError
            `start` has not been called.
        TimeoutError
            The take has not ended within `timeout` seconds. The recording continues.
        NoBrowserError, NotAllowedError, ...
            As for `record`.
        """
        return self._controller.block(self._wait_steps(timeout))

    async def wait_async(self, timeout: float | None = None) -> Take:
        """Wait for the take of the latest `start`, like `wait`, while other asyncio tasks run."""
        return await self._controller.wait(self._wait_steps(timeout))

    def _record_steps(
        self, seconds: float | None, timeout: float | None, progress: bool
    ) -> Steps[Take]:
        check_seconds("seconds", seconds)
        check_seconds("timeout", timeout)
        return waits.record_steps(self._controller, seconds, timeout, progress)

    def _wait_steps(self, timeout: float | None) -> Steps[Take]:
        return waits.wait_steps(self._controller, check_seconds("timeout", timeout))

    # Live samples -----------------------------------------------------------------------

    def blocks(
        self, seconds: float = 0.1, *, sample_rate: int | None = None, buffer: float = 10.0
    ) -> Blocks:
        """Read the sound during the recording: ``for block in rec.blocks()``, or ``async for``.

        The iterator reads the current take from this point on, or else the next take from its
        beginning. The blocks are contiguous and end with the take. If an error ends the take, the
        iterator raises it after the last block. Several readers can read at the same time, each at
        its own position. Leaving the loop does not stop the recording. After ``rec.stop()``,
        also inside the loop, the iterator delivers the remaining blocks.

        Parameters
        ----------
        seconds : float
            Length of a block in seconds. The last block may be shorter.
        sample_rate : int, optional
            Resample to this rate in Hz, continuously across blocks, with soxr
            (``pip install "mediarecorder[soxr]"``). If None, keep the sample rate of the take.
        buffer : float
            Maximum number of seconds to buffer for this reader. If the reader falls further
            behind, the oldest samples are dropped; a slow reader never delays the recording.
            `Block.overflow` is the number of frames dropped before a block, and ``overflow`` of
            the returned iterator is their sum. The take itself is complete.

        Returns
        -------
        Blocks
            A synchronous and asynchronous iterator of `Block`: float32 arrays of shape
            ``(frames, channels)`` with the attributes ``time`` (seconds since the start, without
            pauses) and ``sample_rate``.

        Raises
        ------
        InvalidStateError
            The recorder is closed, or the current take is not decoded during the recording
            (``decode=False``); in this case, call `blocks` before `start`.
        NotSupportedError
            soxr is missing. During iteration: a cell cannot wait in this host, see `record`.
        DecodingError
            During iteration: the sound cannot be decoded.
        TypeError, ValueError
            A parameter is invalid or out of range.

        Notes
        -----
        The latency of a block is that of the browser's encoder, of its slices of about 100 ms and
        of the transport. If the page decodes (PyAV is not installed), it is one slice more.
        Firefox's latency equals Chromium's with ``audio/webm;codecs=opus``. With Ogg, its default,
        sound arrives in pages of the container: every 0.3 s at 128 kbit/s, and up to every 5 s at
        low bit rates and in digital silence. Initial silence arrives with the first sound.
        """
        self._controller.require_open()
        length = check_length("seconds", seconds)
        rate = check_sample_rate(sample_rate)
        if rate is not None:
            require_soxr()
        room = max(check_length("buffer", buffer), length)
        return Blocks(self._controller, self._controller.read(room), length, rate)

    # Diagnosis --------------------------------------------------------------------------

    def diagnose(self, *, devices: bool = False) -> Diagnosis:
        """Find out why this recorder cannot record, and how to fix it.

        The page that runs the cell, or else the newest page, reports what it, its browser and its
        permissions allow. No prompt appears, and no device is opened. The method never raises: if
        no page answers within eight seconds, this is one of the findings. Where a cell cannot wait
        for a page, the diagnosis covers Python only.

        Parameters
        ----------
        devices : bool
            If True, include the names of the microphones, if the browser reveals them. The names
            are personal data: check them before you add them to a bug report.

        Returns
        -------
        Diagnosis
            A dict that is displayed as a list of problems and remedies. Its ``findings`` are
            empty if no problem was found.

        Notes
        -----
        Firefox and Safari do not report all values. Missing values are None.
        """
        return diagnose(self._controller, devices)

    # Closing, and internals -------------------------------------------------------------

    def close(self) -> None:
        """Close the recorder. A current recording is stopped and kept.

        The current take still arrives, with its events. Then the recorder disappears from its
        pages. Calling this method again has no effect.
        """
        if hasattr(self, "_controller"):
            self._controller.close()
        else:  # the constructor raised, and __del__ calls this
            super().close()

    def _comm_id(self) -> str:
        return "" if self.comm is None else str(self.comm.comm_id)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore traits that a page writes. Pages report by messages only."""

    def _receive(self, _: object, content: object, buffers: Sequence[Any]) -> None:
        if not (serve_asset(self, content) or respond(self, content, self.take, self._on_decoded)):
            self._controller.receive(content, buffers)

    def _on_listeners(self) -> None:
        self._controller.listeners_changed()

    def _on_decoded(self, take: Take) -> None:
        self._publisher.show_take(take, decoded=True)


def controller_of(recorder: MediaRecorder) -> Controller:
    """Return the controller of a recorder, for other modules of this package."""
    return recorder._controller  # noqa: SLF001


register_fallback(decode_in_a_page)


def record(
    seconds: float | None = None,
    source: Source | None = None,
    *,
    timeout: float | None = None,
    progress: bool = True,
) -> Take:
    """Record in one line: create a recorder, display it, record, and return the take.

    ``mediarecorder.record(5)`` is `MediaRecorder.record` without a recorder to keep.

    Parameters
    ----------
    seconds : float, optional
        Length of the recording in seconds, without pauses. If None, record until the user
        presses stop.
    source : Microphone or Tone, optional
        The source to record. If None, the default microphone, without processing.
    timeout : float, optional
        Maximum time in seconds to wait for permission. If None, wait indefinitely.
    progress : bool
        If True, show the progress under the cell.

    Returns
    -------
    Take
        The recording: exactly `seconds` long, unless it was ended early.

    Raises
    ------
    NoBrowserError, NotAllowedError, TimeoutError, ...
        As for `MediaRecorder.record`.

    Examples
    --------
    >>> take = mediarecorder.record(5)
    >>> take.samples.shape, take.sample_rate
    ((240000, 1), 48000)
    >>> take[0.5:2.0].save("hello.wav")
    """
    from IPython.display import display

    recorder = MediaRecorder(Microphone() if source is None else source)
    display(recorder)  # type: ignore[no-untyped-call, unused-ignore]
    return recorder.record(seconds, timeout=timeout, progress=progress)
