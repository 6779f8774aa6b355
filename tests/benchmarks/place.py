"""Where the figures are measured: a browser, and a JupyterLab for each environment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.benchmarks.recording import Recording, voice
from tests.e2e.harness import Lab, Notebook, open_chromium, open_context, open_notebook
from tests.sound import write_wav

ROOT = Path(__file__).parents[2]
NO_DECODER = "import sys; sys.modules['av'] = None"
"""Run first, it makes a kernel that has the four core packages alone: the page decodes."""


class Place:
    """The browser and the servers, each started when the first figure needs it."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._folder = folder
        microphone = write_wav(folder / "microphone.wav", voice(10))
        self.browser: Browser = open_chromium(playwright, microphone)
        self.recording = Recording(self.browser)
        self._labs: dict[Path, Lab] = {}

    def close(self) -> None:
        for lab in self._labs.values():
            lab.close()
        self.browser.close()

    @cached_property
    def context(self) -> BrowserContext:
        return open_context(self.browser)

    def lab(self, python: Path = Path(sys.executable)) -> Lab:
        """The server of an environment."""
        if python not in self._labs:
            lab = Lab(self._folder / f"lab{len(self._labs)}", python=python)
            self._labs[python] = lab.__enter__()
        return self._labs[python]

    @contextmanager
    def notebook(
        self, *setup: str, lab: Lab | None = None, tap: Callable[[Page], None] | None = None
    ) -> Iterator[Notebook]:
        """A notebook in a tab of its own, in which these cells have been run.

        `tap` is given the tab before it is anywhere.
        """
        with self.context.new_page() as page:
            if tap is not None:
                tap(page)
            with open_notebook(lab or self.lab(), page) as notebook:
                for source in setup:
                    notebook.run(source)
                yield notebook
