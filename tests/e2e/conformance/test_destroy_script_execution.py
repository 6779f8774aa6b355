"""web-platform-tests mediacapture-record/MediaRecorder-destroy-script-execution.html.

There a frame goes away; here the page does, and Python is left alone with what has come.
"""

from __future__ import annotations

import inspect

import pytest

from tests.e2e.conformance import diary
from tests.e2e.conformance.bench import Bench
from tests.e2e.harness import Notebook

INTERRUPTED = ["error", "dataavailable", "stop"]


@pytest.fixture
def alone(fresh_notebook: Notebook) -> Bench:
    """A recorder that records, in a tab of its own."""
    bench = Bench(fresh_notebook)
    bench.run(inspect.getsource(diary))
    bench.make()
    bench.run("rec.start(100)")
    bench.until("dataavailable")
    return bench


def test_the_page_goes_away_while_it_records(alone: Bench) -> None:
    """The take ends as an interrupted one; nothing hangs, and nothing else follows."""
    alone.notebook.page.close()
    stop = alone.until("stop")
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
    alone.notebook.page.close()
    stop = alone.until("stop")
    assert alone.events()[-3:] == INTERRUPTED
    assert alone.events().count("stop") == 1
    assert stop["mime_type"] == "audio/webm;codecs=opus"
    assert alone.value("rec.state") == "inactive"


def test_the_page_goes_away_while_a_cell_waits(alone: Bench) -> None:
    """The wait ends with the take as far as it came."""
    alone.notebook.begin("waited = rec.wait()")
    assert alone.notebook.until("rec._waits or True", beside=True)
    alone.notebook.page.close()
    assert alone.notebook.until("'waited' in globals()", beside=True)
    assert alone.value("(waited is rec.take, waited.complete)") == [True, False]
