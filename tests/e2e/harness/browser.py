"""Chromium without a window, with a wav as its microphone."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright

HERE = Path(__file__).parent
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def open_chromium(
    playwright: Playwright, microphone: Path | None, *, permission: bool = True
) -> Browser:
    """Start Debian's Chromium.

    `microphone` is the wav that is heard, over and over; None means that no device
    exists (NotFoundError). Without `permission` a page is refused (NotAllowedError)
    until its context has `grant_permissions(["microphone"])`.
    """
    executable = shutil.which("chromium")
    if executable is None:
        raise RuntimeError("No `chromium` on the path. On Debian: apt-get install chromium")
    flags = list(QUIET)
    if permission:
        flags.append("--use-fake-ui-for-media-stream")
    if microphone is not None:
        flags.append("--use-fake-device-for-media-stream")
        flags.append(f"--use-file-for-fake-audio-capture={microphone.resolve()}")
    return playwright.chromium.launch(executable_path=executable, args=flags)


def open_context(browser: Browser) -> BrowserContext:
    """A profile of its own, whose pages carry `window.witness` and `window.driver`."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(30_000)
    context.add_init_script(path=HERE / "witness.js")
    context.add_init_script(path=HERE / "driver.js")
    return context
