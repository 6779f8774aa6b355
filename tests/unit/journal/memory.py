"""Run by test_journal.py: how much memory a long take needs, in bytes, as it arrives and after."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.unit.journal.test_journal import Talk

PART = bytes(range(256)) * 256


def status(name: str) -> int:
    """What Linux counts of this process; `getrusage` counts what it was forked from, too."""
    lines = Path("/proc/self/status").read_text()
    return 1024 * int(lines.split(f"{name}:")[1].split()[0])


def anonymous() -> int:
    """Memory that no file stands behind, now."""
    return status("RssAnon")


folder, parts, every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
talk = Talk(Path(folder) if folder else None)
talk.rec.off("dataavailable", talk.log.append)  # the events would keep their data
before = anonymous()
talk.begin()
most = 0
for number in range(parts):
    talk.give(bytes([number % 256]) + PART)
    talk.sent.clear()
    if number % every == every - 1:
        talk.data()
    if number % 100 == 0:
        most = max(most, anonymous() - before)
blob = talk.stop().blob
after = anonymous() - before
seen = {"size": blob.size, "most": most, "after": after, "peak": status("VmHWM")}
print(json.dumps(seen))
