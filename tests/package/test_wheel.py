"""The contents of the distributions, a rebuild from the sdist, and an installation."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import pytest

from hatch_build import BUNDLES
from tests.package.building import ROOT

STATIC = "mediarecorder/static"


def contents(wheel: Path) -> dict[str, bytes]:
    """Return every file of a wheel, except the list of hashes."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/RECORD")]
        return {name: archive.read(name) for name in names}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_each_bundle_is_in_the_wheel(wheel: Path, bundle: str) -> None:
    text = contents(wheel)[f"{STATIC}/{bundle}"].decode()
    assert re.search(r"\bexport\s*\{", text), "no export: this is not an ES module"
    assert "sourceMappingURL" not in text, "a source map: this is a bundle of `make dev`"


@pytest.mark.parametrize("bundle", ["widget.js", "session.js", "annotator.js", "take.js"])
def test_each_bundle_sent_with_a_widget_is_small(wheel: Path, bundle: str) -> None:
    assert len(contents(wheel)[f"{STATIC}/{bundle}"]) <= 40_000


def test_the_code_of_the_widget_is_small(wheel: Path) -> None:
    """The size is that of the inflated code, which a page parses."""
    loader = contents(wheel)[f"{STATIC}/widget.js"].decode()
    [deflated] = re.findall(r'"([A-Za-z0-9+/=]{1000,})"', loader)
    code = zlib.decompress(base64.b64decode(deflated))
    assert re.search(rb"\bexport\s*\{", code), "no export: this is not an ES module"
    assert len(code) <= 90_000


def test_types_and_licences_are_in_the_wheel(wheel: Path) -> None:
    files = contents(wheel)
    assert "mediarecorder/py.typed" in files
    (licence,) = (name for name in files if name.endswith("licenses/LICENSE"))
    assert b"the mediarecorder authors" in files[licence]
    third_party = files[f"{STATIC}/THIRD-PARTY.txt"].decode()
    for package in ("mediabunny", "wavesurfer.js"):
        version = json.loads((ROOT / "package.json").read_text())["dependencies"][package]
        assert f"{package} {version}" in third_party


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    allowed = {".py", ".typed", ".js", ".txt"}
    for name in contents(wheel):
        folder, *_ = PurePosixPath(name).parts
        assert folder == "mediarecorder" or folder.endswith(".dist-info"), name
        if folder == "mediarecorder":
            assert PurePosixPath(name).suffix in allowed, name
            assert not name.endswith(".js") or name.startswith(f"{STATIC}/"), name


def test_every_source_is_in_the_wheel(wheel: Path) -> None:
    sources = (ROOT / "src").rglob("*.py")
    assert {path.relative_to(ROOT / "src").as_posix() for path in sources} <= set(contents(wheel))


def test_a_wheel_of_the_sdist_is_the_same_and_needs_no_node(
    wheel: Path, wheel_of_sdist: Path
) -> None:
    assert wheel_of_sdist.name == wheel.name
    assert contents(wheel_of_sdist) == contents(wheel)


def test_the_sdist_has_the_sources_of_both_halves(unpacked: Path) -> None:
    sources = ("js/entries/widget.ts", "build.mjs", "package-lock.json", "hatch_build.py")
    for name in (*sources, "LICENSE"):
        assert (unpacked / name).is_file(), name
    assert not (unpacked / "node_modules").exists()


def test_the_wheel_installs_and_imports_without_node(
    wheel_of_sdist: Path, without_node: str, tmp_path: Path
) -> None:
    python = tmp_path / "venv/bin/python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    # pip's hash mode would require a hash of the wheel too, so that only versions are locked.
    lock = (ROOT / "requirements/dev.txt").read_text()
    pins = tmp_path / "pins.txt"
    pins.write_text("\n".join(re.findall(r"^[\w.-]+==[^\s;]+", lock, re.MULTILINE)))
    offline = os.environ | {"PATH": without_node}

    pip = [str(python), "-m", "pip"]
    subprocess.run(
        [*pip, "install", "--constraint", str(pins), str(wheel_of_sdist)], check=True, env=offline
    )
    subprocess.run([*pip, "check"], check=True)
    script = "import mediarecorder; print(mediarecorder.MediaRecorder().state)"
    ran = subprocess.run(
        [python, "-W", "error", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=offline,
    )
    assert ran.stdout == "inactive\n"
