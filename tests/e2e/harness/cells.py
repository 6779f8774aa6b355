"""What one cell of a notebook gave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class CellError:
    name: str
    value: str
    traceback: str


@dataclass(frozen=True)
class CellResult:
    """The outputs of a cell, as the notebook holds them, and views of them."""

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
        """Everything that a person reads under the cell, in order."""
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
