"""Run by test_journal.py: kernels that are killed at random times while they write a journal."""

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
from tests.unit.journal.test_journal import Recording

ROUNDS = 40
LONGEST = 0.03


def part(number: int) -> bytes:
    generator = random.Random(number)
    return generator.randbytes(generator.randint(1, 100_000))


PARTS = [part(number) for number in range(200)]


def write_journal(folder: Path, pipe: int) -> None:
    """Record a take, and write each acknowledgement to a pipe instead of the page."""
    recording = Recording(folder)

    def write_acknowledgement(content: dict[str, Any], *_: object) -> None:
        os.write(pipe, b"%d " % content["upto"])

    recording.rec._controller.link._send = write_acknowledgement
    pages.ACKNOWLEDGEMENT_INTERVAL = 0
    recording.begin()
    for part in PARTS:
        recording.give(part)
    recording.stop()


def kill(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        write_journal(folder, writing)
        os._exit(0)
    os.close(writing)
    select.select([reading], [], [])
    time.sleep(random.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as file:
        acknowledged = max(map(int, file.read().split()))
    (record,) = journal.load(folder)
    return {
        "acknowledged": min(acknowledged - 1, len(PARTS)),  # the first letter is "started"
        "count": record.count,
        "whole": record.blob.tobytes() == b"".join(PARTS[: record.count]),
        "damaged": record.damaged(),
    }


print(json.dumps([kill(Path(sys.argv[1]) / str(number)) for number in range(ROUNDS)]))
