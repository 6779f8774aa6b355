"""An annotator in a real JupyterLab: play, label, and mark parts with the mouse and with keys."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from mediarecorder.labeling import Store
from tests.e2e.harness import Notebook
from tests.sound import strongest_frequency, tone, write_wav

RATE = 44_100


@pytest.fixture
def recordings(tmp_path: Path) -> list[str]:
    """Two recordings of two seconds; the first has a low tone, then a high one."""
    first = np.concatenate([tone(300, 1), tone(600, 1)])
    return [
        str(write_wav(tmp_path / "first.wav", first)),
        str(write_wav(tmp_path / "second.wav", tone(450, 2))),
    ]


def begin(notebook: Notebook, recordings: list[str], store: Path) -> Locator:
    notebook.run(
        "from mediarecorder.labeling import Annotator\n"
        f"recordings, store = {recordings}, {str(store)!r}\n"
        "labels = ['low', 'high']\n"
        "annotator = Annotator(recordings, labels=labels, store=store, person='Grace')\n"
        "annotator"
    )
    box = notebook.page.locator(".session").last
    expect(box.locator(".tape.drawn")).to_be_visible()
    box.evaluate("(box) => box.focus()")
    return box


def drag(notebook: Notebook, box: Locator, begin: float, end: float) -> None:
    """Draw a part on the waveform, in fractions of its width."""
    area = box.locator(".canvas").bounding_box()
    assert area is not None
    mouse, middle = notebook.page.mouse, area["y"] + area["height"] / 2
    mouse.move(area["x"] + begin * area["width"], middle)
    mouse.down()
    mouse.move(area["x"] + end * area["width"], middle, steps=8)
    mouse.up()


def test_listen_label_and_mark(
    module_notebook: Notebook, recordings: list[str], tmp_path: Path
) -> None:
    notebook, press = module_notebook, module_notebook.page.keyboard.press
    box = begin(notebook, recordings, tmp_path / "store")
    label = box.get_by_role("group", name="Label")
    expect(box.locator(".text")).to_have_text("first.wav")
    drag(notebook, box, 0.6, 0.9)
    expect(box.locator(".verdict")).to_have_text("A part has no label yet.")
    press("Enter")  # refused without a label
    press("2")
    expect(label.get_by_role("button", name="high")).to_have_attribute("aria-pressed", "true")
    notebook.screenshot("annotator")
    press("Escape")
    expect(label.get_by_role("button", name="high")).to_have_attribute("aria-pressed", "false")
    press("1")  # labels the whole recording
    press("i")
    press(" ")
    expect(box.get_by_role("button", name="Pause")).to_be_visible()
    box.locator(".time").filter(has_text=re.compile(r"^0:0(0\.[3-9]|1)")).wait_for()
    press("o")
    press("1")
    press(" ")
    expect(box.get_by_role("button", name="Play")).to_be_visible()
    press("Enter")
    expect(box.locator(".text")).to_have_text("second.wav")
    expect(box.locator(".count")).to_have_text("2 of 2")
    press("2")
    press("Enter")
    expect(box.locator(".done")).to_have_text("2 labelled")
    manifest = Store(tmp_path / "store").manifest()
    first, second = manifest
    assert manifest.labels(first.id) == {"Grace": "low"}
    assert manifest.labels(second.id) == {"Grace": "high"}
    marked, drawn = manifest.regions(first.id)["Grace"]
    assert (marked.start, marked.label) == (0, "low")
    assert 0.25 < marked.end < 1.9
    assert drawn.start == pytest.approx(1.2, abs=0.03)
    assert drawn.end == pytest.approx(1.8, abs=0.03)
    parts = notebook.value(
        "[(region.label, len(part.samples)) for _, region, part in annotator.parts()]"
    )
    assert [name for name, _ in parts] == ["low", "high"]
    samples = notebook.array("list(annotator.parts())[1][2].mono")
    assert len(samples) == pytest.approx(0.6 * RATE, abs=0.05 * RATE)
    assert strongest_frequency(samples, RATE) == pytest.approx(600, abs=3)


def test_labels_are_shown_again_and_a_part_is_removed(
    module_notebook: Notebook, recordings: list[str], tmp_path: Path
) -> None:
    notebook, press = module_notebook, module_notebook.page.keyboard.press
    store = tmp_path / "store"
    box = begin(notebook, recordings, store)
    notebook.run("annotator.say('high', [(0.5, 1, 'low'), (1, 1.5, 'high')])\nannotator.go(-1)")
    expect(box.locator(".text")).to_have_text("first.wav")
    high = box.get_by_role("group", name="Label").get_by_role("button", name="high")
    expect(high).to_have_attribute("aria-pressed", "true")
    expect(box.locator(".tape.drawn")).to_be_visible()
    region = box.locator("[part~=region]").first
    region.click()
    expect(high).to_have_attribute("aria-pressed", "false")
    press("l")
    expect(box.get_by_role("button", name="Pause")).to_be_visible()
    press(" ")
    press("Delete")
    expect(box.locator("[part~=region]")).to_have_count(1)
    press("Enter")
    expect(box.locator(".text")).to_have_text("second.wav")
    manifest = Store(store).manifest()
    ((_, regions),) = manifest.regions(next(iter(manifest)).id).items()
    assert [tuple(region) for region in regions] == [(1, 1.5, "high")]
