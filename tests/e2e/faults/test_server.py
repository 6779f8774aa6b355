"""The server is killed and restarted on the same port, while the kernel keeps running."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.contract.tools import SETUP, record
from tests.e2e.faults.tools import PCM, PER_SECOND, check_take, record_on
from tests.e2e.harness import Lab, Notebook, open_notebook

CONFIG = Path(__file__).with_name("jupyter_server_config.py")
OUTLIVES_SERVER = "c = get_config()\nc.IPKernelApp.parent_handle = 0\n"


@pytest.fixture
def killable_lab(tmp_path: Path) -> Iterator[Lab]:
    """A server whose kernels survive it, and which reconnects to them after a restart."""
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(OUTLIVES_SERVER)
    (tmp_path / "config").mkdir()
    shutil.copy(CONFIG, tmp_path / "config")
    with Lab(tmp_path) as lab:
        yield lab
        lab.kill()  # a normal shutdown would wait for the kernel, which the test has killed


@pytest.fixture
def notebook(killable_lab: Lab, context: BrowserContext) -> Iterator[Notebook]:
    with context.new_page() as page, open_notebook(killable_lab, page) as notebook:
        kernel = notebook.value("__import__('os').getpid()")
        try:
            notebook.run(SETUP)
            yield notebook
        finally:
            os.kill(kernel, signal.SIGKILL)  # the restarted server does not own it


def test_a_server_that_is_killed_and_restarted(notebook: Notebook, killable_lab: Lab) -> None:
    """JupyterLab polls the server every 10 to 30 s."""
    record(notebook, PCM, PER_SECOND)
    killable_lab.kill()
    record_on(notebook, 1)
    killable_lab.start()
    notebook.value("rec.stop()")
    check_take(notebook, timeout=90)
    assert notebook.run("rec.take.complete").result == "True"
