"""Prompts, and their sources: each prompt has a stable id."""

from __future__ import annotations

import csv
import json
import numbers
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from ..sanitize import LONGEST, clean, digest

MOST = 100_000
"""The maximum number of prompts in a list."""

_FIELDS = ("id", "text", "image", "sound")


@dataclass(frozen=True)
class Prompt:
    """A prompt for a speaker: a text, an image, a sound, or several of them.

    Parameters
    ----------
    text : str
        The text to read. It may be empty if there is an image or a sound.
    id : str, optional
        A unique and permanent id. The default is a hash of the other fields: a prompt keeps
        its id wherever it is in the list.
    image, sound : str, optional
        The path or URL of an image to show, and of a sound to play first.

    Raises
    ------
    TypeError, ValueError
        A field is not a string or is too long, or `text`, `image` and `sound` are all empty.
    """

    text: str
    id: str = ""
    image: str = ""
    sound: str = ""

    def __post_init__(self) -> None:
        for name in _FIELDS:
            object.__setattr__(self, name, clean(getattr(self, name), f"A prompt's {name}"))
        if not (self.text or self.image or self.sound):
            raise ValueError("A prompt needs a text, an image or a sound.")
        if not self.id:
            object.__setattr__(self, "id", _own_id(self))


def read_prompts(source: Any) -> tuple[Prompt, ...]:
    """Read a list of prompts.

    Parameters
    ----------
    source : iterable, DataFrame, or path of a .csv, .tsv, .jsonl or .txt file
        At most 100,000 prompts. Each is a text, a `Prompt`, or a mapping with some of the
        keys ``text``, ``id``, ``image`` and ``sound``; other keys are ignored. A CSV file
        needs a header. A text file has one prompt per line. Files are in UTF-8.

    Returns
    -------
    tuple of Prompt
        The prompts, in the order of the source. A repeated prompt without an explicit id
        stays in the list; its id is that of the first one with a number appended.

    Raises
    ------
    ValueError, TypeError
        An entry is not a prompt, two prompts have the same explicit id, or there are too
        many prompts or none.
    OSError
        The file cannot be read.
    """
    prompts: dict[str, Prompt] = {}
    numbers: dict[str, int] = {}
    for number, entry in enumerate(islice(_entries(source), MOST + 1), 1):
        if number > MOST:
            raise ValueError(f"There are more than {MOST:,} prompts. Use a part of the list.")
        try:
            prompt, named = _prompt(entry)
        except (TypeError, ValueError) as error:
            raise type(error)(f"Prompt {number} cannot be used. {error}") from error
        if prompt.id in prompts:
            if named:
                raise ValueError(f"Two prompts have the id {prompt.id!r:.80}.")
            prompt = _again(prompt, prompts, numbers)
        prompts[prompt.id] = prompt
    if not prompts:
        raise ValueError("There are no prompts. Give a list of texts, or a .csv or .jsonl file.")
    return tuple(prompts.values())


def shuffled(prompts: Iterable[Prompt], seed: str) -> list[Prompt]:
    """Return prompts in a pseudo-random order, which depends only on `seed` and their ids.

    With the speaker's name as the seed, each speaker has a different order, and the same
    one after a restart. New prompts are inserted without reordering the existing ones.

    Parameters
    ----------
    prompts : iterable of Prompt
        The prompts, in any order.
    seed : str
        Any text, such as the speaker's name.
    """
    return sorted(prompts, key=lambda prompt: digest(seed, prompt.id))


def _own_id(prompt: Prompt) -> str:
    """The default id of a prompt."""
    return digest(prompt.text, prompt.image, prompt.sound)


def _prompt(entry: object) -> tuple[Prompt, bool]:
    """Return a prompt, and whether its id is explicit."""
    if isinstance(entry, Prompt):
        return entry, entry.id != _own_id(entry)
    if isinstance(entry, str):
        return Prompt(entry), False
    if isinstance(entry, Mapping):
        fields = {name: _as_text(entry.get(name)) for name in _FIELDS}
        return Prompt(**fields), bool(fields["id"].strip())
    raise TypeError(f"It is neither a text nor a mapping with one: {entry!r:.40}.")


def _as_text(value: object) -> str:
    """Return a table's cell as text: that of a number, or empty for a missing value."""
    if isinstance(value, str):
        return value
    if value is None or str(value) in ("nan", "NaT", "<NA>"):  # the missing values of pandas
        return ""
    if isinstance(value, numbers.Real):
        return str(value)
    raise TypeError(f"This is not a text: {value!r:.40}.")


def _again(prompt: Prompt, prompts: Mapping[str, Prompt], numbers: dict[str, int]) -> Prompt:
    """Return a repeated prompt with a number in its id.

    `numbers` has the last number by id, so that many repetitions take linear time.
    """
    number = numbers.get(prompt.id, 1) + 1
    while f"{prompt.id}-{number}" in prompts:
        number += 1
    numbers[prompt.id] = number
    return Prompt(prompt.text, f"{prompt.id}-{number}", prompt.image, prompt.sound)


def _entries(source: Any) -> Iterator[object]:
    if isinstance(source, (str, os.PathLike)):
        return _entries_of_file(Path(source))
    if hasattr(source, "to_dict") and hasattr(source, "columns"):  # a DataFrame
        return iter(source.to_dict("records"))
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise TypeError(f"Prompts come as a list, a table or a file, not as {source!r:.40}.")
    return iter(source)


def _entries_of_file(path: Path) -> Iterator[object]:
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise ValueError(
            f"{str(path)!r:.200} is not a .csv, .tsv, .jsonl or .txt file. "
            'Prompts are read from these, or from a list of texts: ["yes", "no"].'
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _READERS[suffix](_lines(file))
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(path)!r:.200} is not in UTF-8. Save it as UTF-8.") from error


def _texts(lines: Iterator[str]) -> Iterator[object]:
    yield from filter(None, map(str.strip, lines))


def _objects(lines: Iterator[str]) -> Iterator[object]:
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"Line {number} is not JSON: {line!r:.40}.") from error


def _rows(lines: Iterator[str], delimiter: str = ",") -> Iterator[object]:
    rows = csv.DictReader(lines, delimiter=delimiter, strict=True)
    if not {"text", "image", "sound"} & set(rows.fieldnames or ()):
        raise ValueError(
            "The first line of the table must name its columns, and one of them must be "
            f"text, image or sound; it names {', '.join(rows.fieldnames or ())!r:.200}."
        )
    try:
        yield from rows
    except csv.Error as error:
        raise ValueError(f"Line {rows.line_num} of the table is damaged: {error}.") from error


def _lines(file: TextIO) -> Iterator[str]:
    """Iterate over the lines of a file, and refuse lines too long to be prompts."""
    longest = 8 * LONGEST
    while line := file.readline(longest):
        if len(line) == longest:
            raise ValueError(f"A line is longer than {longest:,} characters: {line!r:.40}…")
        yield line


_READERS: dict[str, Callable[[Iterator[str]], Iterator[object]]] = {
    ".csv": _rows,
    ".tsv": partial(_rows, delimiter="\t"),
    ".jsonl": _objects,
    ".txt": _texts,
}
