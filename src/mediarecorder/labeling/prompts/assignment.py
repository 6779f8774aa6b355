"""Who is asked what, where many collect at once: told by a hash, so that nobody has to hand it out.

Rendezvous hashing: each pair of person and prompt has a number that looks like chance, and a prompt
is for those whose numbers are highest. Everybody who knows the list of people comes to the same
answer. One person more takes over some prompts of each of the others, and moves nothing else.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable

from ..sanitize import clean, digest
from . import Prompt


def people_for(prompt_id: str, people: Collection[str], overlap: int = 1) -> list[str]:
    """Tell who is asked a prompt.

    Parameters
    ----------
    prompt_id : str
        `Prompt.id`.
    people : collection of str
        Everybody who takes part.
    overlap : int
        How many people are asked each prompt, at least 1; all, if there are fewer.
    """
    return _chosen(prompt_id, _checked(people, overlap), overlap)


def assigned(
    prompts: Iterable[Prompt], person: str, people: Collection[str], overlap: int = 1
) -> list[Prompt]:
    """Choose the prompts of one person, in the order in which they come.

    Each prompt goes to exactly `overlap` people, so that all of them together leave none
    out. The shares are equal as chance makes them: of 1,000 prompts for ten people, each
    has 100, give or take 10 (one standard deviation).

    Parameters
    ----------
    prompts : iterable of Prompt
        All of them.
    person : str
        One of `people`.
    people : collection of str
        Everybody who takes part. It must be the same for all of them, in any order.
    overlap : int
        How many people are asked each prompt: 2 or more, if their agreement is to be known.

    Raises
    ------
    ValueError
        `person` is none of `people`, or `overlap` is less than 1.
    """
    everybody = _checked(people, overlap)
    person = clean(person, "A person's name")
    if person not in everybody:
        raise ValueError(f"{person!r:.80} is none of the people who take part.")
    return [prompt for prompt in prompts if person in _chosen(prompt.id, everybody, overlap)]


def _chosen(prompt_id: str, people: set[str], overlap: int) -> list[str]:
    return heapq.nlargest(overlap, people, key=lambda person: digest(person, prompt_id))


def _checked(people: Collection[str], overlap: int) -> set[str]:
    if isinstance(people, str):
        raise TypeError('people must be a list of names, as in ["Ada", "Grace"].')
    if isinstance(overlap, bool) or not isinstance(overlap, int) or overlap < 1:
        raise ValueError(f"overlap must be a whole number from 1 on, not {overlap!r:.40}.")
    return {clean(person, "A person's name") for person in people}
