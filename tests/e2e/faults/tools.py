"""Tools for the fault tests: checks of a take, and the memory of page and kernel."""

from __future__ import annotations

from collections.abc import Sequence

from tests.e2e.contract.tools import recorded
from tests.e2e.harness import Notebook

ONE_TAKE = ["start", "dataavailable", "stop"]
PCM = "mime_type='audio/webm;codecs=pcm', decode=False"
PER_SECOND = 2 * 4 * 44_100
"""Bytes of PCM per second."""

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
"""Kernel code: `peak()` is the peak memory since `forget_peak()`, in bytes."""


def record_on(notebook: Notebook, seconds: float) -> None:
    """Wait until `seconds` more have been recorded."""
    recorded(notebook, notebook.witness.takes()[-1]["size"] + int(seconds * PER_SECOND))


def check_take(
    notebook: Notebook, *, events: Sequence[str] = ONE_TAKE, timeout: float = 30
) -> None:
    """Check that the latest take is complete, fired its events once, and left no track live."""
    notebook.until("'stop' in diary.types", timeout=timeout)
    assert notebook.value("diary.types") == [*events]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    assert notebook.value("rec.take.complete")
    assert notebook.witness.live_tracks() == 0


def page_memory(notebook: Notebook) -> int:
    """Return the bytes of the page's JavaScript heap and buffers, after garbage collection."""
    debugger = notebook.page.context.new_cdp_session(notebook.page)
    try:
        debugger.send("HeapProfiler.collectGarbage")
        usage = debugger.send("Runtime.getHeapUsage")
        return int(usage["usedSize"] + usage["backingStorageSize"])
    finally:
        debugger.detach()


def kernel_memory(notebook: Notebook) -> int:
    """Return the kernel's resident memory in bytes, after garbage collection."""
    collected = "__import__('gc').collect() >= 0"
    return int(notebook.value(f"{collected} and __import__('psutil').Process().memory_info().rss"))
