"""web-platform-tests mediacapture-record/MediaRecorder-blob-timecode.https.html."""

from __future__ import annotations

from itertools import pairwise

from tests.e2e.conformance.bench import Bench, Entry


def test_the_first_timecode_is_0_and_they_increase(bench: Bench) -> None:
    """In every take anew. (Chromium's own goes on counting when a recorder starts again.)"""
    bench.make()
    first = record_2000_bytes(bench)
    both = record_2000_bytes(bench)
    for data in (first, both[len(first) :]):
        timecodes = [entry["timecode"] for entry in data]
        assert timecodes[0] == 0
        assert all(earlier <= later for earlier, later in pairwise(timecodes))
        assert timecodes[-1] > 0


def record_2000_bytes(bench: Bench) -> list[Entry]:
    """Record so much in as many blobs as there can be; the data of all takes so far."""
    so_far = sum(entry["size"] for entry in bench.log("dataavailable"))
    takes = len(bench.log("stop"))
    (warning,) = bench.call("warned(lambda: rec.start(0))")
    assert "100 ms is used" in warning
    sizes = "[entry['size'] for entry in log if entry['type'] == 'dataavailable']"
    bench.notebook.until(f"sum({sizes}) - {so_far} >= 2000")
    bench.run("rec.stop()")
    bench.until("stop", takes + 1)
    return bench.log("dataavailable")
