"""Collecting and labelling clips: from a list of prompts to a data set that trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazily

if TYPE_CHECKING:
    from .annotator import Annotator
    from .assignment import assigned, people_for
    from .entries import Clip, Region
    from .exports import export, to_pandas
    from .kappa import Agreement, agreement, cohen_kappa, fleiss_kappa
    from .manifest import Manifest
    from .measures import Measures, measure
    from .prompts import Prompt, read_prompts, shuffled
    from .quality import Finding, Quality, Verdict
    from .queue import Queue
    from .session import Session
    from .shard import Shard
    from .store import Forgotten, Store

__all__ = [
    "Agreement",
    "Annotator",
    "Clip",
    "Finding",
    "Forgotten",
    "Manifest",
    "Measures",
    "Prompt",
    "Quality",
    "Queue",
    "Region",
    "Session",
    "Shard",
    "Store",
    "Verdict",
    "agreement",
    "assigned",
    "cohen_kappa",
    "export",
    "fleiss_kappa",
    "measure",
    "people_for",
    "read_prompts",
    "shuffled",
    "to_pandas",
]

_HOMES = {
    "Annotator": "annotator",
    "Agreement": "kappa",
    "Clip": "entries",
    "Finding": "quality",
    "Forgotten": "store",
    "Manifest": "manifest",
    "Measures": "measures",
    "Prompt": "prompts",
    "Quality": "quality",
    "Queue": "queue",
    "Region": "entries",
    "Session": "session",
    "Shard": "shard",
    "Store": "store",
    "Verdict": "quality",
    "agreement": "kappa",
    "assigned": "assignment",
    "cohen_kappa": "kappa",
    "export": "exports",
    "fleiss_kappa": "kappa",
    "measure": "measures",
    "people_for": "assignment",
    "read_prompts": "prompts",
    "shuffled": "prompts",
    "to_pandas": "exports",
}
"""The module that each name comes from: loaded when the name is first asked for."""

if not TYPE_CHECKING:  # a type checker sees the imports above, and no names beside them
    __getattr__, __dir__ = lazily(globals(), _HOMES)
