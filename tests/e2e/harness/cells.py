"""One cell of a notebook, and its outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

if TYPE_CHECKING:
    from .notebook import Notebook

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class CellError:
    name: str
    value: str
    traceback: str


@dataclass(frozen=True)
class CellResult:
    """The outputs of a cell in the notebook's format, and their text."""

    outputs: tuple[dict[str, Any], ...]
    count: int | None

    @property
    def stdout(self) -> str:
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        return self._stream("stderr")

    @property
    def result(self) -> str | None:
        """The text of the last expression's value."""
        for output in self.outputs:
            if output["output_type"] == "execute_result":
                return _text(output["data"].get("text/plain", ""))
        return None

    @property
    def error(self) -> CellError | None:
        for output in self.outputs:
            if output["output_type"] == "error":
                trace = _COLOURS.sub("", "\n".join(output["traceback"]))
                return CellError(output["ename"], output["evalue"], trace)
        return None

    @property
    def text(self) -> str:
        """The text of all outputs, in order, as shown under the cell."""
        return "".join(_read(output) for output in self.outputs)

    def _stream(self, name: str) -> str:
        return "".join(
            _text(output["text"])
            for output in self.outputs
            if output["output_type"] == "stream" and output["name"] == name
        )


class CellFailedError(AssertionError):
    """A cell raised, and the test did not expect it."""

    def __init__(self, source: str, result: CellResult) -> None:
        super().__init__(f"This cell failed:\n{source}\n\n{result.text}")
        self.result = result


@dataclass(frozen=True)
class Cell:
    """A cell of an open notebook."""

    notebook: Notebook
    id: str
    source: str

    def run(self) -> Cell:
        self.notebook.drive("run", self.id)
        return self

    def outputs(self) -> CellResult:
        """Return the cell's current outputs, finished or not."""
        found = self.notebook.drive("outputs", self.id)
        return CellResult(tuple(found["outputs"]), found["count"])

    def finished(self) -> bool:
        return bool(self.notebook.drive("finished", self.id))

    def result(self, *, check: bool = True, timeout: float = 60) -> CellResult:
        """Wait for the cell's end and return its outputs."""
        page = self.notebook.page
        try:
            page.wait_for_function("id => driver.finished(id)", arg=self.id, timeout=timeout * 1000)
        except Error as error:
            raise AssertionError(
                f"This cell did not end within {timeout} s:\n{self.source}\n"
                f"{self.outputs().text}\n{self.notebook.report()}"
            ) from error
        result = self.outputs()
        if check and result.error:
            raise CellFailedError(self.source, result)
        return result


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def _read(output: dict[str, Any]) -> str:
    match output["output_type"]:
        case "stream":
            return _text(output["text"])
        case "error":
            return _COLOURS.sub("", "\n".join(output["traceback"])) + "\n"
        case _:
            return _text(output["data"].get("text/plain", "")) + "\n"
