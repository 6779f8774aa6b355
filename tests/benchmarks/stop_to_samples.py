"""The time from `rec.stop()` in Python until the samples are available.

The long takes replay a real recording, the last seconds in real time (see replay.py). "The floor"
is the time from the native recorder's `stop()` to its `stop` event in the same page, plus one
round trip: a request from Python and an answer of 5 kB from the page.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.place import NO_DECODER, Place
from tests.benchmarks.replay import LONG, REPLAYED, replayed, wait_until_delivered
from tests.e2e.harness import Notebook

SHORT = 3.0
REPETITIONS = 8
LONG_REPETITIONS = 3
FLOOR = (
    "The floor: the native recorder's `stop()` until its `stop` event in the same page, and one "
    "message of 5 kB from there to Python, asked for by Python."
)
PART = 5_000
"""Bytes of 250 ms of Opus in Chromium."""

SETUP = """
import threading
import time

import anywidget
import traitlets
from mediarecorder import MediaRecorder

class Echo(anywidget.AnyWidget):
    _esm = '''
    export default {
      initialize({ model }) {
        model.on("msg:custom", ({ size }) => model.send({}, undefined, [new ArrayBuffer(size)]));
      }
    };
    '''

    def __init__(self):
        super().__init__()
        self.answered = threading.Event()
        self.on_msg(lambda *_: self.answered.set())
        # Otherwise the answer waits for the end of the cell: ipykernel 7.4 routes it to the
        # thread that published last.
        self.comm._reply_subshell_for = lambda data, default: default

    def round_trip(self, size):
        self.answered.clear()
        start = time.perf_counter()
        self.send({"size": size})
        assert self.answered.wait(10), "The page did not answer."
        return time.perf_counter() - start

def stop_to_samples(rec):
    start = time.perf_counter()
    rec.stop()
    rec.wait()
    samples = rec.take.samples
    elapsed = time.perf_counter() - start
    return elapsed, len(samples) / rec.take.sample_rate

rec, echo = MediaRecorder(), Echo()
"""
NATIVE_STOP = """
async (seconds) => {
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: raw });
  const recorder = new MediaRecorder(stream);
  const started = new Promise((resolve) => (recorder.onstart = resolve));
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start(250);
  await started;
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  const start = performance.now();
  recorder.stop();
  await stopped;
  const elapsed = performance.now() - start;
  stream.getTracks().forEach((track) => track.stop());
  return elapsed / 1000;
}
"""


def measure(place: Place) -> Iterator[Figure]:
    for decoder, setup, most in (("kernel", "", 1.3), ("browser", NO_DECODER, 1.5)):
        with place.notebook(setup, SETUP, "rec") as notebook:
            yield over_the_floor(notebook, decoder)
            yield long_over_short(notebook, place, decoder, most)


def over_the_floor(notebook: Notebook, decoder: str) -> Figure:
    ours, floor = [], []
    for turn in range(REPETITIONS + 1):
        native = notebook.page.evaluate(NATIVE_STOP, SHORT)
        notebook.run(f"trip = echo.round_trip({PART})")
        took = record(notebook, SHORT)
        if turn > 0:  # the first turn includes lazy loading
            floor.append(1000 * (native + notebook.value("trip")))
            ours.append(took)
    return Figure.of(
        f"stop → samples of 3 s over the floor, {decoder} decoding",
        1.5,
        ("ours, ms", ours),
        ("the floor, ms", floor),
        note=FLOOR,
    )


def long_over_short(notebook: Notebook, place: Place, decoder: str, most: float) -> Figure:
    long: list[float] = []
    short: list[float] = []
    for _ in range(LONG_REPETITIONS):
        for seconds, took in ((SHORT, short), (LONG, long)):
            with replayed(notebook, place, seconds):
                notebook.run("rec.start()")
                wait_until_delivered(notebook)
                took.append(stop(notebook, seconds))
    return Figure.of(
        f"stop → samples of 600 s over 3 s, {decoder} decoding",
        most,
        ("600 s, ms", long),
        ("3 s, ms", short),
        note=REPLAYED,
    )


def record(notebook: Notebook, seconds: float) -> float:
    """Record with the browser's own MediaRecorder, then `stop`."""
    notebook.run("rec.start()")
    notebook.until("rec._controller.runs.latest.begun")
    notebook.page.wait_for_timeout(1000 * seconds)
    return stop(notebook, seconds)


def stop(notebook: Notebook, seconds: float) -> float:
    """Return the milliseconds from stop to samples, in one cell; check the samples' length."""
    notebook.run("took, length = stop_to_samples(rec)", timeout=120)
    took, length = notebook.value("took, length")
    assert abs(length - seconds) < 1 + 0.1 * seconds, (
        f"The take has {length:.1f} s of samples, not {seconds:.1f} s."
    )
    return 1000 * float(took)
