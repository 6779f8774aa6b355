"""The queue: no prompt is lost, and none is repeated."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from mediarecorder.labeling import Queue, read_prompts

PROMPTS = read_prompts(list("abcd"))
A, B, C, D = PROMPTS


def walk(queue: Queue) -> list[str]:
    """Accept a take of each remaining prompt."""
    order = []
    while queue.current:
        order.append(queue.current.text)
        queue.accept()
    return order


def test_from_the_first_to_the_last() -> None:
    queue = Queue(PROMPTS)
    assert (queue.current, queue.done, queue.total) == (A, 0, 4)
    assert walk(queue) == ["a", "b", "c", "d"]
    assert (queue.current, queue.done, queue.total) == (None, 4, 4)
    for step in (queue.accept, queue.skip):
        with pytest.raises(IndexError, match="no prompt left"):
            step()


def test_several_takes_of_each() -> None:
    queue = Queue(PROMPTS, takes_per_prompt=2)
    numbers = []
    while queue.current:
        numbers.append((queue.current.text, queue.take_number))
        queue.accept()
    assert numbers == [(text, number) for text in "abcd" for number in (1, 2)]
    assert queue.done == queue.total == 8


def test_it_continues_from_existing_takes() -> None:
    queue = Queue(PROMPTS, 2, {A.id: 2, B.id: 1, D.id: 7, "of another list": 3})
    assert (queue.current, queue.take_number, queue.done) == (B, 2, 5)
    assert walk(queue) == ["b", "c", "c"]


def test_skipped_prompts_return_only_on_request() -> None:
    queue = Queue(PROMPTS)
    queue.skip()
    queue.accept()
    queue.skip()
    assert queue.skipped == (A, C)
    assert walk(queue) == ["d"]
    assert (queue.done, queue.total) == (2, 4)
    queue.again()
    assert not queue.skipped
    assert walk(queue) == ["a", "c"]
    assert Queue(PROMPTS, 1, {B.id: 1, D.id: 1}).current == A


def test_the_prompt_of_a_withdrawn_take_is_next() -> None:
    queue = Queue(PROMPTS)
    queue.accept()
    queue.accept()
    queue.withdraw(B.id)
    assert (queue.current, queue.done) == (B, 1)
    queue.withdraw(A.id)
    assert walk(queue) == ["a", "b", "c", "d"]


def test_withdrawing_one_of_several_takes() -> None:
    queue = Queue(PROMPTS, 2, {A.id: 1, C.id: 3})
    queue.skip()
    queue.withdraw(A.id)
    assert (queue.current, queue.take_number, queue.skipped) == (A, 1, ())
    queue.withdraw(C.id)  # it had one take more than required
    assert (queue.current, queue.done) == (A, 2)
    queue.withdraw(C.id)
    assert walk(queue) == ["c", "a", "a", "b", "b", "d", "d"]


@pytest.mark.parametrize("id_", [A.id, "unknown"])
def test_a_prompt_without_takes_cannot_be_withdrawn(id_: str) -> None:
    with pytest.raises(ValueError, match="no take of the prompt"):
        Queue(PROMPTS).withdraw(id_)


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "2"])
def test_takes_per_prompt_is_validated(number: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="takes_per_prompt must be"):
        Queue(PROMPTS, number)


def test_random_steps_never_lose_or_repeat_a_prompt() -> None:
    chance = random.Random(7)
    for _ in range(300):
        takes = chance.randint(1, 3)
        queue, accepted = Queue(PROMPTS, takes), Counter[str]()
        for _ in range(chance.randint(0, 40)):
            step = chance.choice(["accept", "accept", "skip", "withdraw", "again", "reopen"])
            if step == "withdraw" and accepted.total():
                id_ = chance.choice(sorted(+accepted))
                queue.withdraw(id_)
                accepted[id_] -= 1
                assert queue.current is not None
                assert queue.current.id == id_
            elif step == "again":
                queue.again()
            elif step == "reopen":
                queue = Queue(PROMPTS, takes, accepted)
            elif queue.current and step == "skip":
                queue.skip()
            elif queue.current and step == "accept":
                assert queue.take_number == accepted[queue.current.id] + 1
                accepted[queue.current.id] += 1
                queue.accept()
            assert queue.done == accepted.total()
            assert max(accepted.values(), default=0) <= takes
        queue.again()
        while queue.current:
            accepted[queue.current.id] += 1
            queue.accept()
        assert accepted == {prompt.id: takes for prompt in PROMPTS}
