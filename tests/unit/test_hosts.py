"""Hosts that are not Jupyter's: what they cannot do, and what is done about it."""

from __future__ import annotations

import asyncio
import sys
import types
from typing import Any

import pytest

from mediarecorder import MediaRecorder, errors
from mediarecorder.wire import session, waiting

CALLS = ["rec.record(1)", "rec.wait()", "asyncio.run(rec.record_async(1))"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("module", "host", "hint"),
    [
        ("marimo", types.SimpleNamespace(running_in_notebook=lambda: True), "mo.ui.anywidget"),
        ("google.colab", types.SimpleNamespace(), "rec.take in the next cell"),
    ],
)
def test_a_host_that_cannot_says_so_at_once(
    monkeypatch: pytest.MonkeyPatch, module: str, host: Any, hint: str, call: str
) -> None:
    rec = MediaRecorder()
    monkeypatch.setitem(sys.modules, module, host)
    with pytest.raises(errors.NotSupportedError, match="cannot wait for a page") as raised:
        eval(call, {"rec": rec, "asyncio": asyncio})
    assert hint in raised.value.hint
    assert rec.state == "inactive"


def test_marimo_that_runs_as_a_script_is_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    host = types.SimpleNamespace(running_in_notebook=lambda: False)
    monkeypatch.setitem(sys.modules, "marimo", host)
    waiting.require_a_door()


def test_a_kernel_without_such_a_stream_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    other = types.SimpleNamespace(shell_stream=object())
    monkeypatch.setattr(waiting, "running_kernel", lambda: other)
    with pytest.raises(errors.NotSupportedError, match="SimpleNamespace") as raised:
        MediaRecorder().record(1)
    assert "rec.start()" in raised.value.hint


class BokehSession:
    __module__ = "ipywidgets_bokeh.kernel"


@pytest.mark.parametrize(("its", "packed"), [(BokehSession, True), (object, False)])
def test_bytes_travel_as_text_where_the_host_loses_them(
    monkeypatch: pytest.MonkeyPatch, its: type, packed: bool
) -> None:
    kernel = types.SimpleNamespace(session=its(), get_parent=dict)
    monkeypatch.setattr(session, "running_kernel", lambda: kernel)
    assert MediaRecorder()._describe()["packed"] is packed


def test_a_thread_of_panels_has_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    kernelbase = pytest.importorskip("ipykernel.kernelbase")
    monkeypatch.setattr(kernelbase.Kernel, "_instance", "")  # as it leaves it there
    assert session.running_kernel() is None
