"""Stores in a folder and in fsspec's memory file system."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediarecorder.labeling import Store


@pytest.fixture(params=["folder", "memory"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "folder":
        yield str(tmp_path / "new" / "store")
        return
    fsspec = pytest.importorskip("fsspec")
    name = f"memory://{uuid.uuid4().hex}/store"
    yield name
    fsspec.filesystem("memory").store.clear()


@pytest.fixture
def store(where: str) -> Store:
    return Store(where)
