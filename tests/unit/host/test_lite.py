"""JupyterLite: Python in the page itself, without threads, sockets and some modules.

There is no Pyodide with numpy on npm or PyPI; so its lacks are here, without itself.
"""

from __future__ import annotations

import subprocess
import sys

MISSING = ("_multiprocessing", "av", "curses", "dbm", "fcntl", "grp", "pwd", "resource", "termios")
IN_IT = f"""
import asyncio, socket, sys, threading

sys.modules.update(dict.fromkeys({MISSING}))  # each import of these raises ImportError

loop = asyncio.new_event_loop()  # of sockets, other than that of a page

def none(*_, **__):
    raise RuntimeError("There is none of these.")

threading.Thread.start = socket.socket.__init__ = none

import mediarecorder
for name in mediarecorder.__all__:
    getattr(mediarecorder, name)
mediarecorder.MediaRecorder()._controller.describe()

from mediarecorder.testing import FakePage
from mediarecorder.wire import commands
from mediarecorder.wire.link import Link

async def be_heard():
    sent, again = [], asyncio.Event()

    def send(message):
        sent.append(message["kind"])
        if sent == ["welcome", "command", "command", "command"]:
            again.set()

    link = Link(send, None, dict)
    link.receive(FakePage("a").hello(), [])
    link.command("start", "a take")
    await asyncio.wait_for(again.wait(), 5)
    link.close()

commands.THREADS, commands.FIRST_PAUSE = False, 0.01
loop.run_until_complete(be_heard())

import importlib.machinery
native = importlib.machinery.ExtensionFileLoader
assert not [name for name, module in sys.modules.items() if name.startswith("mediarecorder")
            and isinstance(module.__spec__.loader, native)]
"""


def test_nothing_needs_threads_sockets_or_native_code() -> None:
    environment = {"HOME": "/"}  # and no name of a user
    subprocess.run([sys.executable, "-c", IN_IT], check=True, env=environment, timeout=60)
