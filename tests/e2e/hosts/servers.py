"""The hosts: the command and the page of each, and the events that its app has logged."""

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
    """A program that shows an app.

    Attributes
    ----------
    title, package : str
        Its name, and the package to install.
    path : str
        The path of its page, with `{folder}` for the app's folder on a shared server.
    command : str
        The command of its own server; empty for JupyterLab's server.
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
    """The log that the app writes; see apps/diary.py.

    Attributes
    ----------
    lines : list
        All lines read so far.
    """

    def __init__(self, folder: Path) -> None:
        self.lines: list[Line] = []
        self._path = folder / "diary.jsonl"
        self._path.touch()
        self._offset = 0
        self._pending: list[Line] = []

    def take(self, recorder: str, what: str) -> Line | None:
        """Remove and return the first pending line of this kind, or return None."""
        with self._path.open() as file:
            file.seek(self._offset)
            new = [json.loads(line) for line in file]
            self._offset = file.tell()
        self.lines += new
        self._pending += new
        for line in self._pending:
            if (line["recorder"], line["what"]) == (recorder, what):
                self._pending.remove(line)
                return line
        return None


@dataclass(frozen=True)
class Served:
    """A running app.

    Attributes
    ----------
    url : str
        The address of its page.
    diary : Diary
        The log of its recorders.
    notebook : str
        The path of the notebook to run first; empty for other apps.
    log : Path
        The log file of its server.
    """

    url: str
    diary: Diary
    notebook: str
    log: Path


@contextmanager
def in_lab(host: Host, lab: Lab, name: str) -> Iterator[Served]:
    """Serve the app on the server that JupyterLab and Notebook share."""
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
def on_own_server(host: Host, folder: Path) -> Iterator[Served]:
    """Serve the app on the host's own server."""
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
    raise RuntimeError(f"The server did not start. Its log ends with:\n{log.read_text()[-5000:]}")
