"""The measuring environment: a browser, and a JupyterLab server per Python environment."""

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
"""Hides PyAV from a kernel. The kernel has the core packages only, so the page decodes."""


class Place:
    """The browser and the servers; a server starts when the first figure needs it."""

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
        """Return the server of an environment."""
        if python not in self._labs:
            lab = Lab(self._folder / f"lab{len(self._labs)}", python=python)
            self._labs[python] = lab.__enter__()
        return self._labs[python]

    @contextmanager
    def notebook(
        self, *setup: str, lab: Lab | None = None, tap: Callable[[Page], None] | None = None
    ) -> Iterator[Notebook]:
        """Open a notebook in its own tab, and run these cells.

        `tap` is called with the tab before it loads any page.
        """
        with self.context.new_page() as page:
            if tap is not None:
                tap(page)
            with open_notebook(lab or self.lab(), page) as notebook:
                for source in setup:
                    notebook.run(source)
                yield notebook
