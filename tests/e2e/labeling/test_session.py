"""A session in a real JupyterLab, controlled by the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from mediarecorder.labeling import Clip, Store
from tests.e2e.contract.tools import recorded
from tests.e2e.harness import Notebook
from tests.sound import strongest_frequency

CELLS = """
() => jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => model.type)
"""


@pytest.fixture
def notebook(module_notebook: Notebook) -> Notebook:
    module_notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    module_notebook.witness.reset()
    return module_notebook


def begin(notebook: Notebook, store: Path, options: str = "") -> Locator:
    """Show a session with three prompts; return its focused view."""
    notebook.run(
        "from mediarecorder.labeling import Session\n"
        "prompts = ['yes', 'no', 'stop']\n"
        f"session = Session(prompts, store={str(store)!r}, speaker='Ada', {options})\n"
        "session"
    )
    box = notebook.page.locator(".session").last
    expect(box.locator(".recorder")).to_have_attribute("data-phase", "inactive")
    box.evaluate("(box) => box.focus()")
    return box


def speak(notebook: Notebook, box: Locator, take: int, begin: str = " ", end: str = " ") -> None:
    """Start and stop a take with keys, and wait until it is judged."""
    notebook.page.keyboard.press(begin)
    recorded(notebook, 8_000, take=take)
    expect(box).to_have_attribute("data-phase", "ask")
    notebook.page.keyboard.press(end)
    expect(box).to_have_attribute("data-phase", "judged")


def test_a_whole_session_by_the_keyboard(notebook: Notebook, tmp_path: Path) -> None:
    press = notebook.page.keyboard.press
    cells = notebook.page.evaluate(CELLS)
    box = begin(notebook, tmp_path / "store", "labels=['high', 'low']")
    expect(box.locator(".text")).to_have_text("yes")
    speak(notebook, box, 0)
    expect(box.locator(".verdict")).to_contain_text("noise")  # a tone has no pauses
    notebook.screenshot("session judged")
    press("Enter")  # without a label it does nothing
    press("2")
    expect(box.get_by_role("button", name="low")).to_have_attribute("aria-pressed", "true")
    press("Enter")
    expect(box.locator(".text")).to_have_text("no")
    expect(box.locator(".take")).to_have_count(0)
    press("s")
    expect(box.locator(".text")).to_have_text("stop")
    press("u")
    expect(box.locator(".text")).to_have_text("no")
    speak(notebook, box, 1)
    speak(notebook, box, 2, begin="r", end="Escape")
    press("1")
    press("Enter")
    expect(box.locator(".text")).to_have_text("stop")
    press("u")
    expect(box.locator(".text")).to_have_text("no")
    press("s")
    expect(box.locator(".text")).to_have_text("stop")
    press("s")
    expect(box.locator(".verdict")).to_have_text("Only the skipped prompts are left.")
    press("Enter")
    expect(box.locator(".text")).to_have_text("no")
    assert notebook.page.evaluate(CELLS)[: len(cells)] == cells
    store = Store(tmp_path / "store")
    (clip,) = store.manifest()
    assert (clip.text, clip.label, clip.speaker, clip.take) == ("yes", "low", "Ada", 1)
    check_sound(store, clip)
    assert len(list(tmp_path.rglob("*.wav"))) == 1


def check_sound(store: Store, clip: Clip) -> None:
    """Check that each channel has one of the microphone's tones."""
    take = store.take(clip)
    assert take.samples.shape == (len(take.samples), 2)
    for channel, frequency in enumerate((440, 880)):
        strongest = strongest_frequency(take.samples[:, channel], take.sample_rate)
        assert strongest == pytest.approx(frequency, abs=4)


def test_consent_warm_up_and_a_reloaded_page(fresh_notebook: Notebook, tmp_path: Path) -> None:
    notebook = fresh_notebook
    box = begin(notebook, tmp_path, "consent='I may be <b>recorded</b>.', warm_up=True")
    expect(box.locator(".consent")).to_have_text("I may be <b>recorded</b>.")
    box.get_by_role("button", name="I agree").press("Enter")
    expect(box.locator(".verdict")).to_contain_text("be quiet for two seconds")
    notebook.page.keyboard.press(" ")
    expect(box.locator(".verdict")).to_contain_text("The room is loud", timeout=15_000)
    notebook.page.keyboard.press("Enter")
    expect(box.locator(".text")).to_have_text("yes")
    notebook.run("from IPython.display import display\ndisplay(session)")
    notebook.save()
    notebook.reload()
    box = notebook.page.locator(".session").last
    expect(box.locator(".text")).to_have_text("yes")
    expect(box.locator(".recorder")).to_have_attribute("data-phase", "inactive")
    box.evaluate("(box) => box.focus()")
    speak(notebook, box, 0)
    notebook.page.keyboard.press("Enter")
    expect(box.locator(".text")).to_have_text("no")
    assert [clip.text for clip in Store(tmp_path).manifest()] == ["yes"]
