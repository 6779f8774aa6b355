"""The order of prompts: none is lost or repeated, whatever is skipped or undone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from . import Prompt


class Queue:
    """One person's progress through a list of prompts.

    Each step takes constant time, whatever the number of prompts.

    Parameters
    ----------
    prompts : iterable of Prompt
        The prompts, in order.
    takes_per_prompt : int
        The number of takes to record of each prompt.
    done : mapping of str to int
        The number of existing takes, by prompt id; see `Manifest.takes_of`.

    Attributes
    ----------
    total, done : int
        The number of takes to record, and how many of them exist.
    takes_per_prompt : int
        As passed in.

    Raises
    ------
    TypeError, ValueError
        `takes_per_prompt` is not a whole number of at least 1.
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
        """The current prompt; None when all prompts are done or skipped."""
        return next(iter(self._next.values()), None)

    @property
    def take_number(self) -> int:
        """The number of the current prompt's next take, starting at 1."""
        return self._taken[self._require_current().id] + 1

    @property
    def skipped(self) -> tuple[Prompt, ...]:
        """The skipped prompts. They return with `again`, or in a new session."""
        return tuple(self._skipped.values())

    def accept(self) -> None:
        """Count a take of the current prompt. Raises IndexError if there is no prompt."""
        prompt = self._require_current()
        self._taken[prompt.id] += 1
        self.done += 1
        if self._taken[prompt.id] == self.takes_per_prompt:
            del self._next[prompt.id]

    def withdraw(self, prompt_id: str) -> None:
        """Uncount a take of a prompt, and make that prompt the current one.

        Raises ValueError if the prompt has no take.
        """
        if not self._taken.get(prompt_id):
            raise ValueError(f"There is no take of the prompt {prompt_id!r:.80} to take back.")
        self._taken[prompt_id] -= 1
        if self._taken[prompt_id] >= self.takes_per_prompt:
            return  # there are more takes than required
        self.done -= 1
        self._skipped.pop(prompt_id, None)
        self._next[prompt_id] = self._prompts[prompt_id]
        self._next.move_to_end(prompt_id, last=False)

    def skip(self) -> None:
        """Skip the current prompt. Raises IndexError if there is no prompt."""
        prompt = self._require_current()
        self._skipped[prompt.id] = self._next.pop(prompt.id)

    def ask(self, prompt_id: str) -> None:
        """Make a skipped prompt the current one. Raises ValueError if it was not skipped."""
        if prompt_id not in self._skipped:
            raise ValueError(f"The prompt {prompt_id!r:.80} was not skipped.")
        self._next[prompt_id] = self._skipped.pop(prompt_id)
        self._next.move_to_end(prompt_id, last=False)

    def knows(self, prompt_id: str) -> bool:
        """Return whether a prompt is in the list."""
        return prompt_id in self._prompts

    def again(self) -> None:
        """Append the skipped prompts to the remaining ones."""
        self._next.update(self._skipped)
        self._skipped.clear()

    def _require_current(self) -> Prompt:
        """Return the current prompt, or raise IndexError."""
        if self.current is None:
            raise IndexError("There is no prompt left.")
        return self.current
