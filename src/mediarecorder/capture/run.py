"""A start and its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import MediaRecorderError
from ..take import Take


@dataclass
class Run:
    """A start and its outcome: a take, or an error.

    Attributes
    ----------
    take : str
        The id of its take.
    decoded : bool
        Whether the take is decoded during the recording. If not, it is decoded on demand.
    begun : bool
        Whether the browser has started to record.
    outcome : Take, MediaRecorderError or None
        None until the run has ended.
    """

    take: str
    decoded: bool = True
    begun: bool = False
    outcome: Take | MediaRecorderError | None = None
