"""One recording: its bytes, its samples and how it came about."""

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
"""Opus decodes to this rate, whatever the microphone's (RFC 6716, 2.1.2)."""


class Take:
    """One recording.

    A recorder makes it; `Take.load` makes one of a file. `numpy.asarray` of a take is
    its `samples`, and ``take[0.5:2.0]`` is the take of that span, in seconds.

    Parameters
    ----------
    blob : ndarray of uint8
        What MediaRecorder gave, byte for byte.
    mime_type : str
        What the bytes are, for instance ``"audio/webm;codecs=opus"``.
    id : str
        Tells this recording from every other.
    started_at : datetime.datetime
        With its time zone; kept in UTC.
    settings : mapping
        What the track really did: device, sample rate, echo cancellation and so on
        (`MediaTrackSettings <https://w3c.github.io/mediacapture-main/#dom-mediatracksettings>`_).
    complete : bool
        Whether it ran to its end.
    ended_by : str
        ``"stop"``; ``"max_duration"``, ``"max_bytes"`` or ``"silence"``, the recorder's
        limits; ``"track ended"``, ``"page gone"`` and the like.
    seconds : float
        How long the page recorded, pauses left out. It is the `duration` only as long
        as nobody has decoded the samples.
    samples : ndarray of float32, shape (frames, channels), optional
        If the page has decoded them.
    sample_rate : int, optional
        Theirs, in Hz.

    Notes
    -----
    MediaRecorder encodes Opus in whole frames of 60 ms and leaves out a last one that
    is not full, so that a take can be up to 60 ms shorter than the time between start
    and stop, and a very short one has no samples at all.
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
        """Make a take of a file.

        What the file is, its content tells and not its name. WAV needs nothing but
        numpy; WebM, Matroska, MP4, Ogg, FLAC and MP3 need PyAV
        (``pip install "mediarecorder[av]"``). `settings` is empty, and `started_at` is
        the time at which the file was last changed.

        Raises
        ------
        DecodingError
            It is no recording, or is damaged, or PyAV is missing.
        OSError
            The file cannot be read.
        """
        return cls(**audiofile.read(path))

    @property
    def blob(self) -> npt.NDArray[np.uint8]:
        """The encoded bytes as MediaRecorder gave them, read-only; a span has the whole take's."""
        return self._blob

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """The sound: float32 of shape ``(frames, channels)``, read-only.

        They were decoded while the take was recorded; else PyAV decodes them in the
        kernel, or, where it is not installed, any page that shows a recorder does; at
        the first use and only then. They have the container's own rate, `sample_rate`,
        and are never resampled; float PCM comes out bit for bit.

        Raises
        ------
        DecodingError
            PyAV is not installed and no page can decode them now, or the bytes are
            damaged.
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
        """What needs no decoder of ours: of the whole take, of no sound at all, or of a page.

        Without the lock: the thread that brings a page's answer may want samples itself.
        """
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
        """Frames per second of `samples`, in Hz; they are decoded only if nothing else tells."""
        if self._signal is not None:
            return self._signal[1]
        return self._known_rate() or self._decoded()[1]

    def _known_rate(self) -> int | None:
        if self._sample_rate is not None:
            return self._sample_rate
        return OPUS_RATE if "opus" in self.mime_type.lower() else self._setting("sampleRate")

    @property
    def channels(self) -> int:
        """How many channels `samples` has; before they are decoded, what the track says."""
        if self._signal is None and (told := self._setting("channelCount")):
            return told
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Seconds of sound; before the samples are known, the time that the page measured."""
        if self._signal is None:
            return self._seconds
        samples, sample_rate = self._signal
        return len(samples) / sample_rate

    @property
    def is_span(self) -> bool:
        """Whether this is a part of what `blob` holds, cut out by ``take[start:stop]``."""
        return self._is_span

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        samples = self.samples
        if copy is False and dtype is not None and np.dtype(dtype) != samples.dtype:
            raise ValueError(f"Samples are float32; as {np.dtype(dtype)} they must be copied.")
        return np.array(samples, dtype, copy=True) if copy else np.asarray(samples, dtype)

    def __getitem__(self, span: slice) -> Take:
        """Cut out a span.

        Parameters
        ----------
        span : slice
            From and to in seconds, rounded to whole frames. Negative ones count from
            the end and open ends reach to it, as in Python; there is no step.

        Returns
        -------
        Take
            Of the same recording: it shares the blob, the id and the memory of the
            samples. It saves to .wav and .flac.
        """
        samples = self.samples
        frames = frames_between(span, self.sample_rate, len(samples))
        signal = samples[frames], self.sample_rate
        is_span = self._is_span or len(signal[0]) < len(samples)
        return self._part(signal=signal, is_span=is_span)

    def cut_to(self, seconds: float) -> Take:
        """Leave out what was recorded after `seconds`: the little more that `record` needs.

        Unlike a span it is still the whole recording, is decoded no sooner than the
        whole is, and saves into its own container, which has that little more.
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
        """Write the take into a file, as what its name says.

        ======================== =====================================================
        suffix                   what is written
        ======================== =====================================================
        ``.wav``                 `samples`, ``subtype="FLOAT"`` (bit for bit; the
                                 default) or ``"PCM_16"``
        ``.flac``                `samples`, ``subtype="PCM_24"`` (the default) or
                                 ``"PCM_16"``; by soundfile
                                 (``pip install "mediarecorder[dataset]"``)
        its own container:       the sound as it was encoded. With PyAV installed
        ``.webm .mka .mkv .mp4   (``pip install "mediarecorder[av]"``) its length and
        .m4a .ogg .oga``         an index are put in, which MediaRecorder leaves out, so
                                 that players know how long it is and can seek. Without
                                 PyAV: `blob` as it came, which plays, but may not seek
        ======================== =====================================================

        The file appears under its name when it is complete, and replaces one that was
        there.

        Parameters
        ----------
        path : str or os.PathLike
            Where to.
        subtype : str, optional
            How numbers are written, in soundfile's words.

        Returns
        -------
        pathlib.Path
            Where it is.

        Raises
        ------
        NotSupportedError
            The suffix does not fit what was recorded, or this is a span and the suffix
            a container's; soundfile is missing; a .wav would be over 4 GiB.
        DecodingError
            A .wav or .flac needs `samples`, and they are not to be had.
        """
        return audiofile.save(self, path, subtype)

    def embed(self) -> Embedded:
        """Make an object that shows itself as a player with the recording inside it.

        As the last line of a cell it puts the bytes, base64, into the notebook file, so
        that they play wherever the file is opened, without a kernel. Nothing else puts
        recordings there. A span, and PCM that not every browser plays, goes in as
        16-bit WAV.
        """
        from .player.embed import Embedded

        return Embedded(self)

    def player(self) -> TakeView:
        """Return the widget that this take shows itself by, for layouts of one's own.

        A take on the last line of a cell shows the same one. It holds no bytes: they are
        sent when it plays.

        Returns
        -------
        TakeView
            The same one each time, until it is closed.
        """
        from .player.widget import TakeView

        if self._view is None or self._view.comm is None:
            self._view = TakeView(self)
        return self._view

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = self.player()._repr_mimebundle_(**kwargs)
        assert bundle is not None  # only a widget without a view has none
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
    """So many seconds of sound, from its beginning."""
    samples, sample_rate = signal
    return samples[: round(seconds * sample_rate)], sample_rate


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
