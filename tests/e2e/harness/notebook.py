"""A notebook that is open in JupyterLab, and the hands of the person before it."""

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
# What JupyterLab itself throws for whatever was under way when a kernel or its line ended, and
# where another tab of it comes up at the same moment; and Notebook 7 when its keyboard shortcuts
# come up after the settings of another plugin.
JUPYTERLABS_OWN = (
    "Canceled future for ",
    "Kernel connection disconnected",
    "Window name candidate ",
    "Cannot read properties of undefined (reading 'schema')",
)
App = Literal["lab", "notebook"]
GLANCE = 20  # ms between two looks at something that is awaited
DEAF_AFTER = 5000  # ms without an answer, after which a kernel that is idle has not heard


class Notebook:
    """One notebook in one tab of JupyterLab or Notebook 7, with a kernel of its own.

    `page` is Playwright's page, `witness` knows what that page did with microphones and
    recorders, `console` is what it said. Errors that nothing in the page caught are in
    `page_errors`, and raised when the notebook is closed.
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
        page.on("console", self._hear)
        page.on("pageerror", self._catch)

    # --- cells ---------------------------------------------------------------------------

    def run(self, source: str, *, check: bool = True, timeout: float = 60) -> CellResult:
        """Append a cell, run it, wait for its end. Raises if it raised, unless `check=False`."""
        return self.begin(source).result(check=check, timeout=timeout)

    def begin(self, source: str) -> Cell:
        """Append a cell and run it, without waiting."""
        cell = Cell(self, self.drive("append", source), source)
        self.drive("run", cell.id)
        return cell

    def code_cells(self) -> list[Cell]:
        """The code cells that stand in the notebook now, in order."""
        return [Cell(self, cell["id"], cell["source"]) for cell in self.drive("codeCells")]

    # --- the kernel, past the page -------------------------------------------------------

    @property
    def kernel(self) -> Kernel:
        if self._kernel is None:
            self._kernel = Kernel(self.lab.runtime / f"kernel-{self.kernel_id}.json")
        return self._kernel

    def value(self, expression: str, *, timeout: float = 10, beside: bool = False) -> Any:
        """What an expression is worth in the kernel; see `Kernel.value`."""
        return self.kernel.value(expression, timeout=timeout, beside=beside)

    def array(self, expression: str) -> NDArray[Any]:
        """A numpy array of the kernel, bit for bit."""
        return self.kernel.array(expression)

    def until(self, expression: str, timeout: float = 10, *, beside: bool = False) -> Any:
        """Wait until an expression in the kernel is true, and return what it is worth.

        The kernel handles the page's messages between two looks.
        """
        deadline = time.monotonic() + timeout
        try:
            while not (value := self.value(expression, timeout=timeout, beside=beside)):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"It was still {value!r} after {timeout} s.")
                self._glance_away()
        except TimeoutError as error:
            raise AssertionError(f"`{expression}`: {error}\n{self.story()}") from error
        return value

    def _glance_away(self) -> None:
        """Wait a little, and hear meanwhile what the page says, if it is still there."""
        if self.page.is_closed():
            time.sleep(GLANCE / 1000)
        else:
            self.page.wait_for_timeout(GLANCE)

    def interrupt(self) -> None:
        self.drive("interrupt")

    def restart(self) -> None:
        """Restart the kernel, and wait until it can run a cell."""
        self.drive("restart")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the kernel can run a cell: after a restart, a death, a lost connection."""
        self._let_go_of_kernel()  # it may come back on other ports
        try:
            self.page.wait_for_function("path => driver.ready(path)", arg=self.path)
        except Error as error:
            raise RuntimeError(f"{error.message}\n{self.story()}\n{self.lab.log()}") from error
        self._make_heard()

    def _make_heard(self) -> None:
        """Make sure that the kernel reads what this page sends.

        ipykernel 7.0 to 7.3 may not notice a request that comes while it sends a reply to
        somebody who has left, as Jupyter Server does when a page connects. It reads it, and all
        that came after it, when somebody connects anew: https://github.com/ipython/ipykernel/issues/1554
        """
        for _ in range(5):
            if self.drive("heard", DEAF_AFTER):
                return
            self._let_go_of_kernel()
            self.value("None")
        raise RuntimeError(
            f"The kernel does not answer its page.\n{self.story()}\n{self.lab.log()}"
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
        """Save, and return the notebook as it stands on disk."""
        self.drive("save")
        saved: dict[str, Any] = json.loads((self.lab.notebooks / self.path).read_text())
        return saved

    def reload(self) -> None:
        """Load the page anew; the kernel lives on. Unsaved cells are lost, as in life."""
        self.page.reload()
        self.show()

    @contextmanager
    def second_tab(self, context: BrowserContext | None = None) -> Iterator[Notebook]:
        """The same notebook and kernel in another tab: of this browser, or of `context`."""
        session = {"id": self._session, "kernel": {"id": self.kernel_id}}
        with (context or self.page.context).new_page() as page:
            other = Notebook(self.lab, page, self.path, session, self.app)
            other.show()
            try:
                yield other
            finally:
                other._let_go_of_kernel()
            other.check()

    def screenshot(self, name: str) -> Path:
        """A picture of the page, in build/screenshots."""
        file = SCREENSHOTS / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)
        return file

    def story(self) -> str:
        """What the page said, for the message of a failure."""
        try:
            status = self.drive("status")
        except Error as error:
            status = f"unknown: {error.message}"
        lines = [f"Page: {status}", *self.console[-30:], *self.page_errors]
        return "\n".join(lines)

    def check(self) -> None:
        """Raise what the page threw and nothing there caught."""
        if self.page_errors:
            raise PageError("\n".join(self.page_errors))

    def close(self) -> None:
        """Leave the notebook and end its kernel. The tab stays."""
        self._let_go_of_kernel()
        closed = self.page.is_closed()
        if not closed:
            self.page.evaluate("0")  # what the page threw until now has been heard after this
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._catch)
        if not closed:
            self.page.evaluate("path => window.driver?.close(path)", self.path)
        self.lab.api("DELETE", f"sessions/{self._session}")

    def _let_go_of_kernel(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def drive(self, name: str, *args: Any) -> Any:
        """Call a function of driver.js."""
        return self.page.evaluate("([name, args]) => driver[name](...args)", [name, list(args)])

    def _hear(self, message: ConsoleMessage) -> None:
        self.console.append(f"[{message.type}] {message.text}")

    def _catch(self, error: Error) -> None:
        text = error.stack or error.message
        expected = any(own in text for own in JUPYTERLABS_OWN)
        (self.console if expected else self.page_errors).append(text)


@contextmanager
def open_notebook(
    lab: Lab, page: Page, source: Path | None = None, *, kernel: str = "python3", app: App = "lab"
) -> Iterator[Notebook]:
    """Open a new notebook, or a copy of `source`, in this tab, with a kernel of its own.

    It lies in a folder of its own, where the kernel runs too. At the end the kernel is
    gone, and the tab still there.
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
    """Something in the page threw, and nothing there caught it."""


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
