"""Collecting and labelling clips: from a list of prompts to a data set that trains."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assignment import assigned, people_for
    from .measures import Measures, measure
    from .prompts import Prompt, read_prompts, shuffled
    from .quality import Finding, Quality, Verdict
    from .queue import Queue

__all__ = [
    "Finding",
    "Measures",
    "Prompt",
    "Quality",
    "Queue",
    "Verdict",
    "assigned",
    "measure",
    "people_for",
    "read_prompts",
    "shuffled",
]

_HOMES = {
    "Finding": "quality",
    "Measures": "measures",
    "Prompt": "prompts",
    "Quality": "quality",
    "Queue": "queue",
    "Verdict": "quality",
    "assigned": "assignment",
    "measure": "measures",
    "people_for": "assignment",
    "read_prompts": "prompts",
    "shuffled": "prompts",
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
