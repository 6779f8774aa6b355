"""A test bench: one recorder in a notebook, the log of its events, and control of its page."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tests.e2e.harness import Notebook
from tests.e2e.harness.witness import Witness

Entry = dict[str, Any]

UNKNOWN_TYPE = "audio/x-unknown"  # not among the types that a page reports in advance
ONE_TAKE = ["start", "dataavailable", "stop"]

every_type = pytest.mark.parametrize(
    "mime_type",
    ["", "audio/webm;codecs=pcm", "audio/mp4;codecs=opus"],
    ids=lambda mime_type: mime_type or "the browser's choice",
)
"""The variants of web-platform-tests that run once per type."""

# The page has reported how its browser interprets the recorder's options.
UP = "log or rates(rec) != initial"


class Bench:
    """One recorder. In the notebook's cells it is `rec`, and `log` has its events."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    @property
    def witness(self) -> Witness:
        return self.notebook.witness

    # --- Python --------------------------------------------------------------------------

    def make(self, options: str = "", *, until: str = UP) -> None:
        """Make the recorder, and wait until its page is up."""
        self.run(f"rec = MediaRecorder({options}); log = watch(rec); initial = rates(rec)")
        self.notebook.until(until)

    def run(self, source: str) -> None:
        """Run a cell."""
        self.notebook.run(source)

    def call(self, expression: str) -> Any:
        """Return the value of an expression in a cell, which must be a Python literal."""
        result = self.notebook.run(expression).result
        return None if result is None else ast.literal_eval(result)

    def call_in_one_turn(self, expression: str) -> Any:
        """Return the value of an expression whose commands the page executes in one turn.

        They all arrive while the page still waits for permission.
        """
        self.witness.hold_permission()
        value = self.call(expression)
        self.call(f"rec.is_type_supported({UNKNOWN_TYPE!r})")  # answered after earlier commands
        self.witness.release_permission()
        return value

    def raised(self, call: str) -> str:
        """Return the name of the exception that a call raises in its own cell."""
        error = self.notebook.run(call, check=False).error
        assert error is not None, f"{call} raised nothing."
        return error.name

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the kernel."""
        return self.notebook.value(expression)

    @property
    def state(self) -> str:
        return str(self.value("rec.state"))

    # --- events --------------------------------------------------------------------------

    def log(self, name: str | None = None) -> list[Entry]:
        """Return the events so far, or those of one type."""
        log: list[Entry] = self.value("log")
        return [entry for entry in log if name in (None, entry["type"])]

    def events(self) -> list[str]:
        """Return the types of the events so far."""
        return [entry["type"] for entry in self.log()]

    def until(self, name: str, count: int = 1) -> Entry:
        """Wait for the `count`-th event of a type, and return it."""
        named = f"[entry for entry in log if entry['type'] == {name!r}]"
        found: list[Entry] = self.notebook.until(f"{named}[{count - 1}:{count}]")
        return found[0]

    def record(self) -> Entry:
        """Record another take, and return its `stop` event; all earlier takes have ended then."""
        takes = len(self.log("stop"))
        self.run("rec.start()")
        self.until("start", takes + 1)
        self.run("rec.stop()")
        return self.until("stop", takes + 1)

    # --- the page ------------------------------------------------------------------------

    def native(self) -> list[dict[str, Any]]:
        """Return the page's native recorders, in the order of their construction."""
        recorders: list[dict[str, Any]] = self.witness.report()["recorders"]
        return recorders

    def use_stream(self, stream: str) -> None:
        """Replace the microphone with the stream that this function body returns."""
        self.notebook.page.evaluate(
            "body => { navigator.mediaDevices.getUserMedia = eval(`(async () => {${body}})`) }",
            stream,
        )

    def use_microphone(self) -> None:
        """Restore the microphone."""
        self.notebook.page.evaluate("() => { delete navigator.mediaDevices.getUserMedia }")

    def after_next(self, method: str, statement: str) -> None:
        """Execute a statement in the page right after the next native call of a method."""
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
