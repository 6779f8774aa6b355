"""A real recording of ten minutes, which the benchmarks of long takes replay.

It is recorded once, in real time, while other figures are measured, and kept in build/benchmarks.
"""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from tests.sound import Samples, tone

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "build/benchmarks"
BYTES = FOLDER / "recording.webm"
SIZES = FOLDER / "recording.json"

SECONDS = 600
TIMESLICE = 100
"""Milliseconds. The replay joins slices for a longer timeslice."""
URL = "http://localhost/recording"


def voice(seconds: float, sample_rate: int = 44_100) -> Samples:
    """Return two channels of synthetic voice: harmonics with varying level, and some noise."""
    time_ = np.arange(round(seconds * sample_rate)) / sample_rate
    strength = 0.1 + 0.9 * np.sin(2 * np.pi * 1.5 * time_) ** 2
    noise = np.random.default_rng(1).normal(0, 0.01, (len(time_), 2))
    sound = sum(tone([220 * n, 220 * n], seconds, sample_rate, 0.3 / n) for n in (1, 2, 3, 5))
    voiced: Samples = (strength[:, None] * sound + noise).astype(np.float32)
    return voiced


class Recording:
    """The recording; starts recording when constructed, unless its files exist."""

    def __init__(self, browser: Browser) -> None:
        self._until = 0.0
        self._page: Page | None = None
        if not (BYTES.exists() and SIZES.exists()):
            self._page = _open(browser)
            self._page.evaluate("timeslice => recording.start(timeslice)", TIMESLICE)
            self._until = time.monotonic() + SECONDS

    def finish(self) -> list[int]:
        """Wait for the end, write `BYTES`, and return the sizes of the slices in bytes."""
        if self._page is not None:
            self._page.wait_for_timeout(1000 * max(0.0, self._until - time.monotonic()))
            sizes = self._page.evaluate("recording.stop()")
            FOLDER.mkdir(parents=True, exist_ok=True)
            BYTES.write_bytes(base64.b64decode(self._page.evaluate("recording.bytes()")))
            SIZES.write_text(json.dumps(sizes))
            self._page.context.close()
            self._page = None
        slices: list[int] = json.loads(SIZES.read_text())
        return slices


def _open(browser: Browser) -> Page:
    """Open an empty page in a secure context, with the recorder."""
    page = browser.new_context().new_page()
    page.set_default_timeout(30_000)
    page.route(URL, lambda route: route.fulfill(content_type="text/html", body=""))
    page.goto(URL)
    page.evaluate((HERE / "recording.js").read_text())
    return page
