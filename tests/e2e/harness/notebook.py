"""A notebook that is open in JupyterLab, and the actions of its user."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

from .cells import Cell, CellResult
from .kernel import Kernel
from .lab import Lab, write_json
from .witness import Witness

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
# Errors that JupyterLab itself throws for pending requests when a kernel or its connection ends,
# and when another tab starts at the same time; and Notebook 7, when its keyboard shortcuts are
# loaded after the settings of another plugin.
JUPYTERLAB_ERRORS = (
    "Canceled future for ",
    "Kernel connection disconnected",
    "Window name candidate ",
    "Cannot read properties of undefined (reading 'schema')",
)
App = Literal["lab", "notebook"]
POLL_INTERVAL = 20  # ms
UNRESPONSIVE_AFTER = 5000  # ms without an answer from an idle kernel


class Notebook:
    """One notebook in one tab of JupyterLab or Notebook 7, with its own kernel.

    `page` is Playwright's page, `witness` observes the page's use of microphones and
    recorders, and `console` has its console messages. Uncaught errors of the page are in
    `page_errors`, and are raised when the notebook is closed.
    """

    def __init__(
        self, lab: Lab, page: Page, path: str, session: dict[str, Any], app: App = "lab"
    ) -> None:
        self.lab = lab
        self.app = app
        self.page = page
        self.path = path
        self.witness = Witness(page)
        self.console: list[str] = []
        self.page_errors: list[str] = []
        self.kernel_id: str = session["kernel"]["id"]
        self._session: str = session["id"]
        self._kernel: Kernel | None = None
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)

    # --- cells ---------------------------------------------------------------------------

    def run(self, source: str, *, check: bool = True, timeout: float = 60) -> CellResult:
        """Append a cell, run it and wait for its end. Raise if it raised, unless `check=False`."""
        return self.begin(source).result(check=check, timeout=timeout)

    def begin(self, source: str) -> Cell:
        """Append a cell and run it, without waiting for its end."""
        cell = Cell(self, self.drive("append", source), source)
        self.drive("run", cell.id)
        return cell

    def code_cells(self) -> list[Cell]:
        """Return the notebook's code cells, in order."""
        return [Cell(self, cell["id"], cell["source"]) for cell in self.drive("codeCells")]

    # --- the kernel, bypassing the page --------------------------------------------------

    @property
    def kernel(self) -> Kernel:
        if self._kernel is None:
            self._kernel = Kernel(self.lab.runtime / f"kernel-{self.kernel_id}.json")
        return self._kernel

    def value(self, expression: str, *, timeout: float = 10, subshell: bool = False) -> Any:
        """Return the value of an expression in the kernel; see `Kernel.value`."""
        return self.kernel.value(expression, timeout=timeout, subshell=subshell)

    def array(self, expression: str) -> NDArray[Any]:
        """Return a numpy array of the kernel, bit for bit."""
        return self.kernel.array(expression)

    def until(self, expression: str, timeout: float = 10, *, subshell: bool = False) -> Any:
        """Wait until an expression in the kernel is true, and return its value.

        The kernel handles the page's messages between two polls.
        """
        deadline = time.monotonic() + timeout
        try:
            while not (value := self.value(expression, timeout=timeout, subshell=subshell)):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"It was still {value!r} after {timeout} s.")
                self._pause()
        except TimeoutError as error:
            raise AssertionError(f"`{expression}`: {error}\n{self.report()}") from error
        return value

    def _pause(self) -> None:
        """Wait for one poll interval, and handle Playwright's events if the page is open."""
        if self.page.is_closed():
            time.sleep(POLL_INTERVAL / 1000)
        else:
            self.page.wait_for_timeout(POLL_INTERVAL)

    def interrupt(self) -> None:
        self.drive("interrupt")

    def restart(self) -> None:
        """Restart the kernel, and wait until it can run a cell again."""
        self.drive("restart")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the kernel can run a cell after a restart, a crash or a lost connection."""
        self._disconnect_kernel()  # its ports may change
        try:
            self.page.wait_for_function("path => driver.ready(path)", arg=self.path)
        except Error as error:
            raise RuntimeError(f"{error.message}\n{self.report()}\n{self.lab.log()}") from error
        self._ensure_responsive()

    def _ensure_responsive(self) -> None:
        """Ensure that the kernel reads the messages of this page.

        ipykernel 7.0 to 7.3 may miss a request that arrives while it sends a reply to a client
        that has disconnected, as Jupyter Server does when a page connects. It reads the request,
        and all later ones, when a client connects: https://github.com/ipython/ipykernel/issues/1554
        """
        for _ in range(5):
            if self.drive("responds", UNRESPONSIVE_AFTER):
                return
            self._disconnect_kernel()
            self.value("None")
        raise RuntimeError(
            f"The kernel does not answer its page.\n{self.report()}\n{self.lab.log()}"
        )

    # --- the page ------------------------------------------------------------------------

    def show(self) -> None:
        """Bring the notebook to the front of the tab, and wait for its kernel."""
        home = f"{self.lab.url}/{'lab' if self.app == 'lab' else f'notebooks/{self.path}'}"
        if not self.page.url.startswith(home):
            self.page.goto(f"{home}?reset")
        self.page.wait_for_function("window.driver?.started()")
        if self.app == "lab":
            self.drive("open", self.path)
        self.wait_until_ready()

    def save(self) -> dict[str, Any]:
        """Save, and return the content of the notebook file."""
        self.drive("save")
        saved: dict[str, Any] = json.loads((self.lab.notebooks / self.path).read_text())
        return saved

    def reload(self) -> None:
        """Reload the page. The kernel keeps running; unsaved cells are lost."""
        self.page.reload()
        self.show()

    @contextmanager
    def second_tab(self, context: BrowserContext | None = None) -> Iterator[Notebook]:
        """Open the same notebook and kernel in another tab, in this browser or in `context`."""
        session = {"id": self._session, "kernel": {"id": self.kernel_id}}
        with (context or self.page.context).new_page() as page:
            other = Notebook(self.lab, page, self.path, session, self.app)
            other.show()
            try:
                yield other
            finally:
                other._disconnect_kernel()
            other.check()

    def screenshot(self, name: str) -> Path:
        """Save a screenshot of the page in build/screenshots, and return its path."""
        file = SCREENSHOTS / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)
        return file

    def report(self) -> str:
        """Return the page's status, console and errors, for failure messages."""
        try:
            status = self.drive("status")
        except Error as error:
            status = f"unknown: {error.message}"
        lines = [f"Page: {status}", *self.console[-30:], *self.page_errors]
        return "\n".join(lines)

    def check(self) -> None:
        """Raise `PageError` if the page had uncaught errors."""
        if self.page_errors:
            raise PageError("\n".join(self.page_errors))

    def close(self) -> None:
        """Close the notebook and shut its kernel down. The tab stays open."""
        self._disconnect_kernel()
        closed = self.page.is_closed()
        if not closed:
            self.page.evaluate("0")  # flushes the page's pending error events
        self.page.remove_listener("console", self._on_console)
        self.page.remove_listener("pageerror", self._on_error)
        if not closed:
            self.page.evaluate("path => window.driver?.close(path)", self.path)
        self.lab.api("DELETE", f"sessions/{self._session}")

    def _disconnect_kernel(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def drive(self, name: str, *args: Any) -> Any:
        """Call a function of driver.js."""
        return self.page.evaluate("([name, args]) => driver[name](...args)", [name, list(args)])

    def _on_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"[{message.type}] {message.text}")

    def _on_error(self, error: Error) -> None:
        text = error.stack or error.message
        expected = any(known in text for known in JUPYTERLAB_ERRORS)
        (self.console if expected else self.page_errors).append(text)


@contextmanager
def open_notebook(
    lab: Lab, page: Page, source: Path | None = None, *, kernel: str = "python3", app: App = "lab"
) -> Iterator[Notebook]:
    """Open a new notebook, or a copy of `source`, in this tab, with its own kernel.

    The notebook has its own folder, which is also the kernel's working directory. On exit,
    the kernel is shut down and the tab stays open.
    """
    notebook = Notebook(lab, page, *_new_session(lab, source, kernel), app)
    try:
        notebook.show()
        notebook.witness.reset()
        yield notebook
    finally:
        notebook.close()
    notebook.check()


class PageError(AssertionError):
    """The page had uncaught errors."""


def _new_session(lab: Lab, source: Path | None, kernel: str) -> tuple[str, dict[str, Any]]:
    path = f"{uuid.uuid4().hex[:8]}/{source.name if source else 'test.ipynb'}"
    file = lab.notebooks / path
    file.parent.mkdir()
    if source is not None:
        file.write_text(source.read_text())
    else:
        spec = {"name": kernel, "display_name": kernel}
        write_json(file, {**EMPTY, "metadata": {"kernelspec": spec}})
    body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
    return path, lab.api("POST", "sessions", body)


EMPTY = {"cells": [], "nbformat": 4, "nbformat_minor": 5}
