"""What was refused of what pages sent: counted by reason, and logged ever more rarely."""

from __future__ import annotations

import logging
from collections import Counter

from .protocol import ProtocolError, Reason

logger = logging.getLogger("mediarecorder")


class Refusals(Counter[Reason]):
    """How often something was refused, by reason.

    A flood of messages makes no flood of log lines: the first of a reason is logged,
    then the tenth, the hundredth and so on.
    """

    def note(self, error: ProtocolError) -> None:
        """Count one more."""
        self[error.reason] += 1
        count = self[error.reason]
        if count == 10 ** (len(str(count)) - 1):
            logger.warning(
                "A page sent a message that was refused (%s, %d so far): %s.",
                error.reason,
                count,
                error,
            )
