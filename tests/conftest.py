"""Every test can say `from sound import tone` and `from e2e.harness import Lab`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
