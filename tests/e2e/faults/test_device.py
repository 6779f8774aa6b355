"""The microphone is unplugged, muted, or opened by another program."""

from __future__ import annotations

from tests.e2e.contract.tools import finished, record, recorded
from tests.e2e.faults.tools import ONE_TAKE, PCM, PER_SECOND, check_take, record_on
from tests.e2e.harness import Notebook

FIRE = "type => witness.native().stream.getTracks()[0].dispatchEvent(new Event(type))"
ANOTHER_PROGRAM = """
navigator.mediaDevices.getUserMedia({ audio: true }).then((stream) => {
  stream.getTracks().forEach((track) => track.stop());
  return stream.getTracks().length;
})
"""


def test_unplugged(notebook: Notebook) -> None:
    """Simulated: the track ends, as when the device is removed or the computer is suspended."""
    record(notebook, PCM, PER_SECOND)
    notebook.witness.unplug()
    check_take(notebook)
    assert notebook.value("rec.take.ended_by, rec.state") == ["track ended", "inactive"]
    notebook.run("rec.start(); rec.stop()")
    finished(notebook, 2)
    assert notebook.value("rec.take.ended_by, sha(rec.take.blob)") == [
        "stop",
        notebook.witness.hash(),
    ]


def test_unplugged_while_a_cell_waits(notebook: Notebook) -> None:
    notebook.run(f"rec = MediaRecorder({PCM}); diary = Diary(rec)")
    waiting = notebook.begin("take = rec.record(60)")
    recorded(notebook, PER_SECOND)
    notebook.witness.unplug()
    waiting.result()
    check_take(notebook)
    assert notebook.value("take.id == rec.take.id and take.ended_by") == "track ended"


def test_muted_for_a_while(notebook: Notebook) -> None:
    """Simulated by track events. An error event reports it, and the recording continues."""
    record(notebook, PCM, PER_SECOND)
    notebook.page.evaluate(FIRE, "mute")
    notebook.until("len(diary.only('error')) == 1")
    assert notebook.value("diary.error.name, rec.state") == ["NotReadableError", "recording"]
    assert "muted" in notebook.value("str(diary.error)")
    record_on(notebook, 1)
    notebook.page.evaluate(FIRE, "unmute")
    record_on(notebook, 0.5)
    notebook.run("rec.stop()")
    check_take(notebook, events=["start", "error", "dataavailable", "stop"])


def test_another_program_takes_the_same_microphone(notebook: Notebook) -> None:
    """Simulated: another tab opens the microphone with other constraints, and releases it."""
    record(notebook, PCM, PER_SECOND)
    with notebook.page.context.new_page() as other:
        other.goto(f"{notebook.lab.url}/api")
        assert other.evaluate(ANOTHER_PROGRAM) == 1
    record_on(notebook, 0.5)
    notebook.run("rec.stop()")
    check_take(notebook)
    assert notebook.value("diary.types") == ONE_TAKE
