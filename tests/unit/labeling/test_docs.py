"""The examples of docs/labeling.md run as written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediarecorder import MediaRecorder
from mediarecorder.labeling import Store, export
from mediarecorder.testing import FakeBrowser
from tests.sound import tone, write_wav

DOCS = Path(__file__).parents[3] / "docs/labeling.md"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    steady = np.concatenate([np.zeros((20_000, 1), np.float32), tone(300, 1.6)])
    first, *cells = re.findall(r"^```python\n(.*?)^```", DOCS.read_text(), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(first, names)
    rec = names["rec"]
    assert isinstance(rec, MediaRecorder)
    with FakeBrowser(rec, write_wav(tmp_path / "voice.wav", steady)):
        for cell in cells[:-1]:
            exec(cell, names)
        clips = list(Store("voices").manifest())
        assert sorted(clip.label for clip in clips) == sorted(["yes", "no", "stop", "go"] * 2)
        assert len(names["frame"]) == 8
        assert (tmp_path / "voices for training/train/metadata.parquet").is_file()
        exec(cells[1], names)  # no prompt is left
        assert len(Store("voices").manifest()) == 8
        exec(cells[-1], names)
    with pytest.raises(ValueError, match="no clips"):
        export(Store("voices"), "csv", "nothing")
