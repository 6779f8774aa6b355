"""The browser that is none, where it is asked for more than a take."""

from __future__ import annotations

import threading
from pathlib import Path

from mediarecorder import MediaRecorder
from mediarecorder.testing import FakeBrowser


def test_a_browser_that_has_gone_is_waited_for_no_more(rec: MediaRecorder, wav: Path) -> None:
    with FakeBrowser(rec, wav) as browser:
        rec.record(1)
    browser.plug("too late")
    waits = threading.Thread(target=browser.settle, daemon=True)
    waits.start()
    waits.join(10)
    assert not waits.is_alive()
