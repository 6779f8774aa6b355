"""What strangers write, made fit to be kept: prompts, labels, names, notes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

LONGEST = 10_000
"""Characters of one text."""
MOST_LABELS = 9
"""As many as there are digits to choose them by."""

# Control characters (but for tab and the ends of lines), and halves of a surrogate pair: no file
# format, no database and no CSV reader keeps them all.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: object, what: str) -> str:
    """Check a text and give it back as it can be kept anywhere.

    It is composed (Unicode's NFC), so that a name is the same from every keyboard, and
    white space around it falls off; control characters become U+FFFD. Markup, emoji and
    right-to-left text stay as they are: whoever shows a text must show it as text.

    Parameters
    ----------
    text : str
        At most 10,000 characters.
    what : str
        What it is, for the error.

    Raises
    ------
    TypeError, ValueError
        It is no string, or too long.
    """
    if not isinstance(text, str):
        raise TypeError(f"{what} must be a string, not {text!r:.40}.")
    if len(text) > LONGEST:
        raise ValueError(
            f"{what} has {len(text):,} characters, and {LONGEST:,} are the most: {text!r:.40}…"
        )
    return unicodedata.normalize("NFC", _UNFIT.sub("\ufffd", text)).strip()[:LONGEST]


def is_fit(text: str) -> bool:
    """Tell whether a text can be kept anywhere as it is."""
    return _UNFIT.search(text) is None


def digest(*parts: str, size: int = 16) -> str:
    """Hash texts, none of which can run into the next; `size` bytes in hexadecimal."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def checked_labels(labels: Sequence[str] | None) -> tuple[str, ...]:
    """Check that labels are texts, each another, and few enough to choose by digits."""
    if isinstance(labels, str):
        raise TypeError('labels must be a list of texts, as in ["yes", "no"].')
    cleaned = tuple(clean(label, "A label") for label in labels or ())
    if len(cleaned) > MOST_LABELS:
        raise ValueError(f"There are {len(cleaned)} labels; {MOST_LABELS} are the most.")
    if "" in cleaned or len(set(cleaned)) < len(cleaned):
        raise ValueError("Each label needs a text of its own.")
    return cleaned
