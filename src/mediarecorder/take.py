"""One recording: its bytes, its samples and its metadata."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import media
from .media import Signal, audiofile, containers
from .media.arrays import frames_between, read_only

if TYPE_CHECKING:
    from .player.embed import Embedded
    from .player.widget import TakeView

OPUS_RATE = 48_000
"""The rate in Hz that Opus decodes to, regardless of the microphone's (RFC 6716, 2.1.2)."""


class Take:
    """One recording.

    A recorder creates takes; `Take.load` reads one from a file. `numpy.asarray(take)` returns
    its `samples`, and ``take[0.5:2.0]`` the span between two times in seconds. As the last line
    of a cell, a take is displayed as a player.

    Parameters
    ----------
    blob : ndarray of uint8
        The bytes that MediaRecorder delivered, unchanged.
    mime_type : str
        The type of the bytes, for example ``"audio/webm;codecs=opus"``.
    id : str
        The unique identifier of the recording.
    started_at : datetime.datetime
        The start of the recording, with a time zone. It is stored in UTC.
    settings : mapping
        The settings that the track actually used: device, sample rate, echo cancellation and
        so on (`MediaTrackSettings
        <https://w3c.github.io/mediacapture-main/#dom-mediatracksettings>`_).
    complete : bool
        Whether the recording ended regularly. False for an interrupted take.
    ended_by : str
        The reason for the end: ``"stop"``; ``"max_duration"``, ``"max_bytes"`` or
        ``"silence"`` for the recorder's limits; ``"track ended"``, ``"page gone"`` and so on.
    seconds : float
        The length of the recording in seconds as measured by the page, without pauses. It is
        the value of `duration` until the samples are decoded.
    samples : ndarray of float32, shape (frames, channels), optional
        The decoded samples, if they are available.
    sample_rate : int, optional
        The sample rate in Hz.

    Raises
    ------
    ValueError
        `started_at` has no time zone.

    Notes
    -----
    MediaRecorder encodes Opus in whole frames of 60 ms and discards a last frame that is not
    full. A take can therefore be up to 60 ms shorter than the time between start and stop, and
    a very short take has no samples.

    Examples
    --------
    >>> take = Take.load("hello.wav")
    >>> take.duration, take.channels, take.sample_rate
    (5.0, 1, 48000)
    """

    def __init__(
        self,
        blob: npt.NDArray[np.uint8],
        *,
        mime_type: str,
        id: str,  # noqa: A002
        started_at: datetime.datetime,
        settings: Mapping[str, Any],
        complete: bool = True,
        ended_by: str = "stop",
        seconds: float = 0.0,
        samples: npt.NDArray[np.float32] | None = None,
        sample_rate: int | None = None,
    ) -> None:
        if started_at.tzinfo is None:
            raise ValueError("started_at needs a time zone, so that it means one moment.")
        self._blob = read_only(blob, np.uint8, 1)
        self._sample_rate = sample_rate
        self._seconds = float(seconds)
        self._is_span = False
        self._whole: Take | None = None
        self._limit = 0.0
        self._view: TakeView | None = None
        self._decoding = threading.Lock()
        self.mime_type = mime_type
        self.id = id
        self.started_at = started_at.astimezone(datetime.timezone.utc)
        self.settings: Mapping[str, Any] = MappingProxyType(dict(settings))
        self.complete = complete
        self.ended_by = ended_by
        self._signal: Signal | None = None
        if samples is not None:
            self._signal = read_only(samples, np.float32, 2), self._known_rate() or OPUS_RATE

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Take:
        """Load a take from a file.

        The format is detected from the content, not from the file name. WAV needs only numpy.
        WebM, Matroska, MP4, Ogg, FLAC and MP3 need PyAV (``pip install "mediarecorder[av]"``).
        `settings` is empty, and `started_at` is the file's modification time.

        Parameters
        ----------
        path : str or os.PathLike
            The file.

        Returns
        -------
        Take

        Raises
        ------
        DecodingError
            The file is not a recording or is damaged, or PyAV is missing.
        OSError
            The file cannot be read.
        """
        return cls(**audiofile.read(path))

    @property
    def blob(self) -> npt.NDArray[np.uint8]:
        """The encoded bytes as MediaRecorder delivered them, read-only. A span has all of them."""
        return self._blob

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """The sound: float32 of shape ``(frames, channels)``, read-only.

        If the take was decoded during the recording, the samples are available at once.
        Otherwise, the first access decodes the blob: with PyAV in the kernel or, if PyAV is not
        installed, in any page that shows a recorder. The samples have the sample rate of the
        container, `sample_rate`, and are never resampled. Float PCM is decoded bit for bit.

        Raises
        ------
        DecodingError
            PyAV is not installed and no page can decode the blob now, or the blob is damaged.
        """
        return self._decoded()[0]

    def _decoded(self) -> Signal:
        signal = self._signal or self._without_decoder()
        with self._decoding:
            if self._signal is None:
                samples, sample_rate = signal or media.decode(self._blob)
                self._signal = read_only(samples, np.float32, 2), sample_rate
            return self._signal

    def _without_decoder(self) -> Signal | None:
        """Return the samples if they need no decoder in the kernel, and None otherwise."""
        # Called without the lock: the thread that delivers a page's answer may read samples.
        if self._whole is not None:
            return _first(self._limit, (self._whole.samples, self._whole.sample_rate))
        kind = containers.sniff(self._blob)
        if not self._blob.size or (kind and containers.ends_in_its_header(self._blob, kind)):
            channels = self._setting("channelCount") or 1
            return np.empty((0, channels), np.float32), self._known_rate() or OPUS_RATE
        if kind == "wav" or media.available():
            return None
        return media.fall_back(self._blob, self.mime_type)

    @property
    def mono(self) -> npt.NDArray[np.float32]:
        """The mean of the channels: float32 of shape ``(frames,)``, read-only."""
        samples = self.samples
        mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)
        return read_only(mono, np.float32, 1)

    @property
    def sample_rate(self) -> int:
        """The sample rate of `samples` in Hz. The blob is decoded only if its metadata lacks it."""
        if self._signal is not None:
            return self._signal[1]
        return self._known_rate() or self._decoded()[1]

    def _known_rate(self) -> int | None:
        if self._sample_rate is not None:
            return self._sample_rate
        return OPUS_RATE if "opus" in self.mime_type.lower() else self._setting("sampleRate")

    @property
    def channels(self) -> int:
        """The number of channels; before decoding, the number that the track reported."""
        if self._signal is None and (reported := self._setting("channelCount")):
            return reported
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Length in seconds; before decoding, the time that the page measured."""
        if self._signal is None:
            return self._seconds
        samples, sample_rate = self._signal
        return len(samples) / sample_rate

    @property
    def is_span(self) -> bool:
        """Whether this take is a span of its blob, made by ``take[start:stop]``."""
        return self._is_span

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        samples = self.samples
        if copy is False and dtype is not None and np.dtype(dtype) != samples.dtype:
            raise ValueError(f"Samples are float32; as {np.dtype(dtype)} they must be copied.")
        return np.array(samples, dtype, copy=True) if copy else np.asarray(samples, dtype)

    def __getitem__(self, span: slice) -> Take:
        """Return a span of the take.

        Parameters
        ----------
        span : slice
            Start and stop in seconds, rounded to whole frames. As in Python, negative values
            count from the end, and omitted values mean the start or the end. A step is not
            supported.

        Returns
        -------
        Take
            A take of the same recording. It shares the blob, the id and the memory of the
            samples. `save` writes it to .wav and .flac only.
        """
        samples = self.samples
        frames = frames_between(span, self.sample_rate, len(samples))
        signal = samples[frames], self.sample_rate
        is_span = self._is_span or len(signal[0]) < len(samples)
        return self._part(signal=signal, is_span=is_span)

    def cut_to(self, seconds: float) -> Take:
        """Return the first `seconds` of the take, as `MediaRecorder.record` does.

        Parameters
        ----------
        seconds : float
            The new length in seconds.

        Returns
        -------
        Take
            A take of the same recording. Unlike a span, it is decoded only when needed, and
            `save` can write it to its own container, which keeps the full length.
        """
        signal = None if self._signal is None else _first(seconds, self._signal)
        return self._part(signal=signal, is_span=self._is_span, limit=seconds)

    def _part(self, *, signal: Signal | None, is_span: bool, limit: float = 0.0) -> Take:
        part = Take(
            self._blob,
            mime_type=self.mime_type,
            id=self.id,
            started_at=self.started_at,
            settings=self.settings,
            complete=self.complete,
            ended_by=self.ended_by,
            seconds=min(self._seconds, limit),
            sample_rate=self._sample_rate,
        )
        part._whole = self if signal is None else None
        part._signal = signal
        part._is_span = is_span
        part._limit = limit
        return part

    def save(self, path: str | os.PathLike[str], *, subtype: str | None = None) -> Path:
        """Write the take to a file. The suffix of the file name selects the format.

        ======================== =====================================================
        suffix                   content
        ======================== =====================================================
        ``.wav``                 `samples` as ``subtype="FLOAT"`` (the default; bit for
                                 bit) or ``"PCM_16"``
        ``.flac``                `samples` as ``subtype="PCM_24"`` (the default) or
                                 ``"PCM_16"``. Needs soundfile
                                 (``pip install "mediarecorder[dataset]"``)
        its own container:       the encoded sound. With PyAV installed
        ``.webm .mka .mkv .mp4   (``pip install "mediarecorder[av]"``), the file gets the
        .m4a .ogg .oga``         length and the seek index that MediaRecorder leaves
                                 out. Without PyAV it is `blob`, unchanged, which plays
                                 but may not be seekable
        ======================== =====================================================

        The file appears under its name only when it is complete. An existing file is replaced.

        Parameters
        ----------
        path : str or os.PathLike
            The file to write.
        subtype : str, optional
            The sample format, in soundfile's terms.

        Returns
        -------
        pathlib.Path
            The path of the file.

        Raises
        ------
        NotSupportedError
            The suffix does not match the recording; or it is a container's, and this take is a
            span; or soundfile is missing; or a .wav file would exceed 4 GiB.
        DecodingError
            The format needs `samples`, and they cannot be decoded.
        """
        return audiofile.save(self, path, subtype)

    def embed(self) -> Embedded:
        """Return an object that is displayed as a player with the recording embedded.

        As the last line of a cell, it stores the bytes, as base64, in the notebook file. They play
        wherever the file is opened, without a kernel. Nothing else stores recordings in a
        notebook. Spans, and PCM that some browsers cannot play, are embedded as 16-bit WAV.

        Returns
        -------
        Embedded
        """
        from .player.embed import Embedded

        return Embedded(self)

    def player(self) -> TakeView:
        """Return the player widget of this take, for custom layouts.

        A take on the last line of a cell displays the same widget. The widget holds no bytes; they
        are sent for playback.

        Returns
        -------
        TakeView
            The same widget on each call, until it is closed.
        """
        from .player.widget import TakeView

        if self._view is None or self._view.comm is None:
            self._view = TakeView(self)
        return self._view

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = self.player()._repr_mimebundle_(**kwargs)
        assert bundle is not None  # it is None only for a widget without a view
        return {**bundle[0], "text/plain": repr(self)}, bundle[1]

    def __repr__(self) -> str:
        parts = [f"{self.duration:.2f} s"]
        if self._signal is not None:
            parts.append(f"{_counted(self.channels, 'channel')} at {self.sample_rate} Hz")
        parts.append(self.mime_type)
        parts.append("a span" if self._is_span else f"{self._blob.size:,} bytes")
        if not self.complete:
            parts.append(f"interrupted: {self.ended_by}")
        return f"<Take {', '.join(parts)}>"

    def _setting(self, name: str) -> int | None:
        value = self.settings.get(name)
        return int(value) if isinstance(value, (int, float)) and 0 < value < 1e7 else None


def _first(seconds: float, signal: Signal) -> Signal:
    """Return the first `seconds` of a signal."""
    samples, sample_rate = signal
    return samples[: round(seconds * sample_rate)], sample_rate


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
