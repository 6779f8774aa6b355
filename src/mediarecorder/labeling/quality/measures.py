"""Measurements of a clip: durations, levels, noise and clipping."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FLOOR = -120.0
"""The lowest level, in dBFS: that of digital silence, and below the resolution of 16 bits."""

BLOCK = 0.02
"""Seconds per level: shorter than a syllable, longer than a period of the voice."""

CLICK = 3
"""Blocks. A shorter sound is a click, such as that of the key that starts or ends the take."""

FULL_SCALE = 0.999
REACH = 30.0
"""dB. Blocks further below the loudest moment are not part of the sound."""

STANDS_OUT = 6.0
"""dB. The minimum distance of a sound from the noise."""

Power = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measures:
    """The measurements of a clip. All numbers are finite.

    Attributes
    ----------
    duration : float
        The duration of the whole clip, in seconds.
    start, end : float
        The silence before and after the sound, in seconds. In a clip without sound, `start`
        is the whole duration.
    level : float
        The RMS level of the sound in dBFS, without pauses, in the loudest channel. A
        full-scale sine has -3 dBFS.
    noise : float
        The noise in dBFS: of the room, or else of the quietest tenth of the clip.
    signal_to_noise : float
        The signal-to-noise ratio in dB, at least 0. The power of the noise is subtracted from
        that of the sound.
    clipped : float
        The percentage of samples at full scale, in the worst channel.
    sample_rate : int
        The sample rate, in Hz.
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
        """The duration from the start to the end of the sound, in seconds."""
        return max(0.0, self.duration - self.start - self.end)


def measure(samples: npt.ArrayLike, sample_rate: int, *, noise: float | None = None) -> Measures:
    """Measure a clip.

    1. Remove the DC offset, and divide the clip into blocks of 20 ms.
    2. Select the blocks of sound: within 30 dB of the loudest 60 ms, and more than 6 dB
       above the noise. Blocks within 3 dB of the loudest 60 ms always count.
    3. Discard sounds shorter than 60 ms, such as the click of a key, unless there are no
       others.
    4. Measure the duration and the level of the selected blocks.

    Parameters
    ----------
    samples : array_like of float, shape (frames,) or (frames, channels)
        The samples, in [-1, 1]. NaN counts as silence, infinity as full scale.
    sample_rate : int
        The sample rate, in Hz.
    noise : float, optional
        The noise of the room in dBFS, from `Quality.judge_room`. The default is an estimate
        from the quietest tenth of the clip, for which a sound without pauses is all noise.

    Raises
    ------
    TypeError
        `samples` is not a floating-point array of one or two dimensions.
    ValueError
        `sample_rate` is not a positive whole number.
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
    """Return the noise of a silent room, in dBFS.

    It is the median level of blocks of 20 ms, so a cough or a click does not affect it.
    """
    power = _power(_checked(samples, sample_rate), sample_rate)
    return decibels(float(np.median(power))) if len(power) else FLOOR


def decibels(power: float) -> float:
    """Convert a mean square to dBFS, at least -120."""
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
    """Return the mean square of each block, in the loudest channel."""
    frames = len(channels)
    if not frames:
        return np.zeros(0)
    loudest = channels[:, np.argmax(channels.std(axis=0, dtype=np.float64))].astype(np.float64)
    squares = np.square(loudest - loudest.mean())
    count = max(1, round(frames / (BLOCK * sample_rate)))
    starts = np.linspace(0, frames, count, endpoint=False).astype(np.intp)
    return np.add.reduceat(squares, starts) / np.diff(np.append(starts, frames))


def _sounding(power: Power, noise: float) -> npt.NDArray[np.bool_]:
    """Return a mask of the blocks that belong to the sound."""
    width = min(CLICK, len(power))
    if not width or not power.any():
        return np.zeros(len(power), bool)
    loudest = decibels(float(np.convolve(power, np.ones(width) / width, "valid").max()))
    threshold = min(max(loudest - REACH, noise + STANDS_OUT), loudest - STANDS_OUT / 2)
    loud = power > 10 ** (threshold / 10)
    return _without_clicks(loud, width)


def _without_clicks(loud: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.bool_]:
    """Clear runs of fewer than `width` blocks, unless there are no others."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False]))))
    long = loud.copy()
    for first, last in edges.reshape(-1, 2):
        if last - first < width:
            long[first:last] = False
    return long if long.any() else loud
