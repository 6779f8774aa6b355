"""The cost of a labeling step, and of opening a store, with ten thousand clips."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator

from mediarecorder.labeling import Prompt, Quality, Queue, Store, read_prompts
from tests.benchmarks.figure import Figure
from tests.benchmarks.place import Place
from tests.unit.labeling.clips import take_of

TAKES = 10_000
STEPS = 256  # four pages of a manifest
REPETITIONS = 7


def measure(place: Place) -> Iterator[Figure]:
    prompts = read_prompts(f"prompt {number}" for number in range(TAKES + STEPS))
    with tempfile.TemporaryDirectory() as folder:
        steps(folder, prompts[:TAKES])
        seconds = tuple(timed(Store(folder).manifest) for _ in range(REPETITIONS))
        yield Figure(f"open a store of {TAKES:,} clips", 2, seconds, unit="s")
        empty, after = [], []
        for turn in range(REPETITIONS + 1):
            with tempfile.TemporaryDirectory() as nothing:
                pair = steps(nothing, prompts[:STEPS]), steps(folder, prompts)
            if turn > 0:
                empty.append(pair[0])
                after.append(pair[1])
            undo_steps(folder)
        yield Figure.of(
            f"a step after {TAKES:,} clips over one in an empty store",
            1.2,
            ("after, ms", after),
            ("empty, ms", empty),
            note="A clip of 50 ms is judged, accepted, and the next prompt is asked; in a folder.",
        )


def steps(folder: str, prompts: tuple[Prompt, ...]) -> float:
    """Accept a clip for each remaining prompt; return the milliseconds per prompt."""
    shard, take, quality = Store(folder).open("Ada"), take_of("a"), Quality()
    queue = Queue(prompts, done=shard.manifest.takes_of("Ada"))
    left = queue.total - queue.done

    def accept_all() -> None:
        while queue.current:
            verdict = quality.judge(take.samples, take.sample_rate)
            shard.accept(take, queue.current, verdict=verdict)
            queue.accept()

    return 1000 * timed(accept_all) / left


def undo_steps(folder: str) -> None:
    """Undo the steps, so that the next turn starts with the same number of clips."""
    shard = Store(folder).open("Ada")
    for _ in range(STEPS):
        shard.undo()


def timed(step: Callable[[], object]) -> float:
    """Return the duration of a call in seconds."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start
