"""Recovery of interrupted takes: from the browser's store, the journal, or both.

The witness in the page has all data that MediaRecorder delivered; the recovered take must have it.
"""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.contract.tools import SETUP, make, record, recorded
from tests.e2e.harness import Lab, Notebook, PersistentBrowser
from tests.sound import strongest_frequency

RECOVER = "import mediarecorder; takes = mediarecorder.recover()"
FACTS = "[(t.id, t.ended_by, t.complete) for t in takes]"


@contextmanager
def unsent_recording(notebook: Notebook) -> Iterator[bytes]:
    """Record while the kernel is stopped; yield the recorded bytes, most of which are not sent."""
    notebook.run(SETUP)
    make(notebook)
    notebook.save()
    notebook.run("blocks = rec.blocks(); rec.start()")  # a reader makes letters small and frequent
    recorded(notebook, 5_000)
    pid = notebook.value("__import__('os').getpid()")
    os.kill(pid, signal.SIGSTOP)  # a busy cell would not do: a subshell would receive the letters
    try:
        recorded(notebook, 110_000)
        yield notebook.witness.bytes()
    finally:
        os.kill(pid, signal.SIGCONT)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_kernel_that_is_restarted_mid_take(fresh_notebook: Notebook) -> None:
    notebook = fresh_notebook
    notebook.run(SETUP)
    make(notebook)
    notebook.run("rec.start()")
    recorded(notebook, 10_000)
    notebook.restart()
    notebook.run(SETUP)
    notebook.run(RECOVER)
    assert notebook.witness.live_tracks() == 0
    assert [fact[1:] for fact in notebook.value(FACTS)] == [["kernel gone", False]]
    assert notebook.value("sha(takes[0].blob)") == notebook.witness.hash()
    samples, rate = notebook.array("takes[0].samples"), notebook.value("takes[0].sample_rate")
    assert len(samples) == pytest.approx(rate * notebook.value("takes[0].duration"), rel=0.1)
    for channel, frequency in enumerate([440, 880]):
        assert strongest_frequency(samples[:, channel], rate) == pytest.approx(frequency, abs=1)
    notebook.run(RECOVER)
    assert notebook.value("takes") == []
    record(notebook)  # the next take works as usual
    notebook.run("rec.stop(); take = rec.wait()")
    assert notebook.value("sha(take.blob)") == notebook.witness.hash()


def test_a_page_that_is_reloaded_while_the_kernel_is_busy(fresh_notebook: Notebook) -> None:
    notebook = fresh_notebook
    with unsent_recording(notebook) as delivered:
        notebook.page.reload()
    notebook.show()
    notebook.until("rec.take is not None and rec.state == 'inactive'")
    assert notebook.value("rec.take.ended_by, rec.take.complete") == ["page gone", False]
    assert notebook.value("len(rec.take.blob)") < len(delivered)
    notebook.until("'recover()' in rec._notice")
    notebook.run(RECOVER)
    assert notebook.value(FACTS) == [[notebook.value("rec.take.id"), "page gone", False]]
    assert notebook.value(f"sha(takes[0].blob[:{len(delivered)}])") == sha(delivered)
    assert notebook.value("takes[0].blob[:len(rec.take.blob)].tolist() == rec.take.blob.tolist()")
    assert notebook.value("takes[0].duration > 3")
    assert notebook.witness.requests() == []


@pytest.mark.parametrize("end", ["kill", pytest.param("close", marks=pytest.mark.soak)])
def test_a_browser_that_ends_mid_take(
    persistent_notebook: Notebook, persistent_browser: PersistentBrowser, end: str
) -> None:
    notebook = persistent_notebook
    with unsent_recording(notebook) as delivered:
        getattr(persistent_browser, end)()
    with notebook.second_tab(persistent_browser.reopen()) as again:
        again.until("rec.take is not None and rec.state == 'inactive'", timeout=20)
        assert again.value("rec.take.ended_by") == "page gone"
        again.run(RECOVER)
        blob = again.array("takes[0].blob").tobytes()
        # The data that MediaRecorder delivered last may not have been written before a kill.
        lost = max(0, len(delivered) - len(blob))
        assert lost <= (20_000 if end == "kill" else 0)
        assert delivered.startswith(blob[: len(delivered)])
        assert again.value("takes[0].duration > 2")


def test_a_kernel_that_is_killed_with_a_journal(fresh_notebook: Notebook, lab: Lab) -> None:
    notebook = fresh_notebook
    notebook.run(SETUP)
    record(notebook, "journal='journal'", 10_000)
    pid = notebook.value("__import__('os').getpid()")
    before = notebook.witness.takes()[-1]["size"]
    os.kill(pid, signal.SIGKILL)
    recorded(notebook, before + 10_000)  # recording continues
    notebook.wait_until_ready()
    notebook.run(SETUP)
    notebook.run("import mediarecorder; takes = mediarecorder.recover('journal')")
    assert notebook.witness.live_tracks() == 0
    assert [fact[1:] for fact in notebook.value(FACTS)] == [["kernel gone", False]]
    assert notebook.value("sha(takes[0].blob)") == notebook.witness.hash()
    folder = (lab.notebooks / notebook.path).parent / "journal"
    (container,) = (path for path in folder.iterdir() if path.suffix != ".jsonl")
    assert sha(container.read_bytes()) == notebook.witness.hash()
    assert notebook.value("len(takes[0].samples) > 0")


def test_a_silent_page_is_noticed_without_a_waiting_call(fresh_notebook: Notebook) -> None:
    """No call waits, but the kernel notices that the page is silent; the page offers its take."""
    notebook = fresh_notebook
    notebook.run(SETUP + "\nfrom mediarecorder.capture import intake")
    notebook.run(
        "from mediarecorder.host import watchdog\n"
        "watchdog.INTERVAL = 0.2; intake.MOST_SILENT_CHECKS = 5"
    )
    make(notebook)
    notebook.run("rec.start()")
    recorded(notebook, 5_000)
    page = notebook.page
    page.evaluate(
        """() => {
          const { recorders } = globalThis[Symbol.for("mediarecorder.page/1")];
          window.recorder = [...recorders.values()].at(-1).recorder;
          window.model = recorder.model;
          window.send = model.send;
          model.send = () => undefined; // all its messages are lost
        }"""
    )
    notebook.until("rec.state == 'inactive' and rec.take is not None")
    assert notebook.value("rec.take.ended_by") == "page gone"
    page.evaluate("() => { model.send = send; }")
    notebook.until("'recover()' in rec._notice")
    page.wait_for_function("recorder.phase === 'inactive'")
    assert notebook.witness.live_tracks() == 0
    notebook.run(RECOVER)
    assert notebook.value("sha(takes[0].blob)") == notebook.witness.hash()
