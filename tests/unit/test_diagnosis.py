"""`diagnose()`: each rule, diagnoses without a page, and the representations."""

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

PAGE_PROBLEMS: list[tuple[dict[str, Any], str]] = [
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
OTHER_PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"pages": 2}, "close the others"),
    ({"decodes": False, "page": {"web_codecs": False}}, "mediarecorder[av]"),
    ({"ipykernel": (6, 28)}, "ipykernel>=6.29"),
    ({"host": "Colab"}, "IPython.display.Audio"),
]


def situation(page: dict[str, Any] | None = None, **other: Any) -> Situation:
    """A situation without problems, except for the given facts."""
    facts = dataclasses.replace(HEALTHY, **(page or {}))
    return dataclasses.replace(Situation(facts, 1, True, (7, 4), "IPythonKernel"), **other)


def problems(diagnosis: Diagnosis) -> list[str]:
    return [finding["problem"] for finding in diagnosis["findings"]]


# Rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "remedy"), PAGE_PROBLEMS, ids=str)
def test_a_page_with_one_problem(page: dict[str, Any], remedy: str) -> None:
    ((problem, advice),) = findings(situation(page))
    assert problem.endswith(".")
    assert remedy in advice


@pytest.mark.parametrize(("other", "remedy"), OTHER_PROBLEMS, ids=str)
def test_a_kernel_with_one_problem(other: dict[str, Any], remedy: str) -> None:
    ((problem, advice),) = findings(situation(**other))
    assert problem.endswith(".")
    assert remedy in advice


def test_every_rule_has_a_case() -> None:
    covered = {problem for page, _ in PAGE_PROBLEMS for problem, _ in findings(situation(page))} | {
        problem for other, _ in OTHER_PROBLEMS for problem, _ in findings(situation(**other))
    }
    assert covered == {problem for _, problem, _ in (*PAGE_RULES, *RULES)}


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
def test_a_page_without_problems(page: dict[str, Any]) -> None:
    assert list(findings(situation(page))) == []


@pytest.mark.parametrize("ipykernel", [(), (6, 29), (7, 0)])
def test_a_supported_kernel_or_none_is_no_problem(ipykernel: tuple[int, ...]) -> None:
    assert list(findings(situation(ipykernel=ipykernel))) == []


def test_consequences_of_a_problem_are_not_reported() -> None:
    """An insecure page lacks most features; the policy of a frame denies the permission."""
    insecure = {
        "secure": False,
        "allowed": None,
        "permission": "denied",
        "microphones": 0,
        "web_locks": False,
        "storable_bytes": None,
    }
    assert len(list(findings(situation(insecure)))) == 1
    blocked = {"embedded": True, "allowed": False, "permission": "denied", "microphones": 0}
    assert len(list(findings(situation(blocked)))) == 1
    assert len(list(findings(situation(blocked | {"webview": True})))) == 1


# With and without a page ----------------------------------------------------------------


def test_the_diagnosis_of_a_page(rec: MediaRecorder, browser: FakeBrowser) -> None:
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


def test_device_names_are_only_included_on_request(
    rec: MediaRecorder, browser: FakeBrowser
) -> None:
    assert rec.diagnose(devices=True)["page"]["names"] == ["fake"]
    assert "fake" not in json.dumps(rec.diagnose()["page"])


def test_a_type_that_the_page_cannot_record(rec: MediaRecorder, browser: FakeBrowser) -> None:
    fault = {"name": "NotSupportedError", "message": "no such type", "cause": None}
    browser._send(browser._page.letter("tried", fault=fault))
    assert problems(rec.diagnose()) == ["no such type."]


@pytest.fixture
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "ANSWER_SECONDS", 0.05)


@pytest.mark.usefixtures("short_timeout")
def test_no_page_is_a_finding(rec: MediaRecorder) -> None:
    diagnosis = rec.diagnose()
    assert problems(diagnosis) == ["No page shows this recorder."]
    assert diagnosis["findings"][0]["remedy"] == errors.NoBrowserError.default_hint
    assert diagnosis["page"] is None
    assert diagnosis["versions"]["mediarecorder"]
    assert "No page shows this recorder." in repr(diagnosis)


@pytest.mark.usefixtures("short_timeout")
def test_a_page_that_does_not_answer_is_a_finding(rec: MediaRecorder, browser: FakeBrowser) -> None:
    rec.diagnose()
    browser._handle = lambda message: None  # type: ignore[method-assign]
    diagnosis = rec.diagnose()
    assert problems(diagnosis) == ["The page that shows this recorder does not answer."]
    assert diagnosis["page"] is None
    assert diagnosis["recorder"]["pages"] == 1


def test_a_closed_recorder_queries_no_page(rec: MediaRecorder) -> None:
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
def test_where_a_cell_cannot_wait_the_diagnosis_lacks_the_page(
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


# Representations ------------------------------------------------------------------------


def test_the_text_is_readable_and_html_is_escaped(
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


def test_the_text_without_findings(rec: MediaRecorder, browser: FakeBrowser) -> None:
    assert repr(rec.diagnose()).startswith("Nothing is wrong, as far as can be seen.\n\nrecorder\n")
