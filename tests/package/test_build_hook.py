"""The build hook: bundles when it must, leaves alone what is current, says what it lacks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import hatch_build
from hatch_build import BUNDLES

SOURCES = ("js/entries/widget.ts", "js/view/level-meter.ts")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One whose sources were written at second 100 and bundled at second 200."""
    for name in ("build.mjs", "package-lock.json", *SOURCES):
        written(tmp_path / name, at=100)
    for name in BUNDLES:
        written(tmp_path / "src/mediarecorder/static" / name, at=200)
    return tmp_path


def written(path: Path, *, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (at, at))


def test_newer_bundles_are_left_alone(repository: Path) -> None:
    assert hatch_build.is_current(repository)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_missing_bundle_is_built(repository: Path, bundle: str) -> None:
    (repository / "src/mediarecorder/static" / bundle).unlink()
    assert not hatch_build.is_current(repository)


@pytest.mark.parametrize("source", [*SOURCES, "package-lock.json"])
def test_a_newer_source_is_bundled(repository: Path, source: str) -> None:
    written(repository / source, at=300)
    assert not hatch_build.is_current(repository)


def test_without_node_it_says_what_to_do(
    repository: Path, without_node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", without_node)
    with pytest.raises(RuntimeError, match=r"needs Node\.js 20 or newer"):
        hatch_build.build(repository)
