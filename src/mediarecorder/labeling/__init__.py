"""Collecting and labelling clips: from a list of prompts to a training data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazily

if TYPE_CHECKING:
    from .annotator import Annotator
    from .exports import export, to_pandas
    from .kappa import Agreement, agreement, cohen_kappa, fleiss_kappa
    from .prompts import Prompt, read_prompts, shuffled
    from .prompts.assignment import assigned, people_for
    from .prompts.queue import Queue
    from .quality import Finding, Quality, Verdict
    from .quality.measures import Measures, measure
    from .session import Session
    from .store import Forgotten, Store
    from .store.entries import Clip, Region
    from .store.manifest import Manifest
    from .store.shard import Shard

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
    "Clip": "store.entries",
    "Finding": "quality",
    "Forgotten": "store",
    "Manifest": "store.manifest",
    "Measures": "quality.measures",
    "Prompt": "prompts",
    "Quality": "quality",
    "Queue": "prompts.queue",
    "Region": "store.entries",
    "Session": "session",
    "Shard": "store.shard",
    "Store": "store",
    "Verdict": "quality",
    "agreement": "kappa",
    "assigned": "prompts.assignment",
    "cohen_kappa": "kappa",
    "export": "exports",
    "fleiss_kappa": "kappa",
    "measure": "quality.measures",
    "people_for": "prompts.assignment",
    "read_prompts": "prompts",
    "shuffled": "prompts",
    "to_pandas": "exports",
}
"""The module of each public name, imported on first access."""

if not TYPE_CHECKING:  # type checkers see the imports above instead
    __getattr__, __dir__ = lazily(globals(), _HOMES)
