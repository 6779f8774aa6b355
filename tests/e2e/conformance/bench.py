"""One recorder in a notebook, the log of its events, and hands in the page that records."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.harness.witness import Witness

Entry = dict[str, Any]

UNHEARD_OF = "audio/x-unheard-of"  # no page tells of it before it is asked
ONE_TAKE = ["start", "dataavailable", "stop"]

every_type = pytest.mark.parametrize(
    "mime_type",
    ["", "audio/webm;codecs=pcm", "audio/mp4;codecs=opus"],
    ids=lambda mime_type: mime_type or "the browser's choice",
)
"""The variants of those web-platform-tests that run once for each type."""

# The page has said what its browser makes of the recorder's options.
UP = "log or rates(rec) != asked"


class Bench:
    """A recorder, `rec` in the notebook's cells; `log` there has its events."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    @property
    def witness(self) -> Witness:
        return self.notebook.witness

    # --- Python --------------------------------------------------------------------------

    def make(self, options: str = "", *, until: str = UP) -> None:
        """Make the recorder, and wait until the page has come up."""
        self.run(f"rec = MediaRecorder({options}); log = watch(rec); asked = rates(rec)")
        self.notebook.until(until)

    def run(self, source: str) -> None:
        """Run a cell, as the person before the page does."""
        self.notebook.run(source)

    def call(self, expression: str) -> Any:
        """What an expression is worth in a cell: something that can be written down."""
        result = self.notebook.run(expression).result
        return None if result is None else ast.literal_eval(result)

    def call_in_one_turn(self, expression: str) -> Any:
        """The same, for calls that the page is to carry out in one turn.

        It hears all of them while the microphone is still asked for.
        """
        self.witness.hold_permission()
        value = self.call(expression)
        self.call(f"rec.is_type_supported({UNHEARD_OF!r})")  # answered after all before it
        self.witness.release_permission()
        return value

    def raised(self, call: str) -> str:
        """The name of what a call raises, in a cell of its own."""
        error = self.notebook.run(call, check=False).error
        assert error is not None, f"{call} raised nothing."
        return error.name

    def value(self, expression: str) -> Any:
        """What an expression is worth in the kernel now."""
        return self.notebook.value(expression)

    @property
    def state(self) -> str:
        return str(self.value("rec.state"))

    # --- events --------------------------------------------------------------------------

    def log(self, name: str | None = None) -> list[Entry]:
        """The events so far, or those of one name."""
        log: list[Entry] = self.value("log")
        return [entry for entry in log if name in (None, entry["type"])]

    def events(self) -> list[str]:
        """The names of the events so far."""
        return [entry["type"] for entry in self.log()]

    def until(self, name: str, count: int = 1) -> Entry:
        """Wait for the `count`-th event of a name."""
        named = f"[entry for entry in log if entry['type'] == {name!r}]"
        found: list[Entry] = self.notebook.until(f"{named}[{count - 1}:{count}]")
        return found[0]

    def record(self) -> Entry:
        """One more take: `start`, some data, `stop`. Its end is also the end of all before it."""
        takes = len(self.log("stop"))
        self.run("rec.start()")
        self.until("start", takes + 1)
        self.run("rec.stop()")
        return self.until("stop", takes + 1)

    # --- the page ------------------------------------------------------------------------

    def native(self) -> list[dict[str, Any]]:
        """The page's native recorders, in the order in which they were made."""
        recorders: list[dict[str, Any]] = self.witness.report()["recorders"]
        return recorders

    def hear(self, stream: str) -> None:
        """From now on the microphone is another stream: what this function's body returns."""
        self.notebook.page.evaluate(
            "body => { navigator.mediaDevices.getUserMedia = eval(`(async () => {${body}})`) }",
            stream,
        )

    def hear_the_microphone(self) -> None:
        """As it was."""
        self.notebook.page.evaluate("() => { delete navigator.mediaDevices.getUserMedia }")

    def after_next(self, method: str, statement: str) -> None:
        """Do this in the page right after the next native call of a method on `recorder`."""
        self.notebook.page.evaluate(
            """([method, statement]) => {
              const { prototype } = MediaRecorder;
              const call = prototype[method];
              prototype[method] = function (...args) {
                prototype[method] = call;
                call.apply(this, args);
                new Function("recorder", statement)(this);
              };
            }""",
            [method, statement],
        )
