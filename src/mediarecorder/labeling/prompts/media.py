"""The image and the sound of a prompt: addresses that a page may open itself, or files.

A file is read when the page that shows the prompt asks for it; no trait holds its bytes, since
traits are saved in the notebook.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Literal

from ...wire.assets import Sender
from . import Prompt

LARGEST = 32 << 20
"""Bytes of one file."""

FILE = "file"
"""What a page is told of something that it has to ask for."""


def address_of(where: str) -> str:
    """Give what a page may open by itself, `FILE` for what it has to ask for, or nothing."""
    if where.lower().startswith(("https://", "http://")):
        return where
    return FILE if where else ""


def respond(
    widget: Sender, prompt: Prompt | None, prompt_id: str, name: Literal["image", "sound"]
) -> None:
    """Send a file of the prompt that is asked, or say why not: else the page would wait.

    Of another prompt nobody waits for it any more.
    """
    if prompt is None or prompt.id != prompt_id:
        return
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
        raise ValueError(f"{where!r:.200} is no {kinds}… file, by its name.")
    path = Path(where)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{where!r:.200} has more than {LARGEST >> 20} MiB.")
    return kind, path.read_bytes()
