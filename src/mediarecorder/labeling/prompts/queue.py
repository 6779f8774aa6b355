"""Which prompt is next: none is lost, none is asked twice, whatever was skipped or undone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from . import Prompt


class Queue:
    """The way of one person through the prompts.

    Each step costs the same, however many prompts there are and however many are done.

    Parameters
    ----------
    prompts : iterable of Prompt
        In the order in which they are asked.
    takes_per_prompt : int
        How often each is to be recorded.
    done : mapping of str to int
        How many takes there are already, by the id of their prompt.

    Attributes
    ----------
    total, done : int
        How many takes are wanted, and how many of those there are.
    takes_per_prompt : int
        As given.
    """

    def __init__(
        self,
        prompts: Iterable[Prompt],
        takes_per_prompt: int = 1,
        done: Mapping[str, int] | None = None,
    ) -> None:
        if isinstance(takes_per_prompt, bool) or not isinstance(takes_per_prompt, int):
            raise TypeError(f"takes_per_prompt must be a number, not {takes_per_prompt!r:.40}.")
        if takes_per_prompt < 1:
            raise ValueError(f"takes_per_prompt must be 1 or more, not {takes_per_prompt}.")
        self.takes_per_prompt = takes_per_prompt
        self._prompts = {prompt.id: prompt for prompt in prompts}
        self._taken = {id_: (done or {}).get(id_, 0) for id_ in self._prompts}
        self._next = OrderedDict(
            (id_, prompt)
            for id_, prompt in self._prompts.items()
            if self._taken[id_] < takes_per_prompt
        )
        self._skipped: dict[str, Prompt] = {}
        self.total = takes_per_prompt * len(self._prompts)
        self.done = sum(min(taken, takes_per_prompt) for taken in self._taken.values())

    @property
    def current(self) -> Prompt | None:
        """The prompt that is asked now; None when all are done or skipped."""
        return next(iter(self._next.values()), None)

    @property
    def take_number(self) -> int:
        """The number, from 1 on, that the next take of the current prompt has."""
        return self._taken[self._asked().id] + 1

    @property
    def skipped(self) -> tuple[Prompt, ...]:
        """What was put aside; `again` asks it after all, and so does a new session."""
        return tuple(self._skipped.values())

    def accept(self) -> None:
        """Count a take of the current prompt, and go on."""
        prompt = self._asked()
        self._taken[prompt.id] += 1
        self.done += 1
        if self._taken[prompt.id] == self.takes_per_prompt:
            del self._next[prompt.id]

    def withdraw(self, prompt_id: str) -> None:
        """Take back a take of a prompt, and ask it now."""
        if not self._taken.get(prompt_id):
            raise ValueError(f"There is no take of the prompt {prompt_id!r:.80} to take back.")
        self._taken[prompt_id] -= 1
        if self._taken[prompt_id] >= self.takes_per_prompt:
            return  # there were more than wanted
        self.done -= 1
        self._skipped.pop(prompt_id, None)
        self._next[prompt_id] = self._prompts[prompt_id]
        self._next.move_to_end(prompt_id, last=False)

    def skip(self) -> None:
        """Put the current prompt aside, and go on."""
        prompt = self._asked()
        self._skipped[prompt.id] = self._next.pop(prompt.id)

    def ask(self, prompt_id: str) -> None:
        """Ask now what was skipped; ValueError where it was not."""
        if prompt_id not in self._skipped:
            raise ValueError(f"The prompt {prompt_id!r:.80} was not skipped.")
        self._next[prompt_id] = self._skipped.pop(prompt_id)
        self._next.move_to_end(prompt_id, last=False)

    def knows(self, prompt_id: str) -> bool:
        """Tell whether it is one of these prompts."""
        return prompt_id in self._prompts

    def again(self) -> None:
        """Ask what was skipped, when everything else is done."""
        self._next.update(self._skipped)
        self._skipped.clear()

    def _asked(self) -> Prompt:
        if self.current is None:
            raise IndexError("There is no prompt left.")
        return self.current
