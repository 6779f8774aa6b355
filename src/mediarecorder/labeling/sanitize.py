"""Sanitizing of untrusted text: prompts, labels, names and notes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

LONGEST = 10_000
"""The maximum length of a text, in characters."""
MOST_LABELS = 9
"""One for each digit key from 1 to 9."""

# Control characters (except tab and line ends), lone surrogates and noncharacters: no file format,
# database or CSV reader preserves them all.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: object, what: str) -> str:
    """Check a text, and return it in a form that can be stored anywhere.

    The text is normalized to Unicode NFC, so that a name is the same on every keyboard.
    Surrounding white space is removed. Control characters become U+FFFD. Markup, emoji and
    right-to-left text are unchanged: display the result as text, never as markup.

    Parameters
    ----------
    text : str
        At most 10,000 characters.
    what : str
        The subject of the error message, such as ``"A label"``.

    Raises
    ------
    TypeError
        `text` is not a string.
    ValueError
        `text` is too long.
    """
    if not isinstance(text, str):
        raise TypeError(f"{what} must be a string, not {text!r:.40}.")
    if len(text) > LONGEST:
        raise ValueError(
            f"{what} has {len(text):,} characters; the maximum is {LONGEST:,}: {text!r:.40}…"
        )
    return unicodedata.normalize("NFC", _UNFIT.sub("\ufffd", text)).strip()[:LONGEST]


def is_fit(text: str) -> bool:
    """Return whether a text can be stored anywhere unchanged."""
    return _UNFIT.search(text) is None


def digest(*parts: str, size: int = 16) -> str:
    """Return the hash of a sequence of texts: `size` bytes, in hexadecimal."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)  # the lengths separate the texts
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def checked_labels(labels: Sequence[str] | None) -> tuple[str, ...]:
    """Check that labels are distinct texts, and at most one per digit key."""
    if isinstance(labels, str):
        raise TypeError('labels must be a list of texts, as in ["yes", "no"].')
    cleaned = tuple(clean(label, "A label") for label in labels or ())
    if len(cleaned) > MOST_LABELS:
        raise ValueError(f"There are {len(cleaned)} labels; the maximum is {MOST_LABELS}.")
    if "" in cleaned or len(set(cleaned)) < len(cleaned):
        raise ValueError("Each label needs a text of its own.")
    return cleaned
