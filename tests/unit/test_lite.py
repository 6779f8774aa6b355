"""JupyterLite: Python in the page itself, without threads, sockets and some modules.

There is no Pyodide with numpy on npm or PyPI; so its lacks are here, without itself.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from mediarecorder.testing import FakePage
from mediarecorder.wire import commands
from mediarecorder.wire.link import Link

MISSING = ("_multiprocessing", "av", "curses", "dbm", "fcntl", "grp", "pwd", "resource", "termios")
IN_IT = f"""
import socket, sys, threading

sys.modules.update(dict.fromkeys({MISSING}))  # each import of these raises ImportError

def none(*_, **__):
    raise RuntimeError("There is none of these.")

threading.Thread.start = socket.socket.__init__ = none

import mediarecorder
for name in mediarecorder.__all__:
    getattr(mediarecorder, name)
mediarecorder.MediaRecorder()._describe()

import importlib.machinery
native = importlib.machinery.ExtensionFileLoader
assert not [name for name, module in sys.modules.items() if name.startswith("mediarecorder")
            and isinstance(module.__spec__.loader, native)]
"""


def test_nothing_needs_threads_sockets_or_native_code_until_it_records() -> None:
    environment = {"HOME": "/"}  # and no name of a user
    subprocess.run([sys.executable, "-c", IN_IT], check=True, env=environment, timeout=60)


def test_a_command_is_sent_again_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(commands, "THREADS", False)
    monkeypatch.setattr(commands, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(threading.Thread, "start", none)

    async def record() -> list[str]:
        sent: list[str] = []
        again = asyncio.Event()

        def send(message: dict[str, str], *_: object) -> None:
            sent.append(message["kind"])
            if sent.count("command") == 3:
                again.set()

        link = Link(send, lambda _: None, dict)
        link.receive(FakePage("a").hello(), [])
        link.command("start", "t")
        await asyncio.wait_for(again.wait(), 5)
        link.close()
        return sent

    assert asyncio.run(record())[:4] == ["welcome", "command", "command", "command"]
