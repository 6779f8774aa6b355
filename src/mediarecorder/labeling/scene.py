"""The scene that a session's page draws: twin of js/labeling/scene.ts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..take import Take
from .prompts.media import address_of
from .prompts.queue import Queue
from .quality import Verdict

Phase: TypeAlias = Literal["consent", "room", "ask", "judged", "done"]


@dataclass(frozen=True)
class Moment:
    """The state of a session at its current prompt.

    Attributes
    ----------
    phase : {"room", "ask", "judged"}
        Measuring the room, waiting for a take, or waiting for its acceptance.
    take : Take or None
        The take to accept.
    verdict : Verdict or None
        The verdict on the take, or on the room.
    notice : str
        An error message; empty if there is none.
    """

    phase: Literal["room", "ask", "judged"]
    take: Take | None = None
    verdict: Verdict | None = None
    notice: str = ""


def scene_of(
    phase: Phase, moment: Moment, queue: Queue, consent: str, labels: Sequence[str]
) -> dict[str, Any]:
    """Return the scene of a moment."""
    prompt, verdict = queue.current, moment.verdict
    return {
        "phase": phase,
        "consent": consent,
        "prompt": prompt.id if prompt else "",
        "text": prompt.text if prompt else "",
        "image": address_of(prompt.image) if prompt else "",
        "sound": address_of(prompt.sound) if prompt else "",
        "take": queue.take_number if prompt else 0,
        "takes": queue.takes_per_prompt,
        "done": queue.done,
        "total": queue.total,
        "skipped": len(queue.skipped),
        "labels": list(labels),
        "findings": [
            {"sentence": finding.sentence, "refused": finding.refused}
            for finding in (verdict.findings if verdict else ())
        ],
        "judged": verdict is not None,
        "trim": list(verdict.trim) if verdict and verdict.trim else None,
        "notice": moment.notice,
    }
