"""Synthetic speech: four artificial words, and a page whose microphone plays them."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from tests.sound import Samples, write_wav

RATE = 44_100
SECONDS = 0.5
SILENCE = 0.25
"""Seconds before each word."""
AFTER = 5.0
"""Seconds of silence after it."""

# The beginning and the end of each word: two formants in Hz, the amount of voice, and of noise.
WORDS = {
    "yes": ((350, 2300, 1.0, 0.0), (550, 1900, 0.1, 1.0)),
    "no": ((400, 1500, 1.0, 0.0), (500, 900, 1.0, 0.0)),
    "stop": ((600, 1200, 0.1, 1.0), (700, 1100, 1.0, 0.0)),
    "go": ((500, 1100, 1.0, 0.0), (300, 600, 1.0, 0.0)),
}

# Replaces getUserMedia: each recording gets this file from its beginning.
MICROPHONE = """
async (data) => {
  const context = new AudioContext();
  const bytes = await (await fetch(`data:audio/wav;base64,${data}`)).arrayBuffer();
  const buffer = await context.decodeAudioData(bytes);
  navigator.mediaDevices.getUserMedia = async () => {
    await context.resume();
    const source = new AudioBufferSourceNode(context, { buffer });
    const microphone = new MediaStreamAudioDestinationNode(context);
    source.connect(microphone);
    source.start();
    return microphone.stream;
  };
}
"""


def speak(word: str, pitch: float, seed: int) -> Samples:
    """Return a mono rendition of a word at a pitch in Hz, with variations that depend on `seed`."""
    random = np.random.default_rng(seed)
    progress = np.linspace(0, 1, round(SECONDS * RATE))[:, None]
    begin, end = (np.array(side) for side in WORDS[word])
    low, high, voiced, noisy = ((1 - progress) * begin + progress * end).T
    low, high = low * random.uniform(0.95, 1.05), high * random.uniform(0.95, 1.05)
    phase = 2 * np.pi * pitch * random.uniform(0.97, 1.03) * np.arange(len(progress)) / RATE
    harmonics = np.arange(1, 30)[:, None]
    gains = np.exp(-(((harmonics * pitch - low) / 150) ** 2))
    gains += 0.7 * np.exp(-(((harmonics * pitch - high) / 200) ** 2))
    voice = voiced * (gains * np.sin(harmonics * phase)).sum(axis=0)
    sound = voice + 0.4 * noisy * np.diff(random.normal(size=len(progress) + 1))
    sound *= 0.5 * np.hanning(len(progress)) ** 0.3 / np.abs(sound).max()
    before, after = (random.normal(scale=1e-4, size=round(s * RATE)) for s in (SILENCE, AFTER))
    return np.concatenate([before, sound, after]).astype(np.float32)


def set_microphone(page: Page, file: Path, sound: Samples) -> None:
    """Replace the page's microphone with this sound, written to a WAV file."""
    data = base64.b64encode(write_wav(file, sound, RATE).read_bytes()).decode()
    page.evaluate(MICROPHONE, data)
