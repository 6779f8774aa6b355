"""Run by test_journal.py: kernels that are killed at any moment while they write a journal."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from mediarecorder import journal
from mediarecorder.wire import pages
from tests.unit.journal.test_journal import Talk

ROUNDS = 40
LONGEST = 0.03


def part(number: int) -> bytes:
    chosen = random.Random(number)
    return chosen.randbytes(chosen.randint(1, 100_000))


PARTS = [part(number) for number in range(200)]


def record(folder: Path, pipe: int) -> None:
    """Be a kernel that tells by its pipe what it acknowledges, as it tells the page."""
    talk = Talk(folder)

    def tell(content: dict[str, Any], *_: object) -> None:
        os.write(pipe, b"%d " % content["upto"])

    talk.rec._controller.link._send = tell
    pages.ACKNOWLEDGEMENT_INTERVAL = 0
    talk.begin()
    for part in PARTS:
        talk.give(part)
    talk.stop()


def kill(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        record(folder, writing)
        os._exit(0)
    os.close(writing)
    select.select([reading], [], [])
    time.sleep(random.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as file:
        upto = max(map(int, file.read().split()))
    (found,) = journal.load(folder)
    return {
        "acknowledged": min(upto - 1, len(PARTS)),  # the first letter is "started"
        "count": found.count,
        "whole": found.blob.tobytes() == b"".join(PARTS[: found.count]),
        "damaged": found.damaged(),
    }


print(json.dumps([kill(Path(sys.argv[1]) / str(number)) for number in range(ROUNDS)]))
