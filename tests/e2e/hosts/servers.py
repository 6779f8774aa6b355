"""The hosts: how each is started, where its page is, and what the app in it has seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.harness.lab import Lab, free_port

APPS = Path(__file__).parent / "apps"
NOTEBOOK = "notebook_app.ipynb"

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Host:
    """What shows an app.

    Attributes
    ----------
    title, package : str
        As people call it, and what they install.
    path : str
        Of its page; in it the app's `{folder}`, where the server has more than one.
    command : str
        What starts its server, where that is not JupyterLab's.
    """

    title: str
    package: str
    path: str = ""
    command: str = ""


HOSTS = {
    "lab": Host("JupyterLab", "jupyterlab", f"lab/tree/{{folder}}/{NOTEBOOK}?reset"),
    "notebook": Host("Notebook", "notebook", f"notebooks/{{folder}}/{NOTEBOOK}"),
    "voila": Host(
        "Voilà",
        "voila",
        command=f"voila {NOTEBOOK} --no-browser --Voila.ip=127.0.0.1 --port={{port}}",
    ),
    "marimo": Host(
        "marimo",
        "marimo",
        command="marimo run marimo_app.py --headless --no-token --port={port}",
    ),
    "solara": Host(
        "Solara",
        "solara",
        command="solara run solara_app.py --production --no-open --port={port}",
    ),
    "panel": Host("Panel", "panel", "panel_app", "panel serve panel_app.py --port={port}"),
    "shiny": Host("Shiny for Python", "shiny", command="shiny run shiny_app.py --port={port}"),
}


class Diary:
    """What the app writes; see apps/diary.py.

    Attributes
    ----------
    lines : list
        All that has been read.
    """

    def __init__(self, folder: Path) -> None:
        self.lines: list[Line] = []
        self._path = folder / "diary.jsonl"
        self._path.touch()
        self._read = 0
        self._left: list[Line] = []

    def take(self, recorder: str, what: str) -> Line | None:
        """The first such line that has not been taken; None if there is none yet."""
        with self._path.open() as file:
            file.seek(self._read)
            new = [json.loads(line) for line in file]
            self._read = file.tell()
        self.lines += new
        self._left += new
        for line in self._left:
            if (line["recorder"], line["what"]) == (recorder, what):
                self._left.remove(line)
                return line
        return None


@dataclass(frozen=True)
class Served:
    """An app that is up.

    Attributes
    ----------
    url, diary
        Of its page; what it writes.
    notebook : str
        The path of the notebook that is to be run first, if it is one.
    log : Path
        What its server writes.
    """

    url: str
    diary: Diary
    notebook: str
    log: Path


@contextmanager
def in_lab(host: Host, lab: Lab, name: str) -> Iterator[Served]:
    """On the server that JupyterLab and Notebook share."""
    folder = Path(shutil.copytree(APPS, lab.notebooks / name))
    notebook = f"{name}/{NOTEBOOK}"
    try:
        url = f"{lab.url}/{host.path.format(folder=name)}"
        yield Served(url, Diary(folder), notebook, lab.folder / "server.log")
    finally:
        for session in lab.api("GET", "sessions"):
            if session["path"] == notebook:
                lab.api("DELETE", f"sessions/{session['id']}")


@contextmanager
def on_its_own(host: Host, folder: Path) -> Iterator[Served]:
    """On a server of the host's own."""
    shutil.copytree(APPS, folder, dirs_exist_ok=True)
    port = free_port()
    program, *words = host.command.format(port=port).split()
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [Path(sys.executable).with_name(program), *words],
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_DATA_DIR": str(folder)},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}/{host.path}"
        _wait_until_it_answers(url, process, log)
        yield Served(url, Diary(folder), "", log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(
    url: str, process: subprocess.Popen[bytes], log: Path, timeout: float = 60
) -> None:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"It did not come up. Its log ends with:\n{log.read_text()[-5000:]}")
