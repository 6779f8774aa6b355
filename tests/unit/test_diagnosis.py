"""diagnose(): each rule by itself, what is known without a page, and how it reads."""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from mediarecorder import MediaRecorder, Tone, errors
from mediarecorder.capture import waits
from mediarecorder.diagnosis import Diagnosis
from mediarecorder.diagnosis.rules import PAGE_RULES, RULES, Situation, findings
from mediarecorder.host import detect
from mediarecorder.testing import HEALTHY, FakeBrowser

HOSTILE = "<img src=x onerror=alert(1)>\n\x1b[2J"

ON_PAGES: list[tuple[dict[str, Any], str]] = [
    ({"secure": False}, "https://"),
    ({"webview": True}, "JupyterLab"),
    ({"allowed": False, "embedded": True}, 'allow="microphone"'),
    ({"allowed": False}, "Permissions-Policy"),
    ({"permission": "denied"}, "Allow the microphone"),
    ({"permission": "prompt", "visible": False}, "to the front"),
    ({"microphones": 0}, "Connect a microphone"),
    ({"media_recorder": False}, "current Chromium"),
    ({"indexed_db": False}, "private window"),
    ({"web_locks": False}, "private window"),
    ({"stored_bytes": 10**10 - 10**7}, "Make room"),
]
ON_THE_REST: list[tuple[dict[str, Any], str]] = [
    ({"pages": 2}, "close the others"),
    ({"decodes": False, "page": {"web_codecs": False}}, "mediarecorder[av]"),
    ({"ipykernel": (6, 28)}, "ipykernel>=6.29"),
    ({"host": "Colab"}, "IPython.display.Audio"),
]


def known(page: dict[str, Any] | None = None, **other: Any) -> Situation:
    """A kernel and a page with which nothing is wrong, but for these."""
    facts = dataclasses.replace(HEALTHY, **(page or {}))
    return dataclasses.replace(Situation(facts, 1, True, (7, 4), "IPythonKernel"), **other)


def problems(diagnosis: Diagnosis) -> list[str]:
    return [finding["problem"] for finding in diagnosis["findings"]]


# The rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "remedy"), ON_PAGES, ids=str)
def test_a_page_with_one_thing_wrong(page: dict[str, Any], remedy: str) -> None:
    ((problem, advice),) = findings(known(page))
    assert problem.endswith(".")
    assert remedy in advice


@pytest.mark.parametrize(("other", "remedy"), ON_THE_REST, ids=str)
def test_a_kernel_with_one_thing_wrong(other: dict[str, Any], remedy: str) -> None:
    ((problem, advice),) = findings(known(**other))
    assert problem.endswith(".")
    assert remedy in advice


def test_every_rule_is_tried_above() -> None:
    tried = {what for page, _ in ON_PAGES for what, _ in findings(known(page))} | {
        what for other, _ in ON_THE_REST for what, _ in findings(known(**other))
    }
    assert tried == {what for _, what, _ in (*PAGE_RULES, *RULES)}


@pytest.mark.parametrize(
    "page",
    [
        {},
        {"embedded": True},
        {"embedded": True, "allowed": None},
        {"permission": "prompt"},
        {"permission": None, "allowed": None, "microphones": None},
        {"visible": False},
        {"web_codecs": False},
        {"stored_bytes": None, "storable_bytes": None},
    ],
    ids=str,
)
def test_nothing_is_wrong_with(page: dict[str, Any]) -> None:
    assert list(findings(known(page))) == []


@pytest.mark.parametrize("ipykernel", [(), (6, 29), (7, 0)])
def test_kernels_that_are_new_enough_or_none(ipykernel: tuple[int, ...]) -> None:
    assert list(findings(known(ipykernel=ipykernel))) == []


def test_what_follows_from_something_else_is_not_told_too() -> None:
    """A page that is not secure has nothing; in a frame that forbids it all is denied."""
    insecure = {
        "secure": False,
        "allowed": None,
        "permission": "denied",
        "microphones": 0,
        "web_locks": False,
        "storable_bytes": None,
    }
    assert len(list(findings(known(insecure)))) == 1
    barred = {"embedded": True, "allowed": False, "permission": "denied", "microphones": 0}
    assert len(list(findings(known(barred)))) == 1
    assert len(list(findings(known(barred | {"webview": True})))) == 1


# With a page, and without ---------------------------------------------------------------


def test_a_page_is_asked(rec: MediaRecorder, browser: FakeBrowser) -> None:
    diagnosis = rec.diagnose()
    assert diagnosis["findings"] == []
    assert diagnosis["page"] == {
        **{name: v for name, v in dataclasses.asdict(HEALTHY).items() if name != "names"},
        "types": ["audio/webm", "audio/webm;codecs=opus"],
    }
    assert diagnosis["recorder"] == {
        "state": "inactive",
        "source": "Microphone",
        "mime_type": "",
        "pages": 1,
    }
    assert diagnosis["kernel"]["host"] == "no kernel"
    assert diagnosis["versions"]["numpy"] == __import__("numpy").__version__
    assert json.loads(json.dumps(diagnosis)) == diagnosis
    assert type(diagnosis) is Diagnosis


def test_devices_are_named_only_if_asked_for(rec: MediaRecorder, browser: FakeBrowser) -> None:
    assert rec.diagnose(devices=True)["page"]["names"] == ["fake"]
    assert "fake" not in json.dumps(rec.diagnose()["page"])


def test_a_type_that_the_page_cannot_record(rec: MediaRecorder, browser: FakeBrowser) -> None:
    fault = {"name": "NotSupportedError", "message": "no such type", "cause": None}
    browser._send(browser._page.letter("tried", fault=fault))
    assert problems(rec.diagnose()) == ["no such type."]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
def test_no_page_is_a_finding(rec: MediaRecorder) -> None:
    diagnosis = rec.diagnose()
    assert problems(diagnosis) == ["No page shows this recorder."]
    assert diagnosis["findings"][0]["remedy"] == errors.NoBrowserError.default_hint
    assert diagnosis["page"] is None
    assert diagnosis["versions"]["mediarecorder"]
    assert "No page shows this recorder." in repr(diagnosis)


@pytest.mark.usefixtures("impatient")
def test_a_page_that_does_not_answer_is_a_finding(rec: MediaRecorder, browser: FakeBrowser) -> None:
    rec.diagnose()
    browser._handle = lambda message: None  # type: ignore[method-assign]
    diagnosis = rec.diagnose()
    assert problems(diagnosis) == ["The page that shows this recorder does not answer."]
    assert diagnosis["page"] is None
    assert diagnosis["recorder"]["pages"] == 1


def test_a_closed_recorder_asks_nobody(rec: MediaRecorder) -> None:
    rec.source = Tone()
    rec.close()
    diagnosis = rec.diagnose()
    assert problems(diagnosis) == ["This recorder is closed."]
    assert diagnosis["recorder"]["source"] == "Tone"


@pytest.mark.parametrize(
    ("module", "host", "name"),
    [
        ("marimo", types.SimpleNamespace(running_in_notebook=lambda: True), "marimo"),
        ("google.colab", types.SimpleNamespace(), "Colab"),
    ],
)
def test_where_a_cell_cannot_wait_python_says_what_it_knows(
    rec: MediaRecorder,
    browser: FakeBrowser,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    host: Any,
    name: str,
) -> None:
    monkeypatch.setitem(sys.modules, module, host)
    diagnosis = rec.diagnose()
    assert problems(diagnosis)[0] == f"A cell of {name} cannot wait for a page."
    assert diagnosis["findings"][0]["remedy"] == detect.CANNOT_WAIT[name]
    assert diagnosis["kernel"]["host"] == name
    assert diagnosis["kernel"]["waits_by"] is None
    assert diagnosis["recorder"]["pages"] == 1
    assert diagnosis["page"] is None


def test_a_listener_may_diagnose_too(rec: MediaRecorder, browser: FakeBrowser) -> None:
    found: list[Diagnosis] = []
    rec.on("start", lambda event: found.append(rec.diagnose()))
    rec.start()
    rec.stop()
    browser.settle()
    assert "A listener of a recorder cannot wait" in problems(found[0])[0]


# How it reads ---------------------------------------------------------------------------


def test_it_reads_well_and_is_never_html(
    rec: MediaRecorder, wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mediarecorder.testing.HEALTHY",
        dataclasses.replace(HEALTHY, secure=False, user_agent=HOSTILE, host=HOSTILE),
    )
    browser = FakeBrowser(rec, wav)
    browser._page.types[HOSTILE] = True
    with browser:
        diagnosis = rec.diagnose()
    text, markup = repr(diagnosis), diagnosis._repr_html_()
    assert text.startswith("What is wrong, and how to mend it:\n1. This page is not secure")
    assert f"\n   {errors.SecurityError.default_hint}\n" in text
    assert "\x1b" not in text
    assert "\n  secure                no\n" in text
    assert "<img" not in markup
    assert markup.count("&lt;img") == 3
    assert "<li>This page is not secure" in markup


def test_nothing_wrong_reads_so(rec: MediaRecorder, browser: FakeBrowser) -> None:
    assert repr(rec.diagnose()).startswith("Nothing is wrong, as far as can be seen.\n\nrecorder\n")
