"""The build hook builds outdated bundles, keeps current ones, and explains a missing npm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import hatch_build
from hatch_build import BUNDLES

SOURCES = ("js/entries/widget.ts", "js/view/level-meter.ts")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose sources have the time 100 s, and whose bundles 200 s."""
    for name in ("build.mjs", "package-lock.json", *SOURCES):
        touch(tmp_path / name, at=100)
    for name in BUNDLES:
        touch(tmp_path / "src/mediarecorder/static" / name, at=200)
    return tmp_path


def touch(path: Path, *, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (at, at))


def test_current_bundles_are_kept(repository: Path) -> None:
    assert hatch_build.is_current(repository)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_missing_bundle_requires_a_build(repository: Path, bundle: str) -> None:
    (repository / "src/mediarecorder/static" / bundle).unlink()
    assert not hatch_build.is_current(repository)


@pytest.mark.parametrize("source", [*SOURCES, "package-lock.json"])
def test_a_newer_source_requires_a_build(repository: Path, source: str) -> None:
    touch(repository / source, at=300)
    assert not hatch_build.is_current(repository)


def test_a_missing_npm_is_explained(
    repository: Path, without_node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", without_node)
    with pytest.raises(RuntimeError, match=r"needs Node\.js 20 or newer"):
        hatch_build.build(repository)
