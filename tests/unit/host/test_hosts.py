"""Hosts other than Jupyter: their limits, and the fallbacks."""

from __future__ import annotations

import asyncio
import sys
import types
from typing import Any

import pytest

from mediarecorder import MediaRecorder, errors
from mediarecorder.host import session, waiting
from mediarecorder.testing import FakeBrowser

CALLS = ["rec.record(1)", "rec.wait()", "asyncio.run(rec.record_async(1))"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("module", "host", "hint"),
    [
        ("marimo", types.SimpleNamespace(running_in_notebook=lambda: True), "mo.ui.anywidget"),
        ("google.colab", types.SimpleNamespace(), "rec.take in the next cell"),
        ("shiny.session", types.SimpleNamespace(get_current_session=object), "rec.on("),
    ],
)
def test_a_host_that_cannot_wait_raises_at_the_call(
    monkeypatch: pytest.MonkeyPatch, module: str, host: Any, hint: str, call: str
) -> None:
    rec = MediaRecorder()
    monkeypatch.setitem(sys.modules, module, host)
    with pytest.raises(errors.NotSupportedError, match="cannot wait for a page") as raised:
        eval(call, {"rec": rec, "asyncio": asyncio})
    assert hint in raised.value.hint
    assert rec.state == "inactive"


def test_marimo_in_a_script_is_not_such_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    host = types.SimpleNamespace(running_in_notebook=lambda: False)
    monkeypatch.setitem(sys.modules, "marimo", host)
    waiting.require_messages()


def test_a_blocking_call_in_a_solara_handler_raises_at_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solara = types.SimpleNamespace(has_current_context=lambda: True)
    monkeypatch.setitem(sys.modules, "solara.server.kernel_context", solara)

    async def handle() -> None:
        MediaRecorder().record(1)

    with pytest.raises(errors.NotSupportedError, match="would block the event loop") as raised:
        asyncio.run(handle())
    assert "rec.record_async(...)" in raised.value.hint


def test_solara_waits_in_tasks_and_threads(
    monkeypatch: pytest.MonkeyPatch, rec: MediaRecorder, browser: FakeBrowser
) -> None:
    solara = types.SimpleNamespace(has_current_context=lambda: True)
    monkeypatch.setitem(sys.modules, "solara.server.kernel_context", solara)
    assert asyncio.run(rec.record_async(0.1)).complete  # in a task
    assert rec.record(0.1).complete  # in a thread without a loop


def test_a_notice_where_a_take_cannot_be_played(
    monkeypatch: pytest.MonkeyPatch, rec: MediaRecorder, browser: FakeBrowser
) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", types.SimpleNamespace())
    rec.start()
    browser.settle()
    assert rec._notice == ""
    rec.stop()
    browser.settle()
    assert rec._notice.startswith("Colab brings no bytes from Python to its pages")


def test_a_kernel_without_a_shell_stream_raises_at_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = types.SimpleNamespace(shell_stream=object())
    monkeypatch.setattr(waiting, "running_kernel", lambda: other)
    with pytest.raises(errors.NotSupportedError, match="SimpleNamespace") as raised:
        MediaRecorder().record(1)
    assert "rec.start()" in raised.value.hint


class BokehSession:
    __module__ = "ipywidgets_bokeh.kernel"


@pytest.mark.parametrize(("session_type", "packed"), [(BokehSession, True), (object, False)])
def test_bytes_are_sent_as_text_where_the_host_loses_them(
    monkeypatch: pytest.MonkeyPatch, session_type: type, packed: bool
) -> None:
    kernel = types.SimpleNamespace(session=session_type(), get_parent=dict)
    monkeypatch.setattr(session, "running_kernel", lambda: kernel)
    assert MediaRecorder()._controller.describe()["packed"] is packed


def test_a_thread_of_panel_has_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    kernelbase = pytest.importorskip("ipykernel.kernelbase")
    monkeypatch.setattr(kernelbase.Kernel, "_instance", "")  # as Panel leaves it
    assert session.running_kernel() is None
