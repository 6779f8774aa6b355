"""The cost of the wire: bytes relative to the recording, and time for a large take."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import NO_DECODER, Place
from tests.benchmarks.recording import HERE
from tests.benchmarks.traffic import Count, Traffic
from tests.e2e.faults.line import Line
from tests.e2e.harness import Notebook

REPETITIONS = 4
TAKES = 2
SECONDS = 10
PCM = "mime_type='audio/webm;codecs=pcm'"
MB = 1 << 20
LARGE = 64
"""MB of one take."""
DELAY = 0.1
"""Seconds, each way."""

SETUP = """
import time

import anywidget
from mediarecorder import MediaRecorder

class Flood(anywidget.AnyWidget):
    _esm = '''
    export default {
      initialize({ model }) {
        model.on("msg:custom", ({ parts, size }) => {
          const began = (performance.timeOrigin + performance.now()) / 1000;
          for (let n = 0; n < parts; n++)
            model.send({ began }, undefined, [new ArrayBuffer(size)]);
        });
      }
    };
    '''

    def __init__(self):
        super().__init__()
        self.on_msg(self.receive_part)

    def request(self, parts, size):
        self.parts, self.left, self.took = [], parts, None
        self.send({"parts": parts, "size": size})

    def receive_part(self, _, content, buffers):
        self.parts.append(bytes(buffers[0]))
        self.left -= 1
        if self.left == 0:
            self.took = time.time() - content["began"]

ended = []
flood = Flood()
"""

RECORDER = """
rec = MediaRecorder(decode=False)
rec.on("stop", lambda _: ended.append(time.time()))
rec
"""


def measure(place: Place) -> Iterator[Figure]:
    yield from bytes_with_kernel_decoding(place, "Opus", "")
    yield from bytes_with_kernel_decoding(place, "PCM", PCM)
    yield bytes_with_browser_decoding(place)
    with place.notebook(SETUP) as notebook:
        yield large_take(notebook, "64 MB take over unacknowledged 4 MB messages, time", 1.25)
    with Line(place.lab().url, DELAY) as line:
        far = place.lab().at(line.url)
        with place.notebook(SETUP, lab=far) as notebook:
            yield large_take(notebook, "the same with 100 ms of delay each way", 1.5)


def bytes_with_kernel_decoding(place: Place, kind: str, arguments: str) -> Iterator[Figure]:
    seen = traffic_of(place, SETUP, arguments)
    blobs = [blob / 1000 for _, blob, _ in seen]
    yield Figure.of(
        f"bytes browser → kernel over the blob, {kind}",
        1.03,
        ("sent, kB", [count.sent / 1000 for count, _, _ in seen]),
        ("blob, kB", blobs),
    )
    back = Figure.of(
        f"bytes kernel → browser over the blob, {kind}",
        0.01,
        ("received, kB", [count.received / 1000 for count, _, _ in seen]),
        ("blob, kB", blobs),
    )
    statuses = [count.statuses / 1000 for count, _, _ in seen]
    yield back.with_behind("of it Jupyter's own busy and idle, kB", statuses)


def bytes_with_browser_decoding(place: Place) -> Figure:
    seen = traffic_of(place, f"{NO_DECODER}\n{SETUP}", "")
    return Figure.of(
        "bytes browser → kernel over blob and samples, Opus, browser decoding",
        1.03,
        ("sent, kB", [count.sent / 1000 for count, _, _ in seen]),
        ("blob and samples, kB", [(blob + samples) / 1000 for _, blob, samples in seen]),
    )


def traffic_of(place: Place, setup: str, arguments: str) -> list[tuple[Count, int, int]]:
    """Record some takes; return the traffic, and the bytes of blob and samples, of each."""
    seen = []
    traffic = Traffic()
    with place.notebook(setup, f"rec = MediaRecorder({arguments})\nrec", tap=traffic) as notebook:
        for _ in range(TAKES + 1):
            traffic.take()
            notebook.value("rec.start()")
            notebook.page.wait_for_timeout(1000 * SECONDS)
            notebook.value("rec.stop()")
            notebook.page.wait_for_timeout(3000)  # the rest of the take is sent
            count = traffic.take()
            blob, samples = notebook.value("rec.take.blob.nbytes, rec.take.samples.nbytes")
            seen.append((count, blob, samples))
    return seen[1:]  # the first take includes lazy loading


def large_take(notebook: Notebook, name: str, most: float) -> Figure:
    ours, theirs = [], []
    notebook.run(RECORDER)
    for turn in range(REPETITIONS + 1):
        pair = recorded(notebook), unacknowledged(notebook)
        if turn > 0:
            ours.append(pair[0])
            theirs.append(pair[1])
    return Figure.of(name, most, ("ours, s", ours), ("unacknowledged, s", theirs))


def recorded(notebook: Notebook) -> float:
    """Return the seconds from the first part in the page to the `stop` event in Python."""
    notebook.page.evaluate((HERE / "flood.js").read_text(), [LARGE, MB])
    try:
        notebook.value("ended.clear(), rec.start()")
        wait(notebook, "ended")
        took = notebook.value("ended[0]") - notebook.page.evaluate("flood.began")
    finally:
        notebook.page.evaluate("flood.end(); 0")
    assert notebook.value("rec.take.blob.nbytes") == LARGE * MB
    return float(took)


def unacknowledged(notebook: Notebook) -> float:
    """Return the seconds for the same bytes in 4 MB messages without acknowledgement."""
    notebook.value(f"flood.request({LARGE // 4}, {4 * MB})")
    wait(notebook, "flood.took")
    return float(notebook.value("flood.took"))


def wait(notebook: Notebook, expression: str) -> None:
    """Poll every 500 ms; each poll adds messages to the wire."""
    for _ in range(200):
        if notebook.value(expression, timeout=60):
            return
        notebook.page.wait_for_timeout(500)
    raise AssertionError(f"`{expression}` is still empty.\n{notebook.report()}")
