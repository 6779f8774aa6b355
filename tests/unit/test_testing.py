"""The fake browser, beyond recording."""

from __future__ import annotations

import threading
from pathlib import Path

from mediarecorder import MediaRecorder
from mediarecorder.testing import FakeBrowser


def test_settle_returns_after_the_browser_has_closed(rec: MediaRecorder, wav: Path) -> None:
    with FakeBrowser(rec, wav) as browser:
        rec.record(1)
    browser.plug("too late")
    waiter = threading.Thread(target=browser.settle, daemon=True)
    waiter.start()
    waiter.join(10)
    assert not waiter.is_alive()
