"""The line is cut: all bytes arrive, in order and once, and `stop` fires once."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import make, record, recorded
from tests.e2e.faults.line import How, Line
from tests.e2e.faults.tools import PCM, PER_SECOND, check_take, record_on
from tests.e2e.harness import Notebook

LONG = 90
"""Seconds within which JupyterLab has connected again."""

soak = pytest.mark.soak
each_way = pytest.mark.parametrize("how", ["noticed", "unnoticed"])


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
def test_mid_take(far_notebook: Notebook, line: Line, seconds: int, how: How) -> None:
    record(far_notebook, PCM, PER_SECOND)
    line.cut(how)
    record_on(far_notebook, seconds)
    line.mend()
    stop_and_check(far_notebook)


@soak
@pytest.mark.parametrize("seconds", [1, 5, 20])
def test_nor_can_the_server_be_asked(far_notebook: Notebook, line: Line, seconds: int) -> None:
    """JupyterLab looks for its kernel before it connects to it again; that fails, too."""
    record(far_notebook, PCM, PER_SECOND)
    line.cut(everything=True)
    record_on(far_notebook, seconds)
    line.mend()
    stop_and_check(far_notebook)


@each_way
@pytest.mark.parametrize("seconds", [1, *(pytest.param(s, marks=soak) for s in (5, 20))])
def test_at_stop(far_notebook: Notebook, line: Line, seconds: int, how: How) -> None:
    """The button stops at once; what was left to send comes after."""
    make(far_notebook, PCM)
    far_notebook.run("rec.start()")
    recorded(far_notebook, 2 * PER_SECOND)
    line.cut(how)
    button = far_notebook.page.locator(".recorder").last.get_by_role("button", name="Stop")
    button.dispatch_event("click")  # JupyterLab may have put a dialog before it
    far_notebook.page.wait_for_function("witness.liveTracks() === 0")
    stay_away(far_notebook, seconds)
    line.mend()
    check_take(far_notebook, timeout=LONG)


def test_while_a_cell_stops(far_notebook: Notebook, line: Line) -> None:
    """Nobody knows how far its `rec.stop()` has come, nor, in JupyterLab, whether it has ended."""
    record(far_notebook, PCM, PER_SECOND)
    far_notebook.begin("rec.stop()")
    line.cut()
    stay_away(far_notebook, 1)
    line.mend()
    check_take(far_notebook, timeout=LONG)


@pytest.mark.parametrize("how", [pytest.param("noticed", marks=soak), "unnoticed"])
def test_again_while_resending(far_notebook: Notebook, line: Line, how: How) -> None:
    record(far_notebook, PCM, PER_SECOND)
    line.cut(how)
    record_on(far_notebook, 3)
    line.mend()
    line.cut(how, after=PER_SECOND)
    assert line.broken.wait(60), "The line was not cut again: nothing was sent."
    record_on(far_notebook, 1)
    line.mend()
    stop_and_check(far_notebook)


def stay_away(notebook: Notebook, seconds: float) -> None:
    """The length of a cut is the fault itself, and nothing that could be awaited."""
    notebook.page.wait_for_timeout(1000 * seconds)


def stop_and_check(notebook: Notebook) -> None:
    """Stop past JupyterLab, whose own requests may have been lost."""
    notebook.value("rec.stop()")
    check_take(notebook, timeout=LONG)
