"""Run by test_store_processes.py: a session whose kernel is killed at random times."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from mediarecorder.labeling import Queue, Store, read_prompts, shuffled
from tests.unit.labeling.clips import take_of

PROMPTS = read_prompts(f"prompt {number}" for number in range(300))
TAKES = 2
LONGEST = 0.03


def collect(folder: Path, pipe: int) -> None:
    """Continue the last session, and write the ids of accepted clips to a pipe."""
    shard = Store(folder).open("Ada")
    done = shard.manifest.takes_of("Ada")
    queue = Queue(shuffled(PROMPTS, "Ada"), TAKES, done)
    os.write(pipe, b"ready\n")
    while queue.current:
        prompt, number = queue.current, queue.take_number
        clip = shard.accept(take_of(f"{prompt.id} {number}"), prompt)
        os.write(pipe, f"{clip.id}\n".encode())
        queue.accept()


def once(folder: Path) -> tuple[list[str], bool]:
    """Run a session for a moment. Return its accepted clips, and whether it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        collect(folder, writing)
        os._exit(0)
    os.close(writing)
    select.select([reading], [], [])
    time.sleep(random.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as file:
        return file.read().split()[1:], os.WIFSIGNALED(status)


def main(folder: Path) -> None:
    accepted: list[str] = []
    rounds = 0
    killed = True
    while killed:
        rounds += 1
        more, killed = once(folder)
        accepted += more
    print(json.dumps({"accepted": accepted, "rounds": rounds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
