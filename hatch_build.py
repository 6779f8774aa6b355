"""The build hook: every wheel, sdist and editable install contains the bundles."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLES = (
    "widget.js",
    "session.js",
    "annotator.js",
    "take.js",
    "decoder.js",
    "diagnosis.js",
    "orphans.js",
    "regions.js",
    "silence.js",
    "tone.js",
    "waveform.js",
)
SKIP = "MEDIARECORDER_SKIP_BUNDLE"


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Run `npm ci` and `npm run build` if a bundle is missing or older than js/."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        # An sdist contains the bundles, and its modification times are those of the archive.
        from_sdist = (root / "PKG-INFO").exists()
        if os.environ.get(SKIP) or from_sdist or is_current(root):
            return
        build(root)


def is_current(root: Path) -> bool:
    """Return whether every bundle exists and none is older than a source."""
    bundles = [root / "src/mediarecorder/static" / name for name in BUNDLES]
    if not all(bundle.is_file() for bundle in bundles):
        return False
    sources = [root / "build.mjs", root / "package-lock.json"]
    sources += (path for path in (root / "js").rglob("*") if path.is_file())
    newest = max(path.stat().st_mtime for path in sources)
    return newest <= min(bundle.stat().st_mtime for bundle in bundles)


def build(root: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "Building mediarecorder from its repository needs Node.js 20 or newer with npm, and "
            "there is no npm on the PATH. Install Node.js, or install a released wheel, which "
            f"needs none. (With {SKIP}=1 the browser's half is left as it is.)"
        )
    for command in (["ci"], ["run", "build"]):
        subprocess.run([npm, *command], cwd=root, check=True)
