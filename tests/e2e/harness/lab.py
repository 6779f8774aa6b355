"""A JupyterLab server that is isolated from the machine's own Jupyter configuration."""

from __future__ import annotations

import copy
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

Settings = Mapping[str, Mapping[str, Any]]

KERNELS = {path.name: path for path in (Path(__file__).parents[3] / "build/kernels").glob("*")}
"""Older versions of ipykernel by name, installed by `make kernels`."""

QUIET: Settings = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    # Cells outside the viewport keep their views, so that tests can always access a widget.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # Save the widgets' state in the notebook: the worst case for data that must not be saved.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}


class Lab:
    """A server of JupyterLab and Notebook 7, with all its folders in `folder`.

    Use it as a context manager. `python` is the interpreter of the server and its kernel.
    `settings` are JupyterLab settings by plugin id, which override `QUIET`. `kernels` are
    additional kernels by name: the same interpreter, with the packages of a folder first on its
    path. `options` are additional command line arguments.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings | None = None,
        kernels: Mapping[str, Path] | None = None,
        options: Sequence[str] = (),
        python: Path = Path(sys.executable),
    ) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.runtime = folder / "runtime"
        self._log = folder / "server.log"
        self._settings = {**QUIET, **(settings or {})}
        self._kernels = kernels or {}
        self._options = options
        self._python = str(python)
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Lab:
        self._write_folders()
        self.start()
        return self

    def start(self) -> None:
        """Start the server, or restart it on the same port with the same folders."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                env=self._environment(),
                cwd=self.notebooks,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers(self._process, timeout=60)
        except BaseException:
            self.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and, with it, its kernels."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Send SIGKILL to the server. Its kernels normally notice that and exit."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def at(self, url: str) -> Lab:
        """Return the same server under another address."""
        other = copy.copy(self)
        other.url = url
        return other

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the server's REST API, and return the decoded JSON answer."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def log(self, lines: int = 60) -> str:
        """Return the last lines of the server's log."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _command(self) -> list[str]:
        return [
            *(self._python, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port}",
            f"--ServerApp.root_dir={self.notebooks}",
            "--ServerApp.disable_check_xsrf=True",
            "--ServerApp.allow_remote_access=True",  # for host names other than localhost
            "--IdentityProvider.token=",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
            *self._options,
        ]

    def _environment(self) -> dict[str, str]:
        foreign = ("JUPYTER", "IPYTHON")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        return {
            **inherited,
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_PREFER_ENV_PATH": "0",
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
            "IPYTHONDIR": str(self.folder / "ipython"),
        }

    def _write_folders(self) -> None:
        for folder in (self.notebooks, self.runtime, self.folder / "workspaces"):
            folder.mkdir(parents=True, exist_ok=True)
        kernel = {
            "argv": [self._python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Python under test",
            "language": "python",
        }
        write_json(self.folder / "data/kernels/python3/kernel.json", kernel)
        for name, packages in self._kernels.items():
            other = {**kernel, "display_name": name, "env": {"PYTHONPATH": str(packages)}}
            write_json(self.folder / "data/kernels" / name / "kernel.json", other)
        for plugin, values in self._settings.items():
            package, name = plugin.rsplit(":", 1)
            file = self.folder / "settings" / package / f"{name}.jupyterlab-settings"
            write_json(file, values)

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes], timeout: float) -> None:
        """Wait for the file with the server's port, then for its first answer."""
        info = self.runtime / f"jpserver-{process.pid}.json"
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                port = json.loads(info.read_text())["port"]
                self.url = f"http://127.0.0.1:{port}"
                self.api("GET", "status")
            except (OSError, ValueError, urllib.error.URLError):
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"JupyterLab did not start. Its log ends with:\n{self.log()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path
