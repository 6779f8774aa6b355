"""The image and the sound of a prompt: a URL that the page opens itself, or a file.

A file is read when the page that shows the prompt requests it. No trait holds its bytes, because
traits are saved in the notebook.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Literal

from ...wire.assets import Sender
from . import Prompt

LARGEST = 32 << 20
"""The maximum size of a file, in bytes."""

FILE = "file"
"""Stands for the address of a file, which the page must request."""


def address_of(where: str) -> str:
    """Return the address for a page: a URL as it is, `FILE` for a path, or empty for neither."""
    if where.lower().startswith(("https://", "http://")):
        return where
    return FILE if where else ""


def respond(
    widget: Sender, prompt: Prompt | None, prompt_id: str, name: Literal["image", "sound"]
) -> None:
    """Send a page the file of the current prompt, or an error: the page waits for an answer."""
    if prompt is None or prompt.id != prompt_id:
        return  # the page has moved on
    about = {"kind": "media", "name": name, "prompt": prompt_id}
    try:
        kind, data = _read(getattr(prompt, name), {"image": "image/", "sound": "audio/"}[name])
    except (OSError, ValueError) as error:
        widget.send({**about, "error": f"The {name} of this prompt cannot be shown. {error}"})
    else:
        widget.send({**about, "type": kind}, [data])


def _read(where: str, kinds: str) -> tuple[str, bytes]:
    kind, _ = mimetypes.guess_type(where)
    if kind is None or not kind.startswith(kinds):
        raise ValueError(f"{where!r:.200} is not an {kinds}… file, judging by its name.")
    path = Path(where)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{where!r:.200} is larger than {LARGEST >> 20} MiB.")
    return kind, path.read_bytes()
