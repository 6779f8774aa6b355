"""web-platform-tests mediacapture-record/MediaRecorder-destroy-script-execution.html.

There a frame is removed; here the page goes away, and Python keeps the received data.
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
def recording(fresh_notebook: Notebook) -> Iterator[Bench]:
    """A recorder that is recording, in its own tab."""
    bench = Bench(fresh_notebook)
    bench.run(inspect.getsource(diary))
    bench.make()
    bench.run("rec.start(100)")
    bench.until("dataavailable")
    yield bench
    fresh_notebook.page.close()


def leave(bench: Bench) -> Entry:
    """Go to another page, and return the resulting `stop` event."""
    # Messages that a page sends in `pagehide` are sometimes lost. So fire that event first, and
    # leave the page when its message has arrived.
    bench.notebook.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide')); 0")
    stop = bench.until("stop")
    bench.notebook.page.goto("about:blank")
    return stop


def test_the_page_goes_away_while_it_records(recording: Bench) -> None:
    """The take ends as interrupted, and no event follows."""
    stop = leave(recording)
    assert recording.events()[-3:] == INTERRUPTED
    assert recording.events().count("error") == recording.events().count("stop") == 1
    error = recording.log("error")[0]
    assert (error["error"], error["state"]) == ("AbortError", "inactive")
    assert (stop["ended_by"], stop["state"]) == ("page gone", "inactive")
    assert stop["size"] == sum(entry["size"] for entry in recording.log("dataavailable")) > 0
    assert stop["mime_type"] == "audio/webm;codecs=opus"
    assert recording.value("(rec.take.complete, raised(rec.stop))") == [False, "InvalidStateError"]


def test_the_page_goes_away_right_after_stop(recording: Bench) -> None:
    """There is one take and one `stop`, whether or not the end of the take has arrived."""
    recording.after_next("stop", "recorder.onstop = null")
    recording.run("rec.stop()")
    stop = leave(recording)
    assert recording.events()[-3:] == INTERRUPTED
    assert recording.events().count("stop") == 1
    assert stop["mime_type"] == "audio/webm;codecs=opus"
    assert recording.value("rec.state") == "inactive"


def test_the_page_goes_away_while_a_cell_waits(recording: Bench) -> None:
    """The wait fails with the reason, even without a last message; the take is kept."""
    recording.notebook.begin("waits = True; why = raised(rec.wait)")
    recording.notebook.until("'waits' in globals()", subshell=True)
    recording.notebook.page.close()
    assert (
        recording.notebook.until("globals().get('why')", timeout=30, subshell=True) == "AbortError"
    )
    assert recording.events()[-3:] == INTERRUPTED
    assert recording.value("rec.take.complete") is False
