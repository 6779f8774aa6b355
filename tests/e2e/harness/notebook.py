"""A notebook that is open in JupyterLab, and the hands of the person before it."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from playwright.sync_api import ConsoleMessage, Error, Page

from .cells import CellFailedError, CellResult
from .kernel import Kernel
from .lab import Lab, write_json
from .witness import Witness

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
GLANCE = 20  # ms between two looks at something that is awaited


class Notebook:
    """One notebook in one tab, with a kernel of its own.

    `open_in` opens it; `close` ends its kernel. `page` is Playwright's page, `witness`
    knows what that page did with microphones and recorders. Errors that nothing in the
    page caught are in `page_errors`; the fixtures fail a test that leaves any there.
    """

    def __init__(self, lab: Lab, page: Page, path: str, session: dict[str, Any]) -> None:
        self.lab = lab
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
        cell = Cell(self, self._driver("append", source), source)
        self._driver("run", cell.id)
        return cell

    def run_cells(self) -> list[Cell]:
        """The code cells that stand in the notebook, not run yet."""
        return [Cell(self, cell["id"], cell["source"]) for cell in self._driver("codeCells")]

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
        while not (value := self.value(expression, timeout=timeout, beside=beside)):
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"`{expression}` was still {value!r} after {timeout} s.\n{self.story()}"
                )
            self.page.wait_for_timeout(GLANCE)
        return value

    def interrupt(self) -> None:
        self._driver("interrupt")

    def restart(self) -> None:
        """Restart the kernel, and wait until it can run a cell."""
        self._driver("restart")
        self.kernel.forget_subshell()
        self._wait_until_ready()

    # --- the page ------------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """Save, and return the notebook as it stands on disk."""
        self._driver("save")
        saved: dict[str, Any] = json.loads((self.lab.notebooks / self.path).read_text())
        return saved

    def reload(self) -> None:
        """Load the page anew; the kernel lives on. Unsaved cells are lost, as in life."""
        self.page.reload()
        self._show()

    def second_tab(self) -> Notebook:
        """The same notebook and kernel in another tab."""
        session = {"id": self._session, "kernel": {"id": self.kernel_id}}
        other = Notebook(self.lab, self.page.context.new_page(), self.path, session)
        other._goto()
        return other

    def screenshot(self, name: str) -> Path:
        """A picture of the page, in build/screenshots."""
        file = SCREENSHOTS / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)
        return file

    def story(self) -> str:
        """What the page said, for the message of a failure."""
        try:
            status = self._driver("status")
        except Error as error:
            status = f"unknown: {error.message}"
        lines = [f"Page: {status}", *self.console[-30:], *self.page_errors]
        return "\n".join(lines)

    def close(self) -> None:
        """End the kernel and leave the notebook. The tab stays."""
        if self._kernel is not None:
            self._kernel.close()
        try:
            self._driver("close")
        finally:
            self.page.remove_listener("console", self._hear)
            self.page.remove_listener("pageerror", self._catch)

    def _goto(self) -> None:
        self.page.goto(f"{self.lab.url}/lab/tree/{self.path}?reset")
        self._show()

    def _show(self) -> None:
        self.page.wait_for_function("window.driver?.started()")
        self._driver("open", self.path)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        try:
            self.page.wait_for_function("path => driver.ready(path)", arg=self.path)
        except Error as error:
            raise RuntimeError(f"{error.message}\n{self.story()}\n{self.lab.log()}") from error

    def _driver(self, name: str, *args: Any) -> Any:
        return self.page.evaluate("([name, args]) => driver[name](...args)", [name, list(args)])

    def _hear(self, message: ConsoleMessage) -> None:
        self.console.append(f"[{message.type}] {message.text}")

    def _catch(self, error: Error) -> None:
        self.page_errors.append(error.stack or error.message)


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook that is open."""

    notebook: Notebook
    id: str
    source: str

    def run(self) -> Cell:
        self.notebook._driver("run", self.id)
        return self

    def outputs(self) -> CellResult:
        """What stands under the cell now, finished or not."""
        found = self.notebook._driver("outputs", self.id)
        return CellResult(tuple(found["outputs"]), found["count"])

    def finished(self) -> bool:
        return bool(self.notebook._driver("finished", self.id))

    def result(self, *, check: bool = True, timeout: float = 60) -> CellResult:
        """Wait for the cell's end and return its outputs."""
        page = self.notebook.page
        try:
            page.wait_for_function("id => driver.finished(id)", arg=self.id, timeout=timeout * 1000)
        except Error as error:
            raise AssertionError(
                f"This cell did not end within {timeout} s:\n{self.source}\n"
                f"{self.outputs().text}\n{self.notebook.story()}"
            ) from error
        result = self.outputs()
        if check and result.error:
            raise CellFailedError(self.source, result)
        return result


def open_notebook(lab: Lab, page: Page, source: Path | None = None) -> Notebook:
    """Open a new notebook, or a copy of `source`, in this tab, with a kernel of its own."""
    name = source.stem if source else "test"
    path = f"{name}-{uuid.uuid4().hex[:8]}.ipynb"
    file = lab.notebooks / path
    if source is not None:
        file.write_text(source.read_text())
    else:
        write_json(file, EMPTY)
    session = lab.api(
        "POST",
        "sessions",
        {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}},
    )
    notebook = Notebook(lab, page, path, session)
    if page.url.startswith(lab.url):
        notebook._show()
        notebook.witness.reset()
    else:
        notebook._goto()
    return notebook


EMPTY = {
    "cells": [],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python under test"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
