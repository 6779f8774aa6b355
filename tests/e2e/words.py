"""Four words that are none, by voices that are none; and a page whose microphone hears them."""

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
"""Seconds of silence behind it: a recording that lasts longer hears nothing more."""

# Of each word, where it begins and where it ends: two formants in Hz, how much of it is voice, and
# how much is hiss.
WORDS = {
    "yes": ((350, 2300, 1.0, 0.0), (550, 1900, 0.1, 1.0)),
    "no": ((400, 1500, 1.0, 0.0), (500, 900, 1.0, 0.0)),
    "stop": ((600, 1200, 0.1, 1.0), (700, 1100, 1.0, 0.0)),
    "go": ((500, 1100, 1.0, 0.0), (300, 600, 1.0, 0.0)),
}

# The next recording hears this file from its beginning.
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


def say(word: str, pitch: float, seed: int) -> Samples:
    """Speak a word at a pitch in Hz, never twice the same way; mono."""
    chance = np.random.default_rng(seed)
    way = np.linspace(0, 1, round(SECONDS * RATE))[:, None]
    begin, end = (np.array(side) for side in WORDS[word])
    low, high, voiced, hissed = ((1 - way) * begin + way * end).T
    low, high = low * chance.uniform(0.95, 1.05), high * chance.uniform(0.95, 1.05)
    phase = 2 * np.pi * pitch * chance.uniform(0.97, 1.03) * np.arange(len(way)) / RATE
    harmonics = np.arange(1, 30)[:, None]
    near = np.exp(-(((harmonics * pitch - low) / 150) ** 2))
    near += 0.7 * np.exp(-(((harmonics * pitch - high) / 200) ** 2))
    voice = voiced * (near * np.sin(harmonics * phase)).sum(axis=0)
    sound = voice + 0.4 * hissed * np.diff(chance.normal(size=len(way) + 1))
    sound *= 0.5 * np.hanning(len(way)) ** 0.3 / np.abs(sound).max()
    before, after = (chance.normal(scale=1e-4, size=round(s * RATE)) for s in (SILENCE, AFTER))
    return np.concatenate([before, sound, after]).astype(np.float32)


def hear(page: Page, file: Path, sound: Samples) -> None:
    """Let the page's microphone be this sound, as a wav."""
    data = base64.b64encode(write_wav(file, sound, RATE).read_bytes()).decode()
    page.evaluate(MICROPHONE, data)
