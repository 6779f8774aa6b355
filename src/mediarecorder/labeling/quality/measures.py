"""What a clip is, in numbers: how long, how loud, how much of it is sound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FLOOR = -120.0
"""dBFS. Nothing is quieter: below lies what 16 bits cannot hold, and digital silence."""

BLOCK = 0.02
"""Seconds over which a level is taken: shorter than a syllable, longer than a period."""

CLICK = 3
"""Blocks. A sound that is shorter is a click, of the key that began or ended the take say."""

FULL_SCALE = 0.999
REACH = 30.0
"""dB. What lies further below the loudest moment is no part of the sound."""

STANDS_OUT = 6.0
"""dB above the noise, for a sound to be told from it."""

Power = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measures:
    """What was measured of one clip; all numbers are finite.

    Attributes
    ----------
    duration : float
        Seconds of the whole clip.
    start, end : float
        Seconds of silence before the sound and after it. Of a clip without any sound,
        `start` is all of it.
    level : float
        dBFS: the RMS of the sound, its pauses left out, in the loudest channel. (A sine
        of full scale has -3 dBFS.)
    noise : float
        dBFS: of the room as it was measured, else of the quietest tenth of this clip.
    signal_to_noise : float
        dB, the noise taken off the sound's own power; 0 where it does not stand out.
    clipped : float
        Per cent of the samples that are at full scale, in the worst channel.
    sample_rate : int
        Hz.
    """

    duration: float
    start: float
    end: float
    level: float
    noise: float
    signal_to_noise: float
    clipped: float
    sample_rate: int

    @property
    def sound(self) -> float:
        """Seconds from the first moment of sound to the last."""
        return max(0.0, self.duration - self.start - self.end)


def measure(samples: npt.ArrayLike, sample_rate: int, *, noise: float | None = None) -> Measures:
    """Measure a clip.

    A constant offset is taken off. The clip is cut into blocks of 20 ms; those belong to
    the sound that are within 30 dB of the loudest 60 ms, 6 dB above the noise, and not
    alone: what is shorter than 60 ms is taken for the click of a key. Where nothing stands
    out that far, the loudest does.

    Parameters
    ----------
    samples : array_like of float, shape (frames,) or (frames, channels)
        In [-1, 1]; NaN and infinite values count as silence and full scale.
    sample_rate : int
        Hz.
    noise : float, optional
        dBFS of the room, from `room_noise`. Without it, the quietest tenth of the clip
        stands for it, so that a sound without pauses seems to be all noise.
    """
    channels = _checked(samples, sample_rate)
    frames = len(channels)
    power = _power(channels, sample_rate)
    if noise is None:
        noise = decibels(float(np.quantile(power, 0.1))) if len(power) else FLOOR
    noise = max(FLOOR, float(noise))
    sounding = _sounding(power, noise)
    where = np.flatnonzero(sounding)
    duration = frames / sample_rate
    start, end, loudness = duration, 0.0, 0.0
    if len(where):
        block = frames / sample_rate / len(power)
        start, end = where[0] * block, (len(power) - 1 - where[-1]) * block
        loudness = float(power[sounding].mean())
    clipped = np.mean(np.abs(channels) >= FULL_SCALE, axis=0).max() if frames else 0.0
    return Measures(
        duration=duration,
        start=float(start),
        end=float(end),
        level=decibels(loudness),
        noise=noise,
        signal_to_noise=max(0.0, decibels(loudness - 10 ** (noise / 10)) - noise),
        clipped=float(100 * clipped),
        sample_rate=sample_rate,
    )


def room_noise(samples: npt.ArrayLike, sample_rate: int) -> float:
    """Measure the noise of a room in which nobody speaks, in dBFS.

    It is the median of the levels of blocks of 20 ms, so that a cough or a click does not
    count.
    """
    power = _power(_checked(samples, sample_rate), sample_rate)
    return decibels(float(np.median(power))) if len(power) else FLOOR


def decibels(power: float) -> float:
    """Turn a mean square into dBFS, -120 at least."""
    return max(FLOOR, 10 * math.log10(power)) if power > 0 else FLOOR


def _checked(samples: npt.ArrayLike, sample_rate: int) -> npt.NDArray[np.float32]:
    if isinstance(sample_rate, bool) or not isinstance(sample_rate, int) or sample_rate <= 0:
        raise ValueError(f"sample_rate must be a whole number of Hz, not {sample_rate!r:.40}.")
    array = np.asarray(samples)
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.dtype.kind != "f" or array.ndim != 2 or not array.shape[1]:
        raise TypeError(
            "samples must be floats of shape (frames,) or (frames, channels), "
            f"not {array.dtype} of shape {array.shape}."
        )
    channels = array.astype(np.float32)
    return np.nan_to_num(channels, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)


def _power(channels: npt.NDArray[np.float32], sample_rate: int) -> Power:
    """The mean square of each block, in the channel that is loudest over all."""
    frames = len(channels)
    if not frames:
        return np.zeros(0)
    loudest = channels[:, np.argmax(channels.std(axis=0, dtype=np.float64))].astype(np.float64)
    squares = np.square(loudest - loudest.mean())
    count = max(1, round(frames / (BLOCK * sample_rate)))
    starts = np.linspace(0, frames, count, endpoint=False).astype(np.intp)
    return np.add.reduceat(squares, starts) / np.diff(np.append(starts, frames))


def _sounding(power: Power, noise: float) -> npt.NDArray[np.bool_]:
    """Which blocks belong to the sound."""
    width = min(CLICK, len(power))
    if not width or not power.any():
        return np.zeros(len(power), bool)
    loudest = decibels(float(np.convolve(power, np.ones(width) / width, "valid").max()))
    threshold = min(max(loudest - REACH, noise + STANDS_OUT), loudest - STANDS_OUT / 2)
    loud = power > 10 ** (threshold / 10)
    return _without_clicks(loud, width)


def _without_clicks(loud: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.bool_]:
    """Leave out what lasts less than `width` blocks, unless there is nothing else."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False]))))
    long = loud.copy()
    for first, last in edges.reshape(-1, 2):
        if last - first < width:
            long[first:last] = False
    return long if long.any() else loud
