"""Comparison with other recorders: record, stop, and get the samples in Python.

Takes of 5 s are recorded alternately. Takes of 60 s are recorded at the same time, and ours is
stopped first, while the other recorder may still be sending.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tests.benchmarks import stop_to_samples
from tests.benchmarks.figure import Figure
from tests.benchmarks.place import ROOT, Place
from tests.e2e.harness import Notebook

REPETITIONS = {5: 5, 60: 2}
WANTED = {5: 5, 60: 10}
APART = 5
"""Seconds between the two stops of simultaneous takes."""
LOST = 75.0
"""Seconds after the stop until a missing take counts as lost."""
ENVIRONMENTS = ROOT / "build/peers"


class Peer(Protocol):
    """Another recorder; `how` describes the measured interval."""

    name: str
    setup: str
    how: str

    def start(self, notebook: Notebook, seconds: int) -> None: ...

    def stop(self, notebook: Notebook) -> float:
        """Stop, and return the seconds until the samples are available."""
        ...


@dataclass(frozen=True)
class IpyWebRTC:
    name = "ipywebrtc"
    how = (
        "ipywebrtc: from `recording = False` in a cell until the bytes are in the trait, plus, in "
        "a second cell, `save`, ffmpeg and soundfile, as in its examples."
    )
    setup = """
import subprocess
import time

import imageio_ffmpeg
import soundfile
from ipywebrtc import AudioRecorder, CameraStream

arrivals = []
camera = CameraStream(constraints={"audio": True, "video": False})
rec = AudioRecorder(stream=camera)
rec.audio.observe(lambda change: arrivals.append(time.time()), "value")

def read():
    start = time.perf_counter()
    rec.save("take.webm")
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    subprocess.run([*ffmpeg, "-i", "take.webm", "take.wav"], check=True)
    samples, rate = soundfile.read("take.wav")
    return time.perf_counter() - start, len(samples) / rate

rec
"""

    def start(self, notebook: Notebook, seconds: int) -> None:
        notebook.run("arrivals.clear()\nrec.recording = True")

    def stop(self, notebook: Notebook) -> float:
        notebook.run("stopped = time.time()\nrec.recording = False")
        notebook.until("arrivals", timeout=LOST)
        notebook.run("took, seconds = read()")
        return float(notebook.value("arrivals[0] - stopped + took"))


@dataclass(frozen=True)
class IpyAudio:
    name = "ipyaudio"
    how = "ipyaudio: from a click on its button (Python cannot stop it) until `completed`; 16 kHz."
    setup = """
import time

import ipyaudio

arrivals = []
rec = ipyaudio.Recorder(sync=True)

def note(change):
    global seconds
    if change["new"]:
        seconds = rec.audio.shape[1] / rec.rate
        arrivals.append(time.time())

rec.observe(note, "completed")
"""

    def start(self, notebook: Notebook, seconds: int) -> None:
        notebook.value("arrivals.clear()")
        self._click(notebook)
        notebook.until("not rec.completed")

    def stop(self, notebook: Notebook) -> float:
        clicked = self._click(notebook)
        notebook.until("arrivals", timeout=LOST)
        return float(notebook.value("arrivals[0]")) - clicked

    def _click(self, notebook: Notebook) -> float:
        button = notebook.page.locator(".jp-OutputArea button.btn").first
        return float(button.evaluate(CLICK))


@dataclass(frozen=True)
class IpyAudioWorklet:
    name = "ipyaudioworklet"
    how = "ipyaudioworklet: from `suspend()` in a cell until the callback of `resume`; mono."
    setup = """
import time

from ipyaudioworklet import AudioRecorder

arrivals = []
rec = AudioRecorder()

def note(samples):
    global seconds
    if len(samples):
        seconds = len(samples) / rec.sampleRate
        arrivals.append(time.time())

rec
"""

    def start(self, notebook: Notebook, seconds: int) -> None:
        if notebook.value("rec.status") == "NOT_INITIALIZED":
            notebook.run("rec.run()")
            notebook.until("rec.status == 'READY'")
        notebook.run("arrivals.clear()\nrec.resume(note)")

    def stop(self, notebook: Notebook) -> float:
        notebook.run("stopped = time.time()\nrec.suspend()")
        notebook.until("arrivals", timeout=LOST)
        return float(notebook.value("arrivals[0] - stopped"))


@dataclass(frozen=True)
class BrowserAudio:
    name = "browseraudio"
    how = (
        "browseraudio: it ends by itself; from when it closes its AudioContext until `on_result`; "
        "mono."
    )
    setup = """
import time

import browseraudio

arrivals = []

def note(rec):
    global seconds
    seconds = len(rec.samples) / rec.sample_rate
    arrivals.append(time.time())
"""

    def start(self, notebook: Notebook, seconds: int) -> None:
        notebook.page.evaluate(RECORD_CLOSE_TIME)
        record = f"rec = browseraudio.record({seconds})\nrec.on_result(note);"
        notebook.run(f"arrivals.clear()\n{record}")
        button = notebook.page.locator(".jp-OutputArea button").last
        button.evaluate(CLICK)

    def stop(self, notebook: Notebook) -> float:
        notebook.page.wait_for_function("window.closedAt", timeout=30_000)
        closed = notebook.page.evaluate("closedAt")
        notebook.until("arrivals", timeout=LOST)
        return float(notebook.value("arrivals[0]")) - float(closed)


CLICK = """
(button) => {
  const now = (performance.timeOrigin + performance.now()) / 1000;
  button.click();
  return now;
}
"""
RECORD_CLOSE_TIME = """
() => {
  window.closedAt = 0;
  window.ownClose ??= AudioContext.prototype.close;
  AudioContext.prototype.close = function () {
    window.closedAt = (performance.timeOrigin + performance.now()) / 1000;
    return ownClose.call(this);
  };
}
"""
PEERS: tuple[Peer, ...] = (IpyWebRTC(), IpyAudio(), IpyAudioWorklet(), BrowserAudio())


def measure(place: Place) -> Iterator[Figure]:
    with place.notebook(stop_to_samples.SETUP, "rec") as ours:
        stop_to_samples.record(ours, 1)  # warm-up: includes lazy loading
        for peer in PEERS:
            lab = place.lab(ENVIRONMENTS / peer.name / "bin/python")
            with place.notebook(peer.setup, lab=lab) as theirs:
                yield compared(peer, 5, ours, theirs)
                yield compared(peer, 60, ours, theirs)


def compared(peer: Peer, seconds: int, ours: Notebook, theirs: Notebook) -> Figure:
    """Return theirs over ours. The page that records is in front, as in real use."""
    name = f"{peer.name} over ours, stop → samples of {seconds} s"
    own: list[float] = []
    others: list[float] = []
    together = seconds >= 60
    for _ in range(REPETITIONS[seconds]):
        begin(ours)
        if not together:
            ours.page.wait_for_timeout(1000 * seconds)
            own.append(stop_to_samples.stop(ours, seconds))
        else:
            ours.page.wait_for_timeout(1000 * APART)
        theirs.page.bring_to_front()
        peer.start(theirs, seconds)
        if together:
            ours.page.wait_for_timeout(1000 * (seconds - APART))
            own.append(stop_to_samples.stop(ours, seconds))
        theirs.page.wait_for_timeout(1000 * (APART if together else seconds))
        try:
            others.append(1000 * peer.stop(theirs))
        except AssertionError:
            lost = f"the take never came: nothing {LOST:.0f} s after the stop"
            return Figure(name, WANTED[seconds], at_least=True, missing=lost, note=peer.how)
        check_length(theirs, seconds)
    series = (f"{peer.name}, ms", others), ("ours, ms", own)
    return Figure.of(name, WANTED[seconds], *series, at_least=True, note=peer.how)


def begin(notebook: Notebook) -> None:
    notebook.page.bring_to_front()
    notebook.run("rec.start()")
    notebook.until("rec._controller.runs.latest.begun")


def check_length(notebook: Notebook, seconds: int) -> None:
    length = notebook.value("seconds")
    assert abs(length - seconds) < 2 + 0.2 * seconds, (
        f"The take has {length:.1f} s of samples, not {seconds} s."
    )
