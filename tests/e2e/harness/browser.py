"""Headless Chromium, with a WAV file as its microphone."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize

SCRIPTS = [Path(__file__).with_name(f"{name}.js") for name in ("witness", "driver", "stand_in")]
"""Scripts that run in every page before the page's own code."""
INSECURE_HOST = "insecure.test"
"""A host name of this machine whose http pages are not secure contexts."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
)
VIEWPORT: ViewportSize = {"width": 1200, "height": 900}


def open_chromium(
    playwright: Playwright, microphone: Path | None, *, permission: bool = True
) -> Browser:
    """Start Debian's Chromium.

    `microphone` is a WAV file, which the fake microphone plays in a loop; None means no
    device (NotFoundError). Without `permission`, requests are refused (NotAllowedError)
    until the context has `grant_permissions(["microphone"])`.
    """
    return playwright.chromium.launch(
        executable_path=_executable(), args=_flags(microphone, permission)
    )


def open_context(browser: Browser) -> BrowserContext:
    """Open a new profile, whose pages have `window.witness` and `window.driver`."""
    return _prepare(browser.new_context(viewport=VIEWPORT))


class PersistentBrowser:
    """A Chromium that keeps the storage of its pages when it is closed or killed.

    It is open when constructed; its pages belong to `context`. IndexedDB and other storage is in
    `profile`, so pages of the same origin (the same host *and port*) find it again after
    `reopen()`. `notebook.second_tab(browser.reopen())` shows a notebook again.
    """

    def __init__(self, playwright: Playwright, profile: Path, microphone: Path | None) -> None:
        self.profile = profile
        self._playwright = playwright
        self._microphone = microphone
        self.context = self.reopen()

    def reopen(self) -> BrowserContext:
        """Start the browser on the same profile again, without the earlier pages."""
        self.context = _prepare(
            self._playwright.chromium.launch_persistent_context(
                self.profile,
                executable_path=_executable(),
                args=_flags(self._microphone, permission=True),
                viewport=VIEWPORT,
            )
        )
        return self.context

    def close(self) -> None:
        """Close the browser normally: its pages can still send messages."""
        self.context.close()

    def kill(self) -> None:
        """Send SIGKILL to all browser processes at once, and wait until its pages are closed."""
        group = os.getpgid(self._pid())  # Playwright gives each browser its own process group
        assert group != os.getpgid(0), "The browser runs in the process group of the tests."
        with self.context.expect_event("close"):
            os.killpg(group, signal.SIGKILL)

    def _pid(self) -> int:
        browser = self.context.browser
        assert browser is not None
        found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        return next(int(p["id"]) for p in found["processInfo"] if p["type"] == "browser")


def _executable() -> str:
    executable = shutil.which("chromium")
    if executable is None:
        raise RuntimeError("`chromium` is not on the path. On Debian: apt-get install chromium")
    return executable


def _flags(microphone: Path | None, permission: bool) -> list[str]:
    flags = list(QUIET)
    if permission:
        flags.append("--use-fake-ui-for-media-stream")
    if microphone is not None:
        flags.append("--use-fake-device-for-media-stream")
        flags.append(f"--use-file-for-fake-audio-capture={microphone.resolve()}")
    return flags


def _prepare(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(30_000)
    for script in SCRIPTS:
        context.add_init_script(path=script)
    return context
