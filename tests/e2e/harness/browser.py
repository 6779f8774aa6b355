"""Chromium without a window, with a wav as its microphone."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize

SCRIPTS = [Path(__file__).with_name(f"{name}.js") for name in ("witness", "driver", "stand_in")]
"""What runs in a page before any code of its own."""
INSECURE_HOST = "insecure.test"
"""Another name of this machine, which makes its http pages insecure."""
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

    `microphone` is the wav that is heard, over and over; None means that no device
    exists (NotFoundError). Without `permission` a page is refused (NotAllowedError)
    until its context has `grant_permissions(["microphone"])`.
    """
    return playwright.chromium.launch(
        executable_path=_executable(), args=_flags(microphone, permission)
    )


def open_context(browser: Browser) -> BrowserContext:
    """A profile of its own, whose pages carry `window.witness` and `window.driver`."""
    return _prepare(browser.new_context(viewport=VIEWPORT))


class BrowserHome:
    """A Chromium that keeps what its pages stored, as a person's own does.

    It is open when it is made, and `context` is where its pages are. What a page has put into
    IndexedDB and the like is in `profile`, and there again after a `kill()` or `close()` and a
    `reopen()`, for pages of the same origin: the same host *and port*. A notebook is shown
    again by `notebook.second_tab(home.reopen())`.
    """

    def __init__(self, playwright: Playwright, profile: Path, microphone: Path | None) -> None:
        self.profile = profile
        self._playwright = playwright
        self._microphone = microphone
        self.context = self.reopen()

    def reopen(self) -> BrowserContext:
        """Start the browser again on the same profile; its pages are not open any more."""
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
        """End it as a person does: its pages may say goodbye."""
        self.context.close()

    def kill(self) -> None:
        """SIGKILL all its processes at once; return when it is gone and its pages are closed.

        Playwright gives each browser a process group of its own, which goes as a whole.
        """
        group = os.getpgid(self._pid())
        assert group != os.getpgid(0), "The browser runs in the group of the tests themselves."
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
        raise RuntimeError("No `chromium` on the path. On Debian: apt-get install chromium")
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
