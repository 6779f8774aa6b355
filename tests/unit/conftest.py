"""A recorder, and a fake browser that replays one second of two tones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediarecorder import MediaRecorder
from mediarecorder.testing import FakeBrowser
from tests.sound import tone, write_wav


@pytest.fixture
def core_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide PyAV, so that the page decodes."""
    monkeypatch.setitem(sys.modules, "av", None)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "tone.wav", tone([440, 880], 1))


@pytest.fixture
def rec() -> MediaRecorder:
    return MediaRecorder()


@pytest.fixture
def browser(rec: MediaRecorder, wav: Path) -> Iterator[FakeBrowser]:
    with FakeBrowser(rec, wav) as browser:
        yield browser
