"""The microphones of a real browser: listed, chosen in the menu, and chosen by Python."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.contract.tools import finished, make, recorded, refused, stop
from tests.e2e.harness import Notebook


def recorded_by(notebook: Notebook) -> str:
    """Record a short take, and return the name of its microphone."""
    before = len(notebook.witness.takes())
    notebook.run("diary.clear(); rec.start()")
    recorded(notebook, 2_000, take=before)
    stop(notebook)
    finished(notebook)
    return str(notebook.value("rec.take.settings['label']"))


def test_the_menu_and_python_choose_the_same_source(notebook: Notebook) -> None:
    make(notebook)
    recorded_by(notebook)
    notebook.until("len(rec.devices) > 2")
    names = notebook.value("[device.name for device in rec.devices if device.id != 'default']")
    first, second = names[:2]

    menu = notebook.page.get_by_role("combobox", name="Microphone")
    menu.select_option(label=second)
    notebook.until(f"rec.source == Microphone(device={second!r})")
    assert recorded_by(notebook) == second

    notebook.run(f"rec.source = Microphone(device={first!r})")
    expect(menu.locator("option:checked")).to_have_text(first)
    assert recorded_by(notebook) == first


def test_a_missing_device_is_never_replaced(notebook: Notebook) -> None:
    make(notebook, "Microphone(device='No such')")
    notebook.run("rec.start()")
    message = refused(notebook, "NotFoundError")
    assert "No microphone is called No such. There are: " in message
    notebook.until("len(rec.devices) > 0")
    assert notebook.value("rec.devices[0].name") in message
