"""The refused messages of pages: counted by reason, and logged with decreasing frequency."""

from __future__ import annotations

import logging
from collections import Counter

from .protocol import ProtocolError, Reason

logger = logging.getLogger("mediarecorder")


class Refusals(Counter[Reason]):
    """The number of refused messages, by reason.

    A flood of messages does not flood the log: the first message of each reason is logged,
    then the tenth, the hundredth and so on.
    """

    def note(self, error: ProtocolError) -> None:
        """Count one more refused message, and log it if its turn has come."""
        self[error.reason] += 1
        count = self[error.reason]
        if count == 10 ** (len(str(count)) - 1):
            logger.warning(
                "A page sent a message that was refused (%s, %d so far): %s.",
                error.reason,
                count,
                error,
            )
