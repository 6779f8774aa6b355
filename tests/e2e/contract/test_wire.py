"""Bytes are sent during the recording and arrive once; no trait or notebook contains them."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections import Counter

import pytest

from tests.e2e.contract.tools import Tap, make, record, recorded, stop
from tests.e2e.harness import Notebook

MIB = 1 << 20
PCM = "mime_type='audio/webm;codecs=pcm', decode=False"
ONE_TAKE = ["start", "dataavailable", "stop"]

# Replaces MediaRecorder with a fake that delivers blobs of random bytes as soon as it starts.
MANY_BYTES = """
async (megabytes) => {
  const whole = new Uint8Array(megabytes * 1e6);
  for (let at = 0; at < whole.length; at += 65_536)
    crypto.getRandomValues(whole.subarray(at, at + 65_536));
  const step = 30e6;
  const blobs = Array.from({ length: Math.ceil(whole.length / step) }, (_, i) =>
    new Blob([whole.subarray(i * step, (i + 1) * step)]));
  window.own = MediaRecorder;
  window.MediaRecorder = class extends StandIn {
    start() {
      this.state = "recording";
      setTimeout(() => {
        this.fire("start");
        blobs.forEach((data, i) => this.fire("dataavailable", { data, timecode: 250 * i }));
      });
    }
    stop() {
      this.state = "inactive";
      setTimeout(() => {
        this.fire("dataavailable", { data: new Blob(), timecode: 0 });
        this.fire("stop");
      });
    }
  };
  const digest = await crypto.subtle.digest("SHA-256", whole);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
"""


def test_bytes_are_sent_during_the_recording(notebook: Notebook, tap: Tap) -> None:
    record(notebook, PCM, 1_300_000)
    parts = tap.messages("out", "data")
    assert len(parts) >= 2
    assert sum(part.part for part in parts) > 800_000
    assert all(0 < part.part <= MIB for part in parts)
    assert len(tap.messages("in", "ack")) >= 3, (
        "The kernel acknowledged too few parts before the end."
    )
    notebook.run("print(rec.state)")
    before_stop = len(tap.messages("out"))
    stop(notebook)
    late = tap.messages("out")[before_stop:]
    assert sum(part.part for part in late) < 500_000, "More than the last second was left to send."
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()


def test_nothing_is_echoed(notebook: Notebook, tap: Tap) -> None:
    make(notebook, PCM)
    tap.reset()
    notebook.run("rec.start()")
    recorded(notebook, 1_000_000)
    stop(notebook)
    sent = sum(message.bytes for message in tap.messages("out") if message.part)
    # The code of a player may arrive meanwhile, for a take of a test before.
    answers = [message for message in tap.messages("in") if message.kind != "asset"]
    assert sent > 1_000_000
    assert max(answer.bytes for answer in answers) < 2_000
    assert max(answer.part for answer in answers) == 0
    assert sum(answer.bytes for answer in answers) < sent / 20


def test_no_trait_or_notebook_contains_the_bytes(notebook: Notebook) -> None:
    make(notebook, PCM)
    before = len(json.dumps(notebook.save()))
    notebook.run("rec.start()")
    recorded(notebook, 300_000)
    stop(notebook)
    state = notebook.value("{name: repr(value) for name, value in rec.get_state().items()}")
    assert max(len(text) for name, text in state.items() if name != "_esm") < 500
    blob = notebook.array("rec.take.blob").tobytes()
    microphone = notebook.value("rec.take.settings['label']")
    saved = json.dumps(notebook.save())
    assert len(saved) - before < 2_000
    assert "Fake" in microphone
    assert microphone not in saved
    assert microphone not in json.dumps(state)
    for start, shift in itertools.product((0, len(blob) // 2, len(blob) - 90), range(3)):
        assert base64.b64encode(blob[start + shift :][:60]).decode() not in saved


def test_a_busy_kernel_delays_but_stops_nothing(notebook: Notebook, tap: Tap) -> None:
    record(notebook, PCM, 1_000)
    tap.reset()
    before = notebook.witness.takes()[0]["size"]
    busy = notebook.begin("time.sleep(5)")
    recorded(notebook, before + 1_200_000)
    assert not busy.finished(), "The kernel was not busy during the recording."
    busy.result()
    stop(notebook)
    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    sent = Counter(message.seq for message in tap.messages("out", "data"))
    assert set(sent.values()) == {1}, "A part was sent twice, although none was lost."


def test_one_message_in_three_is_lost(notebook: Notebook, tap: Tap) -> None:
    """From the first hello on, in both directions; each loss costs a second or more."""
    tap.lose(3)
    notebook.run(
        f"rec = MediaRecorder({PCM}); diary = Diary(rec); rec.start(); rec.pause(); rec.resume()"
    )
    recorded(notebook, 300_000)
    notebook.run("rec.request_data()")
    recorded(notebook, 600_000)
    notebook.run("rec.stop()")
    notebook.until("'stop' in diary.types", timeout=45)
    tap.lose(0)
    assert notebook.value("diary.types") == [
        *("start", "pause", "resume"),
        *("dataavailable", "dataavailable", "stop"),
    ]
    assert notebook.witness.calls() == ["start", "pause", "resume", "requestData", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()
    lost = {(message.direction, message.kind) for message in tap.messages() if message.lost}
    assert lost >= {
        *(("in", kind) for kind in ("welcome", "command", "ack")),
        *(("out", kind) for kind in ("hello", "started", "dataavailable", "probe", "stopped")),
    }


def test_every_message_arrives_twice(notebook: Notebook, tap: Tap) -> None:
    make(notebook, PCM)
    tap.repeat()
    notebook.run("rec.start(); rec.pause(); rec.resume()")
    recorded(notebook, 300_000)
    stop(notebook)
    assert notebook.value("diary.types") == ["start", "pause", "resume", "dataavailable", "stop"]
    assert notebook.witness.calls() == ["start", "pause", "resume", "stop"]
    assert notebook.value("sha(rec.take.blob)") == notebook.witness.hash()


@pytest.mark.parametrize("megabytes", [100, pytest.param(300, marks=pytest.mark.soak)])
def test_many_megabytes(notebook: Notebook, tap: Tap, megabytes: int) -> None:
    digest = notebook.page.evaluate(MANY_BYTES, megabytes)
    try:
        make(notebook, "Tone(), decode=False")
        notebook.run("rec.start()")
        began = time.monotonic()
        notebook.until("'start' in diary.types")
        notebook.run("rec.stop()")
        notebook.until("'stop' in diary.types", timeout=90)
        seconds = time.monotonic() - began
        print(f"{megabytes} MB in {seconds:.1f} s: {megabytes / seconds:.0f} MB/s")
    finally:
        notebook.page.evaluate("window.MediaRecorder = own; 0")
    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.value("len(rec.take.blob)") == megabytes * 1_000_000
    assert notebook.value("sha(rec.take.blob)", timeout=30) == digest
    assert max(message.part for message in tap.messages("out", "data")) == MIB
    assert max(message.bytes for message in tap.messages("in")) < 100_000
    notebook.run("del rec, diary")
