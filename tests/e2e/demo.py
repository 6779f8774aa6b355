"""Run a notebook in headless Chromium, and print a summary of its recording.

    python tests/e2e/demo.py notebooks/quickstart.ipynb

The microphone is a WAV file of a 440 Hz tone (880 Hz in the right channel). The exit code is 0
if every cell ran and the notebook's variable `take` holds a recording. A screenshot of the page
is saved in build/screenshots.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import sync_playwright

from tests.e2e.harness import KernelError, Lab, Notebook, open_chromium, open_context, open_notebook
from tests.sound import strongest_frequency, tone, write_wav


@dataclass(frozen=True)
class Recorded:
    """The properties of the notebook's `take` in the kernel."""

    mime_type: str
    bytes: int
    shape: tuple[int, ...]
    sample_rate: float
    frequency: float

    def __str__(self) -> str:
        return (
            f"mime type            {self.mime_type}\n"
            f"bytes                {self.bytes:,}\n"
            f"shape                {self.shape}\n"
            f"sample rate          {self.sample_rate:g} Hz\n"
            f"strongest frequency  {self.frequency:.1f} Hz"
        )


def run_all(notebook: Notebook, timeout: float = 120) -> None:
    """Run all cells one after the other, and print their outputs."""
    for cell in notebook.code_cells():
        for number, line in enumerate(cell.source.splitlines()):
            print("... " if number else ">>> ", line, sep="")
        print(cell.run().result(timeout=timeout).text, flush=True)


def look_at_take(notebook: Notebook) -> Recorded:
    """Read the notebook's variable `take` in the kernel."""
    samples = notebook.array("take.samples")
    mime_type, size, sample_rate = notebook.value(
        "take.mime_type, len(take.blob), take.sample_rate"
    )
    frequency = strongest_frequency(samples[:, 0], sample_rate)
    return Recorded(mime_type, size, samples.shape, sample_rate, frequency)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    source: Path = parser.parse_args().notebook
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        microphone = write_wav(folder / "microphone.wav", tone([440, 880], 10))
        with Lab(folder / "lab") as lab, open_chromium(playwright, microphone) as browser:
            page = open_context(browser).new_page()
            try:
                with open_notebook(lab, page, source) as notebook:
                    show(notebook, source.stem)
            except (AssertionError, KernelError) as error:
                print(error, file=sys.stderr)
                return 1
    return 0


def show(notebook: Notebook, name: str) -> None:
    try:
        run_all(notebook)
        print(look_at_take(notebook))
        for recorder in notebook.page.locator(".recorder").all()[:1]:
            recorder.scroll_into_view_if_needed()
    finally:
        print(f"picture              {notebook.screenshot(name)}")


if __name__ == "__main__":
    sys.exit(main())
