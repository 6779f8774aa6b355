"""The line is cut: all bytes arrive, in order and once, and `stop` fires once."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import make, record, recorded
from tests.e2e.faults.line import How, Line
from tests.e2e.faults.tools import PCM, PER_SECOND, check_take, record_on
from tests.e2e.harness import Notebook

LONG = 90
"""Seconds within which JupyterLab reconnects."""

soak = pytest.mark.soak
both_kinds = pytest.mark.parametrize("how", ["noticed", "unnoticed"])


@pytest.mark.parametrize(
    ("seconds", "how"),
    [
        pytest.param(1, "noticed", marks=soak),
        pytest.param(1, "unnoticed", marks=soak),
        (5, "unnoticed"),
        pytest.param(5, "noticed", marks=soak),
        pytest.param(20, "noticed", marks=soak),
        pytest.param(20, "unnoticed", marks=soak),
    ],
)
def test_mid_take(proxied_notebook: Notebook, line: Line, seconds: int, how: How) -> None:
    record(proxied_notebook, PCM, PER_SECOND)
    line.cut(how)
    record_on(proxied_notebook, seconds)
    line.restore()
    stop_and_check(proxied_notebook)


@soak
@pytest.mark.parametrize("seconds", [1, 5, 20])
def test_everything_is_cut_mid_take(proxied_notebook: Notebook, line: Line, seconds: int) -> None:
    """JupyterLab's HTTP check of its kernel, which precedes a reconnection, fails too."""
    record(proxied_notebook, PCM, PER_SECOND)
    line.cut(everything=True)
    record_on(proxied_notebook, seconds)
    line.restore()
    stop_and_check(proxied_notebook)


@both_kinds
@pytest.mark.parametrize("seconds", [1, *(pytest.param(s, marks=soak) for s in (5, 20))])
def test_at_stop(proxied_notebook: Notebook, line: Line, seconds: int, how: How) -> None:
    """The button stops the recorder at once; the remaining data arrives later."""
    make(proxied_notebook, PCM)
    proxied_notebook.run("rec.start()")
    recorded(proxied_notebook, 2 * PER_SECOND)
    line.cut(how)
    button = proxied_notebook.page.locator(".recorder").last.get_by_role("button", name="Stop")
    button.dispatch_event("click")  # a dialog of JupyterLab may cover it
    proxied_notebook.page.wait_for_function("witness.liveTracks() === 0")
    wait(proxied_notebook, seconds)
    line.restore()
    check_take(proxied_notebook, timeout=LONG)


def test_while_a_cell_stops(proxied_notebook: Notebook, line: Line) -> None:
    """`rec.stop()` may or may not have run, and JupyterLab may miss the end of the cell."""
    record(proxied_notebook, PCM, PER_SECOND)
    proxied_notebook.begin("rec.stop()")
    line.cut()
    wait(proxied_notebook, 1)
    line.restore()
    check_take(proxied_notebook, timeout=LONG)


@pytest.mark.parametrize("how", [pytest.param("noticed", marks=soak), "unnoticed"])
def test_cut_again_while_resending(proxied_notebook: Notebook, line: Line, how: How) -> None:
    record(proxied_notebook, PCM, PER_SECOND)
    line.cut(how)
    record_on(proxied_notebook, 3)
    line.restore()
    line.cut(how, after=PER_SECOND)
    assert line.broken.wait(60), "The page did not resend, so the line was not cut again."
    record_on(proxied_notebook, 1)
    line.restore()
    stop_and_check(proxied_notebook)


def wait(notebook: Notebook, seconds: float) -> None:
    """Wait for the length of a cut, which no condition could replace."""
    notebook.page.wait_for_timeout(1000 * seconds)


def stop_and_check(notebook: Notebook) -> None:
    """Stop without JupyterLab, whose own requests may be lost."""
    notebook.value("rec.stop()")
    check_take(notebook, timeout=LONG)
