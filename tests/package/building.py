"""Build the distributions as a release does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build(source: Path, kind: str, out: Path, **environment: str) -> Path:
    """Build an sdist or a wheel with the locked backend; return the file."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*command, str(source)], check=True, env=os.environ | environment)
    (built,) = (path for path in out.iterdir() if path.suffix in {".gz", ".whl"})
    return built
