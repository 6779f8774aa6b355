"""Run by test_journal.py: a take whose journal exceeds the system's limit for a file."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.unit.journal.test_journal import Recording

LIMIT, PART = 1_000_000, 30_000

recording = Recording(Path(sys.argv[1]))
recording.begin()
resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
parts = [bytes([n]) * PART for n in range(60)]
recording.give(*parts)
take = recording.stop()
print(
    json.dumps(
        {
            "limit": LIMIT,
            "part": PART,
            "errors": [type(error).__name__ for error in recording.errors()],
            "message": str(recording.errors()[0]),
            "whole": take.blob.tobytes() == b"".join(parts),
        }
    )
)
