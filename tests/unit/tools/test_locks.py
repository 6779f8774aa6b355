"""Lock files: every version is pinned with its hashes, and no file names a package index."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PYTHON_LOCKS = sorted((ROOT / "requirements").rglob("*.txt"))
SOURCE = re.compile(r"://|file:|\s@\s|^[ ]*-(?!-hash=)", re.MULTILINE)
PIN = re.compile(r"^([\w.-]+)==(\S+)( ; .+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)")


PEERS = ["browseraudio", "ipyaudio", "ipyaudioworklet", "ipywebrtc"]


def locks_in(folder: str) -> list[Path]:
    return [lock for lock in PYTHON_LOCKS if lock.parent.name == folder]


def uncommented(text: str) -> str:
    return re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def test_all_python_locks_exist() -> None:
    names = [str(lock.relative_to(ROOT / "requirements")) for lock in PYTHON_LOCKS]
    kernels = ["kernels/6.txt", "kernels/7.1.txt", "kernels/7.3.txt"]
    peers = [f"peers/{name}.txt" for name in PEERS]
    assert names == ["dev.txt", *kernels, "oldest.txt", *peers]


@pytest.mark.parametrize("lock", locks_in("kernels"), ids=lambda lock: lock.stem)
def test_a_kernel_lock_pins_its_own_version(lock: Path) -> None:
    ((name, version),) = pins(lock).items()
    assert (name, version.startswith(f"{lock.stem}.")) == ("ipykernel", True)


@pytest.mark.parametrize("lock", locks_in("peers"), ids=lambda lock: lock.stem)
def test_a_peer_has_our_versions_of_jupyterlab_and_ipykernel(lock: Path) -> None:
    ours = pins(ROOT / "requirements/dev.txt")
    theirs = pins(lock)
    assert lock.stem in theirs
    assert theirs["jupyterlab"] == ours["jupyterlab"]
    assert theirs["ipykernel"] == ours["ipykernel"]


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_a_python_lock_has_only_versions_and_hashes(lock: Path) -> None:
    rest = uncommented(lock.read_text())
    assert not SOURCE.search(rest)
    while rest:
        pin = PIN.match(rest)
        assert pin, f"not a pinned version with hashes: {rest[:80]!r}"
        rest = rest[pin.end() :]


@pytest.mark.parametrize(
    "line",
    ["--index-url wheels", "svn://wheels", "-f wheels", "--find-links wheels", "a @ file:///a.whl"],
)
def test_the_pattern_matches_lines_with_a_source(line: str) -> None:
    assert SOURCE.search(f"anywidget==0.9.0 \\\n    --hash=sha256:00\n{line}\n")


@pytest.mark.parametrize("folder", ["", "requirements/solara"])
def test_an_npm_lock_has_hashes_and_no_source(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, f"{name}: see omit-lockfile-registry-resolved in .npmrc"


def test_the_npm_lock_has_only_versions() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, version in versions(lock["packages"]):
        assert not re.search(r"[:/]", version), f"{name}: {version} is not a version"


def versions(packages: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in packages.values():
        for kind in ("dependencies", "devDependencies", "optionalDependencies"):
            yield from entry.get(kind, {}).items()


def test_the_oldest_supported_versions_are_tested() -> None:
    requirements = importlib.metadata.requires("mediarecorder") or []
    core = [requirement for requirement in requirements if "extra ==" not in requirement]
    floors = dict(requirement.split(">=") for requirement in core)
    assert sorted(floors) == ["anywidget", "ipywidgets", "numpy", "traitlets"]
    tested = pins(ROOT / "requirements/oldest.txt")
    assert floors == {name: tested[name] for name in floors}
