"""Run by test_journal.py: the memory that a long take needs during and after it, in bytes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.unit.journal.test_journal import Recording

PART = bytes(range(256)) * 256


def status(name: str) -> int:
    """Return a size of this process in bytes; `getrusage` would include the parent's."""
    lines = Path("/proc/self/status").read_text()
    return 1024 * int(lines.split(f"{name}:")[1].split()[0])


def anonymous() -> int:
    """Return the current memory without mapped files, in bytes."""
    return status("RssAnon")


folder, parts, every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
recording = Recording(Path(folder) if folder else None)
recording.rec.off("dataavailable", recording.log.append)  # the events would keep their data
before = anonymous()
recording.begin()
most = 0
for number in range(parts):
    recording.give(bytes([number % 256]) + PART)
    recording.sent.clear()
    if number % every == every - 1:
        recording.data()
    if number % 100 == 0:
        most = max(most, anonymous() - before)
blob = recording.stop().blob
after = anonymous() - before
result = {"size": blob.size, "most": most, "after": after, "peak": status("VmHWM")}
print(json.dumps(result))
