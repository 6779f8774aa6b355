"""Sound utilities for tests: synthesize tones, write WAV files and measure samples."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

Samples = NDArray[np.float32]


def tone(
    frequencies: float | Sequence[float],
    seconds: float,
    sample_rate: int = 44_100,
    amplitude: float = 0.35,
) -> Samples:
    """Return sine waves, one channel per frequency: float32, ``(frames, channels)``."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    waves = np.sin(2 * np.pi * np.outer(time, np.atleast_1d(frequencies)))
    return (amplitude * waves).astype(np.float32)


def write_wav(path: Path, samples: ArrayLike, sample_rate: int = 44_100) -> Path:
    """Write samples in [-1, 1], ``(frames,)`` or ``(frames, channels)``, as 16-bit PCM."""
    frames = np.asarray(samples, dtype=np.float64)
    frames = frames.reshape(len(frames), -1)
    pcm = np.rint(np.clip(frames, -1.0, 1.0) * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(pcm.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(pcm.tobytes())
    return path


def rms(samples: ArrayLike) -> float:
    """Return the root mean square over all samples and channels."""
    return float(np.sqrt(np.mean(np.square(np.asarray(samples, dtype=np.float64)))))


def strongest_frequency(samples: ArrayLike, sample_rate: float) -> float:
    """Return the frequency in Hz of the highest spectral peak of one channel.

    Parabolic interpolation over the peak and its neighbours locates it between two
    bins: half a second of a clear tone gives a precision of a tenth of a hertz.
    """
    wave_ = np.asarray(samples, dtype=np.float64)
    if wave_.ndim != 1 or len(wave_) < 8:
        raise ValueError(f"Expected one channel of at least 8 samples, got shape {wave_.shape}.")
    spectrum = np.abs(np.fft.rfft((wave_ - wave_.mean()) * np.hanning(len(wave_))))
    peak = int(np.clip(np.argmax(spectrum), 1, len(spectrum) - 2))
    before, here, after = np.log(spectrum[peak - 1 : peak + 2] + np.finfo(np.float64).tiny)
    curvature = before - 2 * here + after
    offset = 0.5 * (before - after) / curvature if curvature else 0.0
    return float((peak + offset) * sample_rate / len(wave_))
