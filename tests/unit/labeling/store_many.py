"""Run by test_store_processes.py: ten people collect concurrently on one S3 server."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

import s3fs  # noqa: F401  (once, before the fork)

from mediarecorder.labeling import Prompt, Queue, Store, assigned, read_prompts
from tests.unit.labeling.clips import take_of

PEOPLE = [f"person {number}" for number in range(10)]
OVERLAP = 2


def prompts_of(count: int) -> tuple[Prompt, ...]:
    return read_prompts(f"prompt {number}" for number in range(count))


def collect(where: str, options: Any, count: int, person: str) -> None:
    """Accept a take for each prompt that is assigned to a person."""
    shard = Store(where, storage_options=options).open(person)
    queue = Queue(assigned(prompts_of(count), person, PEOPLE, OVERLAP))
    while queue.current:
        prompt = queue.current
        shard.accept(take_of(f"{person} {prompt.id}", 100), prompt)
        queue.accept()


def main(where: str, options: str, count: str) -> None:
    children = []
    for person in PEOPLE:
        child = os.fork()
        if child == 0:
            try:
                collect(where, json.loads(options), int(count), person)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    print(json.dumps({"failed": failed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
