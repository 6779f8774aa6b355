"""Tasks for Label Studio: to look at clips again, and to correct their labels.

Start Label Studio with ``LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true`` and
``LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT`` set to the folder that holds the export; make a project
with ``config.xml`` as its interface, add the export's folder as a local storage, and import
``tasks.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from ..store import Store
from .rows import Row, write_sounds

NAME, AUDIO = "label", "audio"


def write(store: Store, rows: list[Row], folder: Path, path: Path) -> None:
    """Write the tasks, the interface and the sounds."""
    write_sounds(store, rows, lambda row: folder / AUDIO)
    tasks = json.dumps([_task(row, path.name) for row in rows], ensure_ascii=False, indent=1)
    (folder / "tasks.json").write_text(tasks, encoding="utf-8")
    (folder / "config.xml").write_text(_interface(rows), encoding="utf-8")


def _task(row: Row, folder: str) -> dict[str, Any]:
    url = f"/data/local-files/?d={quote(f'{folder}/{AUDIO}/{row.file_name}')}"
    values = {name: value for name, value in row.values.items() if value == value}
    return {
        "data": {**values, AUDIO: url},
        "predictions": [_prediction(who, label) for who, label in row.labels.items()],
    }


def _prediction(who: str, label: str) -> dict[str, Any]:
    result = {
        "from_name": NAME,
        "to_name": AUDIO,
        "type": "choices",
        "value": {"choices": [label]},
    }
    return {"model_version": who, "result": [result]}


def _interface(rows: list[Row]) -> str:
    labels = sorted({label for row in rows for label in row.labels.values()})
    choices = "\n".join(f"    <Choice value={quoteattr(label)}/>" for label in labels)
    return (
        "<View>\n"
        '  <Header value="$text"/>\n'
        f'  <Audio name="{AUDIO}" value="${AUDIO}"/>\n'
        f'  <Choices name="{NAME}" toName="{AUDIO}" choice="single" showInLine="true">\n'
        f"{choices}\n"
        "  </Choices>\n"
        "</View>\n"
    )
