"""web-platform-tests mediacapture-record/MediaRecorder-blob-timecode.https.html."""

from __future__ import annotations

from itertools import pairwise

from tests.e2e.conformance.bench import Bench, Entry


def test_timecodes_start_at_0_and_increase(bench: Bench) -> None:
    """They restart in every take. (Chromium's own continue when a recorder starts again.)"""
    bench.make()
    first = record_2000_bytes(bench)
    both = record_2000_bytes(bench)
    for data in (first, both[len(first) :]):
        timecodes = [entry["timecode"] for entry in data]
        assert timecodes[0] == 0
        assert all(earlier <= later for earlier, later in pairwise(timecodes))
        assert timecodes[-1] > 0


def record_2000_bytes(bench: Bench) -> list[Entry]:
    """Record 2000 bytes in the shortest slices; return the data events of all takes so far."""
    so_far = sum(entry["size"] for entry in bench.log("dataavailable"))
    takes = len(bench.log("stop"))
    (warning,) = bench.call("warned(lambda: rec.start(0))")
    assert "100 ms is used" in warning
    sizes = "[entry['size'] for entry in log if entry['type'] == 'dataavailable']"
    bench.notebook.until(f"sum({sizes}) - {so_far} >= 2000")
    bench.run("rec.stop()")
    bench.until("stop", takes + 1)
    return bench.log("dataavailable")
