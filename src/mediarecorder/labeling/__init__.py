"""Collecting and labelling clips: from a list of prompts to a data set that trains."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .measures import Measures, measure
    from .quality import Finding, Quality, Verdict

__all__ = ["Finding", "Measures", "Quality", "Verdict", "measure"]

_HOMES = {
    "Finding": "quality",
    "Measures": "measures",
    "Quality": "quality",
    "Verdict": "quality",
    "measure": "measures",
}
"""The module that each name comes from: loaded when the name is first asked for."""

if not TYPE_CHECKING:  # a type checker sees the imports above, and no names beside them

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
