"""Tests of the harness itself, with a tiny widget and a recording made in the page."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import av
import numpy as np
import pytest

from tests.e2e.harness import CellFailedError, KernelError, Notebook, PersistentBrowser
from tests.sound import rms, strongest_frequency

soak = pytest.mark.soak
"""Marks tests of features that other tests use in every run."""

ECHO = '''
import anywidget
class Echo(anywidget.AnyWidget):
    _esm = """
    export default {
      initialize({ model }) {
        model.on("msg:custom", (question) => model.send({ answer: question.word + "!" }));
      },
      render({ el }) { el.innerHTML = "<button class=echo>echo</button>"; },
    };
    """
answers = []
echo = Echo()
echo.on_msg(lambda _, content, buffers: answers.append(content["answer"]))
echo
'''

# Records a second of the microphone, without processing or compression.
RECORD = """
async (mimeType) => {
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: raw });
  const recorder = new MediaRecorder(stream, { mimeType });
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  const filled = new Promise((resolve) => {
    let wanted = 5;
    recorder.ondataavailable = () => --wanted === 0 && resolve();
  });
  recorder.start(200);
  await filled;
  const live = witness.liveTracks();
  recorder.stop();
  await ended;
  stream.getTracks().forEach((track) => track.stop());
  return { live, real: recorder instanceof MediaRecorder && recorder.toString() };
}
"""

ASK = "navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'yes', (e) => e.name)"


def test_cell_outputs(notebook: Notebook) -> None:
    result = notebook.run("import sys; print('out'); print('err', file=sys.stderr); 6 * 7")
    assert (result.stdout, result.stderr, result.result) == ("out\n", "err\n", "42")
    assert result.error is None


def test_a_cell_that_raises(notebook: Notebook) -> None:
    with pytest.raises(CellFailedError, match="ZeroDivisionError"):
        notebook.run("1 / 0")
    error = notebook.run("1 / 0", check=False).error
    assert error is not None
    assert error.value == "division by zero"


def test_kernel_values(notebook: Notebook) -> None:
    notebook.run("import numpy as np; a = np.arange(6, dtype='f4').reshape(3, 2)")
    assert notebook.value("{'shape': a.shape, 'sum': float(a.sum())}") == {
        "shape": [3, 2],
        "sum": 15.0,
    }
    assert np.array_equal(notebook.array("a"), np.arange(6, dtype="f4").reshape(3, 2))
    with pytest.raises(KernelError, match="NameError"):
        notebook.value("nothing_of_that_name")


def test_a_widget_answers_between_two_polls(notebook: Notebook) -> None:
    notebook.run(ECHO)
    notebook.page.locator("button.echo").wait_for()
    notebook.run("echo.send({'word': 'hello'})")
    assert notebook.until("answers") == ["hello!"]
    with pytest.raises(AssertionError, match="was still False"):
        notebook.until("len(answers) > 1", timeout=0.2)


def test_polling_in_a_subshell_and_an_interrupt(notebook: Notebook) -> None:
    cell = notebook.begin("import threading\nready = True\nthreading.Event().wait(60)")
    assert notebook.until("globals().get('ready')", subshell=True)
    assert not cell.finished()
    with pytest.raises(AssertionError, match="subshell=True"):
        notebook.until("ready", timeout=0.2)
    notebook.interrupt()
    error = cell.result(check=False).error
    assert error is not None
    assert error.name == "KeyboardInterrupt"


@soak
def test_saving_reloading_and_restarting(notebook: Notebook) -> None:
    notebook.run(ECHO)
    cells = notebook.save()["cells"]
    assert "class Echo" in "".join(cells[-1]["source"])
    notebook.reload()
    notebook.page.locator("button.echo").wait_for()
    notebook.run("echo.send({'word': 'again'})")
    assert notebook.until("answers") == ["again!"]
    notebook.restart()
    assert notebook.value("'echo' in globals()") is False
    assert notebook.run("6 * 7").result == "42"


@soak
def test_two_tabs_share_one_kernel(fresh_notebook: Notebook) -> None:
    fresh_notebook.run(ECHO)
    fresh_notebook.save()
    with fresh_notebook.second_tab() as second:
        second.page.locator("button.echo").wait_for()
        second.run("echo.send({'word': 'both'})")
        assert fresh_notebook.until("len(answers) == 2")


@soak
def test_closing_a_tab_keeps_the_kernel(fresh_notebook: Notebook) -> None:
    fresh_notebook.run("here = 1")
    fresh_notebook.page.close()
    assert fresh_notebook.value("here") == 1


@soak
def test_a_kernel_that_dies_is_restarted(notebook: Notebook) -> None:
    notebook.run("here = 1")
    assert notebook.value("here") == 1
    notebook.run("import os; os._exit(1)", check=False)
    notebook.wait_until_ready()
    assert notebook.run("'here' in globals()").result == "False"
    assert notebook.value("'here' in globals()") is False


def test_uncaught_page_errors_are_collected(notebook: Notebook) -> None:
    notebook.page.evaluate("setTimeout(() => { throw new Error('spilt') }); console.warn('hm')")
    while not notebook.page_errors:
        notebook.page.wait_for_event("pageerror", timeout=5000)
    assert "spilt" in notebook.page_errors.pop()
    assert "[warning] hm" in notebook.console


def test_the_witness_observes_a_real_recording(notebook: Notebook) -> None:
    witness = notebook.witness
    assert notebook.page.evaluate(RECORD, "audio/webm;codecs=pcm") == {
        "live": 1,
        "real": "[object MediaRecorder]",
    }
    assert witness.live_tracks() == 0
    assert [request["outcome"] for request in witness.requests()] == ["granted"]
    assert witness.calls() == ["start", "stop"]
    events = witness.events()
    assert (events[0], events[-1]) == ("start", "stop")
    assert set(events[1:-1]) == {"dataavailable"}
    assert len(events) >= 7
    assert witness.takes()[0]["timeslice"] == 200

    blob = witness.bytes()
    assert len(blob) == witness.takes()[0]["size"]
    assert hashlib.sha256(blob).hexdigest() == witness.hash()
    samples, rate = decode(blob)
    assert (rate, samples.shape[1]) == (44_100, 2)
    assert strongest_frequency(samples[:, 0], rate) == pytest.approx(440, abs=0.5)
    assert strongest_frequency(samples[:, 1], rate) == pytest.approx(880, abs=0.5)
    assert rms(samples[rate // 10 :]) == pytest.approx(0.35 / np.sqrt(2), rel=0.02)


TONE = """
() => {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const oscillator = new OscillatorNode(context);
  oscillator.connect(output);
  oscillator.start();
  const recorder = new MediaRecorder(output.stream);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  window.ended = new Promise((resolve) => {
    recorder.onstart = () => resolve(ended);
  });
  recorder.start();
}
"""


@pytest.mark.parametrize(
    ("change", "events"),
    [
        ("end_tracks", ["start", "dataavailable", "stop"]),
        ("unplug", ["start", "dataavailable", "stop"]),
        ("add_track", ["start", "error", "dataavailable", "stop"]),
        ("remove_track", ["start", "error", "dataavailable", "stop"]),
    ],
)
def test_the_witness_changes_a_stream(notebook: Notebook, change: str, events: list[str]) -> None:
    notebook.page.evaluate(TONE)
    assert notebook.witness.live_tracks() == 1
    getattr(notebook.witness, change)()
    notebook.page.evaluate("ended.then(() => 0)")
    assert notebook.witness.events() == events


def test_a_held_permission(notebook: Notebook) -> None:
    page, witness = notebook.page, notebook.witness
    witness.hold_permission()
    page.evaluate(f"window.answer = null; {ASK}.then((a) => (window.answer = a)); 0")
    assert witness.requests()[0]["outcome"] == "waiting"
    witness.refuse_permission("NotReadableError")
    page.wait_for_function("answer === 'NotReadableError'")
    witness.release_permission()
    assert page.evaluate(ASK) == "yes"
    assert witness.live_tracks() == 1
    witness.end_tracks()
    assert witness.live_tracks() == 0


def test_a_refused_microphone(refused_notebook: Notebook) -> None:
    page = refused_notebook.page
    assert page.evaluate(ASK) == "NotAllowedError"
    page.context.grant_permissions(["microphone"])
    assert page.evaluate(ASK) == "yes"


def test_a_machine_without_a_microphone(no_microphone_notebook: Notebook) -> None:
    assert no_microphone_notebook.page.evaluate(ASK) == "NotFoundError"


STORE = """
(text) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("harness", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("texts");
  opening.onsuccess = () => {
    const write = opening.result.transaction("texts", "readwrite", { durability: "strict" });
    write.objectStore("texts").put(text, "text");
    write.oncomplete = () => resolve();
    write.onerror = () => reject(write.error);
  };
})
"""
STORED = """
() => new Promise((resolve) => {
  indexedDB.open("harness", 1).onsuccess = ({ target: { result } }) => {
    const read = result.transaction("texts").objectStore("texts").get("text");
    read.onsuccess = () => resolve(read.result);
  };
})
"""


@soak
@pytest.mark.parametrize("end", ["kill", "close"])
def test_a_reopened_browser_keeps_its_storage(
    persistent_notebook: Notebook, persistent_browser: PersistentBrowser, end: str
) -> None:
    notebook = persistent_notebook
    notebook.run("here = 1")
    notebook.save()
    notebook.page.evaluate(STORE, "kept")
    getattr(persistent_browser, end)()
    assert notebook.page.is_closed()
    with notebook.second_tab(persistent_browser.reopen()) as again:
        assert again.page.evaluate(STORED) == "kept"
        assert again.run("here").result == "1"
        assert again.page.evaluate(ASK) == "yes"


def decode(blob: bytes) -> tuple[np.ndarray[Any, Any], int]:
    with av.open(io.BytesIO(blob), "r") as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        flat = np.concatenate([frame.reshape(-1) for frame in frames])
        return flat.reshape(-1, stream.channels), stream.rate
