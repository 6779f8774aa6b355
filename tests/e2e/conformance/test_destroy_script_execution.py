"""web-platform-tests mediacapture-record/MediaRecorder-destroy-script-execution.html.

There a frame goes away; here the page does, and Python is left alone with what has come.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from tests.e2e.conformance import diary
from tests.e2e.conformance.bench import Bench, Entry
from tests.e2e.harness import Notebook

INTERRUPTED = ["error", "dataavailable", "stop"]


@pytest.fixture
def alone(fresh_notebook: Notebook) -> Iterator[Bench]:
    """A recorder that records, in a tab of its own."""
    bench = Bench(fresh_notebook)
    bench.run(inspect.getsource(diary))
    bench.make()
    bench.run("rec.start(100)")
    bench.until("dataavailable")
    yield bench
    fresh_notebook.page.close()


def leave(bench: Bench) -> Entry:
    """Go to another page; the entry of the `stop` that comes of it.

    What a page says at its very end gets lost now and then. So it says it a moment before,
    and goes when it was heard.
    """
    bench.notebook.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide')); 0")
    stop = bench.until("stop")
    bench.notebook.page.goto("about:blank")
    return stop


def test_the_page_goes_away_while_it_records(alone: Bench) -> None:
    """The take ends as an interrupted one; nothing hangs, and nothing else follows."""
    stop = leave(alone)
    assert alone.events()[-3:] == INTERRUPTED
    assert alone.events().count("error") == alone.events().count("stop") == 1
    error = alone.log("error")[0]
    assert (error["error"], error["state"]) == ("AbortError", "inactive")
    assert (stop["ended_by"], stop["state"]) == ("page gone", "inactive")
    assert stop["size"] == sum(entry["size"] for entry in alone.log("dataavailable")) > 0
    assert stop["mime_type"] == "audio/webm;codecs=opus"
    assert alone.value("(rec.take.complete, raised(rec.stop))") == [False, "InvalidStateError"]


def test_the_page_goes_away_right_after_stop(alone: Bench) -> None:
    """Whether or not the end got through: one take, one `stop`."""
    alone.after_next("stop", "recorder.onstop = null")
    alone.run("rec.stop()")
    stop = leave(alone)
    assert alone.events()[-3:] == INTERRUPTED
    assert alone.events().count("stop") == 1
    assert stop["mime_type"] == "audio/webm;codecs=opus"
    assert alone.value("rec.state") == "inactive"


def test_the_page_goes_away_while_a_cell_waits(alone: Bench) -> None:
    """The wait fails and says why, also if the page died without a word; the take is kept."""
    alone.notebook.begin("waits = True; why = raised(rec.wait)")
    alone.notebook.until("'waits' in globals()", subshell=True)
    alone.notebook.page.close()
    assert alone.notebook.until("globals().get('why')", timeout=30, subshell=True) == "AbortError"
    assert alone.events()[-3:] == INTERRUPTED
    assert alone.value("rec.take.complete") is False
