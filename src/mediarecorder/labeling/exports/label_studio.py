"""Tasks for Label Studio, to review clips and correct their labels.

Start Label Studio with ``LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true``, and with
``LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT`` set to the parent folder of the export. Create a project
with ``config.xml`` as its labelling interface, add the export's folder as local storage, and import
``tasks.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from ..store import Store
from .rows import Row, is_known, write_sounds

WHOLE, PARTS, AUDIO = "label", "regions", "audio"


def write(store: Store, rows: list[Row], folder: Path, path: Path) -> None:
    """Write the tasks, the interface and the sounds."""
    write_sounds(store, rows, lambda _: folder / AUDIO)
    tasks = json.dumps([_task(row, path.name) for row in rows], ensure_ascii=False, indent=1)
    (folder / "tasks.json").write_text(tasks, encoding="utf-8")
    (folder / "config.xml").write_text(_interface(rows), encoding="utf-8")


def _task(row: Row, folder: str) -> dict[str, Any]:
    url = f"/data/local-files/?d={quote(f'{folder}/{AUDIO}/{row.file_name}')}"
    values = {name: value for name, value in row.values.items() if is_known(value)}
    people = dict.fromkeys((*row.labels, *row.regions))
    return {
        "data": {**values, AUDIO: url},
        "predictions": [_prediction(row, person) for person in people],
    }


def _prediction(row: Row, person: str) -> dict[str, Any]:
    of_parts = [
        _result(PARTS, "labels", {"start": start, "end": end, "labels": [label], "channel": 0})
        for start, end, label in row.regions.get(person, ())
    ]
    label = row.labels.get(person)
    of_whole = [_result(WHOLE, "choices", {"choices": [label]})] if label else []
    return {"model_version": person, "result": of_whole + of_parts}


def _result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": AUDIO, "type": kind, "value": value}


def _interface(rows: list[Row]) -> str:
    labels = {label for row in rows for label in row.labels.values()}
    parts = {part.label for row in rows for of in row.regions.values() for part in of}
    return "\n".join(
        [
            "<View>",
            '  <Header value="$text"/>',
            *_choices("Labels", PARTS, "Label", parts),
            f'  <Audio name="{AUDIO}" value="${AUDIO}"/>',
            *_choices("Choices", WHOLE, "Choice", labels),
            # Without any labels to choose from, the label is a free text.
            *([] if labels or parts else [f'  <TextArea name="{WHOLE}" toName="{AUDIO}"/>']),
            "</View>\n",
        ]
    )


def _choices(tag: str, name: str, choice: str, values: set[str]) -> list[str]:
    if not values:
        return []
    inner = [f"    <{choice} value={quoteattr(value)}/>" for value in sorted(values)]
    return [f'  <{tag} name="{name}" toName="{AUDIO}">', *inner, f"  </{tag}>"]
