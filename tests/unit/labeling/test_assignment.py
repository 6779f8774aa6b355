"""Assignment of prompts to people, without coordination."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from mediarecorder.labeling import Prompt, assigned, people_for, read_prompts

PROMPTS = read_prompts(map(str, range(1_000)))
PEOPLE = [f"person {n}" for n in range(10)]


def shares(people: list[str], overlap: int) -> dict[str, list[Prompt]]:
    return {person: assigned(PROMPTS, person, people, overlap) for person in people}


@pytest.mark.parametrize("overlap", [1, 2, 3, 10])
def test_each_prompt_is_assigned_to_overlap_people(overlap: int) -> None:
    by_person = shares(PEOPLE, overlap)
    counts = Counter(prompt.id for share in by_person.values() for prompt in share)
    assert counts == dict.fromkeys((prompt.id for prompt in PROMPTS), overlap)
    for share in by_person.values():
        assert abs(len(share) - 100 * overlap) < 50
        chosen = set(share)
        assert share == [prompt for prompt in PROMPTS if prompt in chosen]


def test_the_order_of_the_people_does_not_matter() -> None:
    assert shares(PEOPLE, 2) == shares(PEOPLE[::-1], 2)
    assert set(people_for("a", PEOPLE, 3)) == set(people_for("a", [*PEOPLE, *PEOPLE], 3))


def test_people_for_agrees_with_assigned() -> None:
    by_person = shares(PEOPLE, 2)
    for prompt in PROMPTS[:50]:
        assignees = {person for person, share in by_person.items() if prompt in share}
        assert assignees == set(people_for(prompt.id, PEOPLE, 2))


def test_an_additional_person_takes_a_share_and_moves_nothing_else() -> None:
    before, after = shares(PEOPLE, 1), shares([*PEOPLE, "one more"], 1)
    taken = {prompt.id for prompt in after["one more"]}
    assert 50 < len(taken) < 140
    for person in PEOPLE:
        assert after[person] == [prompt for prompt in before[person] if prompt.id not in taken]


def test_fewer_people_than_the_overlap() -> None:
    assert set(people_for("a", PEOPLE[:2], 5)) == set(PEOPLE[:2])
    assert assigned(PROMPTS, "me", ["me"], 3) == list(PROMPTS)
    assert people_for("a", []) == []


def test_names_are_normalized() -> None:
    people = ["Jose\u0301", "Ada"]
    assert assigned(PROMPTS, "Jos\xe9 ", people) == assigned(PROMPTS, "Jose\u0301", people) != []


@pytest.mark.parametrize(
    ("person", "people", "overlap", "match"),
    [
        ("Eve", ["Ada"], 1, "not one of the people"),
        ("Ada", "Ada", 1, "list of names"),
        ("Ada", ["Ada"], 0, "overlap must be"),
        ("Ada", ["Ada"], 1.5, "overlap must be"),
        ("Ada", ["Ada", 7], 1, "must be a string"),
    ],
)
def test_invalid_arguments(person: str, people: Any, overlap: Any, match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match):
        assigned(PROMPTS, person, people, overlap)
