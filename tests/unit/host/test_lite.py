"""JupyterLite: Python runs in the page, without threads, sockets and some modules.

npm and PyPI have no Pyodide with numpy, so this test simulates what Pyodide lacks.
"""

from __future__ import annotations

import subprocess
import sys

MISSING = ("_multiprocessing", "av", "curses", "dbm", "fcntl", "grp", "pwd", "resource", "termios")
SCRIPT = f"""
import asyncio, socket, sys, threading

sys.modules.update(dict.fromkeys({MISSING}))  # each import of these raises ImportError

loop = asyncio.new_event_loop()  # with sockets, unlike that of a page

def unavailable(*_, **__):
    raise RuntimeError("JupyterLite lacks threads and sockets.")

threading.Thread.start = socket.socket.__init__ = unavailable

import mediarecorder
for name in mediarecorder.__all__:
    getattr(mediarecorder, name)
mediarecorder.MediaRecorder()._controller.describe()

from mediarecorder.testing import FakePage
from mediarecorder.wire import commands
from mediarecorder.wire.link import Link

async def repeat_a_command():
    sent, repeated = [], asyncio.Event()

    def send(message):
        sent.append(message["kind"])
        if sent == ["welcome", "command", "command", "command"]:
            repeated.set()

    link = Link(send, None, dict)
    link.receive(FakePage("a").hello(), [])
    link.command("start", "a take")
    await asyncio.wait_for(repeated.wait(), 5)
    link.close()

commands.THREADS, commands.FIRST_PAUSE = False, 0.01
loop.run_until_complete(repeat_a_command())

import importlib.machinery
native = importlib.machinery.ExtensionFileLoader
assert not [name for name, module in sys.modules.items() if name.startswith("mediarecorder")
            and isinstance(module.__spec__.loader, native)]
"""


def test_nothing_needs_threads_sockets_or_native_code() -> None:
    environment = {"HOME": "/"}  # without a user name
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, env=environment, timeout=60)
