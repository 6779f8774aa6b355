"""One start and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import MediaRecorderError
from ..take import Take


@dataclass
class Run:
    """One start and what became of it: its take, or why there is none.

    Attributes
    ----------
    decoded : bool
        Whether it is decoded along: else its samples are there when they are asked for.
    begun : bool
        Whether the browser records it, or has.
    """

    take: str
    decoded: bool = True
    begun: bool = False
    outcome: Take | MediaRecorderError | None = None
