"""A foreign notebook with saved widgets opens no device when it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import BrowserContext, Page

from tests.e2e.harness import Lab, Notebook, open_notebook

SPY = """
(() => {
  globalThis.opened = [];
  const spy = (owner, name) => {
    const real = owner[name];
    owner[name] = new Proxy(real, {
      apply(target, self, args) { opened.push(name); return Reflect.apply(target, self, args); },
      construct(target, args) { opened.push(name); return Reflect.construct(target, args); },
    });
  };
  spy(MediaDevices.prototype, "getUserMedia");
  spy(MediaDevices.prototype, "getDisplayMedia");
  for (const name of ["AudioContext", "MediaRecorder"]) spy(globalThis, name);
})();
"""

EVIL = "<img src=x onerror=\"document.title='broken'\">"


@pytest.fixture
def spied(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        page.add_init_script(SPY)
        yield page


def test_a_saved_notebook_opens_nothing(
    notebook: Notebook, lab: Lab, spied: Page, tmp_path: Path
) -> None:
    notebook.run("from mediarecorder import MediaRecorder\nrec = MediaRecorder()\nrec")
    notebook.run("take = rec.record(0.5)")
    notebook.run("take")
    notebook.page.locator(".take.drawn").nth(1).wait_for()  # the recorder's view is the first
    source = tmp_path / "saved.ipynb"
    source.write_text(json.dumps(as_if_it_recorded(notebook.save())))
    trust(source, lab)  # otherwise JupyterLab shows no widgets

    with open_notebook(lab, spied, source) as other:
        spied.locator(".take .facts", has_text="kHz").wait_for()
        assert spied.locator(".recorder .status").inner_text() == "Waiting for the kernel"
        assert spied.locator(".recorder .main").get_attribute("aria-disabled") == "true"
        assert spied.locator(".recorder .take").count() == 0
        assert spied.locator(".recorder .notice").inner_text() == EVIL
        assert EVIL in spied.locator(".take .mark").inner_text()
        assert spied.locator(".recorder img, .take img").count() == 0
        other.run("1 + 1")  # a running kernel without these widgets changes nothing
        assert spied.evaluate("opened") == []
        assert spied.title() != "broken"
        assert spied.evaluate("new AudioContext().close().then(() => opened)") == ["AudioContext"]


def trust(file: Path, lab: Lab) -> None:
    """Sign this notebook, as if its user had run it in JupyterLab."""
    with NotebookNotary(data_dir=str(lab.folder / "data")) as notary:  # type: ignore[no-untyped-call]
        notary.sign(nbformat.read(file, 4))  # type: ignore[no-untyped-call]


def as_if_it_recorded(saved: dict[str, Any]) -> dict[str, Any]:
    """Make the saved state as hostile as possible: recorders that record, and markup in texts."""
    states = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    recorders = [s["state"] for s in states.values() if "_key" in s["state"]]
    takes = [s["state"] for s in states.values() if "interrupted" in s["state"]]
    assert recorders
    assert takes
    for state in recorders:
        state |= {"state": "recording", "_notice": EVIL}
    for state in takes:
        state |= {"interrupted": EVIL}
    return saved
