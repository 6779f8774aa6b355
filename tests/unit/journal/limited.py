"""Run by test_journal.py: a take whose journal may have no file of more than so many bytes."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.unit.journal.test_journal import Talk

LIMIT, PART = 1_000_000, 30_000

talk = Talk(Path(sys.argv[1]))
talk.begin()
resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
parts = [bytes([n]) * PART for n in range(60)]
talk.give(*parts)
take = talk.stop()
print(
    json.dumps(
        {
            "limit": LIMIT,
            "part": PART,
            "errors": [type(error).__name__ for error in talk.errors()],
            "message": str(talk.errors()[0]),
            "whole": take.blob.tobytes() == b"".join(parts),
        }
    )
)
