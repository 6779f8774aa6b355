"""Assignment of prompts to people by a hash, without coordination.

Rendezvous hashing: each pair of a person and a prompt has a hash, and a prompt is assigned to the
people with the highest hashes. Every session that knows the list of people computes the same
assignment. An additional person takes over some prompts of each of the others; no other prompt
moves.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable

from ..sanitize import clean, digest
from . import Prompt


def people_for(prompt_id: str, people: Collection[str], overlap: int = 1) -> list[str]:
    """Return the people to whom a prompt is assigned.

    Parameters
    ----------
    prompt_id : str
        The `Prompt.id`.
    people : collection of str
        All people who take part, in any order.
    overlap : int
        The number of people per prompt, at least 1. If there are fewer people, all of them.
    """
    return _chosen(prompt_id, _checked(people, overlap), overlap)


def assigned(
    prompts: Iterable[Prompt], person: str, people: Collection[str], overlap: int = 1
) -> list[Prompt]:
    """Return the prompts that are assigned to one person, in their original order.

    Each prompt is assigned to exactly `overlap` people, so no prompt is left out. The
    people's shares are equal up to chance: of 1,000 prompts for ten people, each has 100
    with a standard deviation of about 10.

    Parameters
    ----------
    prompts : iterable of Prompt
        All prompts.
    person : str
        One of `people`.
    people : collection of str
        All people who take part, in any order. Everyone must use the same collection.
    overlap : int
        The number of people per prompt. To measure their agreement, use at least 2.

    Raises
    ------
    TypeError
        `people` is not a collection of strings.
    ValueError
        `person` is not among `people`, or `overlap` is not a whole number of at least 1.
    """
    everyone = _checked(people, overlap)
    person = clean(person, "A person's name")
    if person not in everyone:
        raise ValueError(f"{person!r:.80} is not one of the people who take part.")
    return [prompt for prompt in prompts if person in _chosen(prompt.id, everyone, overlap)]


def _chosen(prompt_id: str, people: set[str], overlap: int) -> list[str]:
    return heapq.nlargest(overlap, people, key=lambda person: digest(person, prompt_id))


def _checked(people: Collection[str], overlap: int) -> set[str]:
    if isinstance(people, str):
        raise TypeError('people must be a list of names, as in ["Ada", "Grace"].')
    if isinstance(overlap, bool) or not isinstance(overlap, int) or overlap < 1:
        raise ValueError(f"overlap must be a whole number of at least 1, not {overlap!r:.40}.")
    return {clean(person, "A person's name") for person in people}
