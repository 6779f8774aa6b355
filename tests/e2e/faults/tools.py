"""What the tests of faults share: a take without loss, and how much memory there is."""

from __future__ import annotations

from collections.abc import Sequence

from tests.e2e.contract.tools import recorded
from tests.e2e.harness import Notebook

ONE_TAKE = ["start", "dataavailable", "stop"]
PCM = "mime_type='audio/webm;codecs=pcm', decode=False"
PER_SECOND = 2 * 4 * 44_100
"""Bytes of it."""

MB = 1_000_000
PEAK = """
import re

def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")

def peak():
    with open("/proc/self/status") as file:
        return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", file.read())[1])
"""
"""Run in a kernel: the most memory that it has had since `forget_peak()`, in bytes."""


def record_on(notebook: Notebook, seconds: float) -> None:
    """Wait until so much more has been recorded."""
    recorded(notebook, notebook.witness.takes()[-1]["size"] + int(seconds * PER_SECOND))


def check_take(
    notebook: Notebook, *, events: Sequence[str] = ONE_TAKE, timeout: float = 30
) -> None:
    """The latest take is whole, came once, and has left no microphone open."""
    notebook.until("'stop' in diary.types", timeout=timeout)
    assert notebook.value("diary.types") == [*events]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    assert notebook.value("rec.take.complete")
    assert notebook.witness.live_tracks() == 0


def page_memory(notebook: Notebook) -> int:
    """How many bytes the page's JavaScript holds, buffers included, when garbage is gone."""
    debugger = notebook.page.context.new_cdp_session(notebook.page)
    try:
        debugger.send("HeapProfiler.collectGarbage")
        usage = debugger.send("Runtime.getHeapUsage")
        return int(usage["usedSize"] + usage["backingStorageSize"])
    finally:
        debugger.detach()


def kernel_memory(notebook: Notebook) -> int:
    """How many bytes of memory the kernel has taken, when garbage is gone."""
    collected = "__import__('gc').collect() >= 0"
    return int(notebook.value(f"{collected} and __import__('psutil').Process().memory_info().rss"))
