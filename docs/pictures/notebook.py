"""Take screenshots of JupyterLab: a recorder with its take, a session, and an annotator.

    python docs/pictures/notebook.py

The microphone is a WAV file that swells and fades, for an interesting waveform.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

from tests.e2e.harness import Lab, Notebook, open_chromium, open_context, open_notebook
from tests.sound import write_wav

HERE = Path(__file__).parent
RATE = 44_100


def syllables(seconds: float = 6.0) -> NDArray[np.float64]:
    """Return an imitated voice: a falling tone in bursts of varying amplitude."""
    time = np.arange(round(seconds * RATE)) / RATE
    amplitude = np.sin(2 * np.pi * 1.7 * time) ** 2 * (0.35 + 0.3 * np.sin(2 * np.pi * 0.31 * time))
    tone = np.sin(2 * np.pi * (180 * time - 4 * time**2)) + 0.4 * np.sin(2 * np.pi * 720 * time)
    stereo: NDArray[np.float64] = 0.6 * np.column_stack([amplitude * tone] * 2)
    return stereo


def draw(notebook: Notebook) -> None:
    notebook.run("from mediarecorder import MediaRecorder\n\nrec = MediaRecorder()\nrec")
    notebook.run("take = rec.record(4)\ntake")
    page = notebook.page
    page.get_by_role("button", name="Play").nth(1).wait_for()  # the recorder shows the take too
    notebook.run("rec.start()")
    notebook.until("rec._controller.runs.latest.begun")
    page.get_by_role("timer").filter(has_text="0:02").wait_for()
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    boxes = [cells.nth(index).bounding_box() for index in (1, 2)]
    first, last = boxes[0], boxes[1]
    assert first is not None
    assert last is not None
    page.screenshot(
        path=HERE / "notebook.png",
        clip={
            "x": first["x"],
            "y": first["y"] - 6,
            "width": 760,
            "height": last["y"] + last["height"] - first["y"] + 12,
        },
    )


def draw_session(notebook: Notebook, store: Path) -> None:
    notebook.run(
        "from mediarecorder.labeling import Session\n"
        "words = ['yes', 'no', 'stop', 'go']\n"
        f"session = Session(words, store={str(store)!r}, labels=['loud', 'soft'], warm_up=True)\n"
        "session.leave_room()\n"
        "session"
    )
    session = notebook.page.locator(".session")
    session.locator('.recorder[data-phase="inactive"]').wait_for()
    notebook.run("take = session.recorder.record(2)")
    session.locator(".take.drawn").wait_for()
    session.locator(".label").first.click()
    session.screenshot(path=HERE / "session.png")


def draw_annotator(notebook: Notebook, clip: Path, store: Path) -> None:
    notebook.run(
        "from mediarecorder.labeling import Annotator\n"
        f"clip, store = {str(clip)!r}, {str(store)!r}\n"
        "labels = ['clear', 'noisy', 'wrong']\n"
        "Annotator([clip], labels=labels, store=store)"
    )
    annotator = notebook.page.locator(".session")
    annotator.locator(".tape.drawn").wait_for()
    canvas = annotator.locator(".canvas").bounding_box()
    assert canvas is not None
    notebook.page.mouse.move(canvas["x"] + 130, canvas["y"] + 40)
    notebook.page.mouse.down()
    notebook.page.mouse.move(canvas["x"] + 310, canvas["y"] + 40, steps=5)
    notebook.page.mouse.up()
    annotator.locator(".label").nth(1).click()
    annotator.screenshot(path=HERE / "annotator.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        microphone = write_wav(folder / "microphone.wav", syllables(), RATE)
        with Lab(folder / "lab") as lab, open_chromium(playwright, microphone) as browser:
            context = open_context(browser)
            with open_notebook(lab, context.new_page()) as notebook:
                draw(notebook)
            with open_notebook(lab, context.new_page()) as notebook:
                draw_session(notebook, folder / "store")
            with open_notebook(lab, context.new_page()) as notebook:
                draw_annotator(notebook, microphone, folder / "another")
    print(*HERE.glob("*.png"), sep="\n")


if __name__ == "__main__":
    main()
