"""Lazily loaded code: each module comes from the package, once per page, on first use."""

from __future__ import annotations

from tests.e2e.contract.tools import Tap, finished, make, record, stop
from tests.e2e.harness import Notebook

THREE = """
recs = [MediaRecorder() for _ in range(3)]
diaries = [Diary(rec) for rec in recs]
for rec in recs:
    rec.start()
"""


def test_the_entry_is_small(notebook: Notebook, tap: Tap) -> None:
    make(notebook)
    assert notebook.value("len(rec._esm.encode())") < 60_000
    (opened,) = [m for m in tap.messages("in", "comm_open") if m.bytes > 5_000]
    assert opened.bytes < 65_000


def test_with_pyav_no_page_decodes_or_loads_a_decoder(notebook: Notebook, tap: Tap) -> None:
    record(notebook)
    stop(notebook)
    assert notebook.value("len(rec.value) > 0")
    assert tap.messages("out", "pcm") == []
    assert tap.messages("out", "asset") == []


def test_the_decoder_is_loaded_once_for_all_recorders(notebook: Notebook, tap: Tap) -> None:
    notebook.run("media.available = lambda: False")
    notebook.run(THREE)
    for index in range(3):
        notebook.until(f"'start' in diaries[{index}].types")
    notebook.run("for rec in recs: rec.stop()")
    for index in range(3):
        notebook.until(f"'stop' in diaries[{index}].types")
    assert notebook.value("[rec.value is not None for rec in recs]") == [True] * 3
    (request,) = tap.messages("out", "asset")
    assert request.name == "decoder"
    (code,) = tap.messages("in", "asset")
    assert 50_000 < code.part < 1_000_000
    record(notebook)
    stop(notebook)
    assert notebook.value("len(rec.value) > 0")
    assert len(tap.messages("out", "asset")) == 1, "A later recorder has loaded it again."


def test_a_reloaded_page_loads_it_again(notebook: Notebook, tap: Tap) -> None:
    make(notebook)
    notebook.save()
    notebook.reload()
    notebook.page.get_by_text("Ready").wait_for()
    notebook.run("rec.start()")
    notebook.until("'start' in diary.types")
    notebook.run("rec.stop()")
    finished(notebook)
    assert notebook.value("len(rec.value) > 0")
    notebook.page.locator(".take.drawn").wait_for()
    assert [m.name for m in tap.messages("out", "asset")] == ["decoder", "take", "waveform"]
