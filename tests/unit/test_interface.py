"""The public interface, as in web-platform-tests mediacapture-record/idlharness.window.js."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import pickle
import subprocess
import sys
from typing import Any, get_args

import pytest
import traitlets

import mediarecorder
import mediarecorder.labeling
from mediarecorder import (
    DataAvailableEvent,
    DeviceChangeEvent,
    ErrorEvent,
    Event,
    MediaRecorder,
    Microphone,
    PauseEvent,
    ResumeEvent,
    SamplesEvent,
    StartEvent,
    StopEvent,
    Tone,
    errors,
)
from mediarecorder.errors import Cause
from mediarecorder.events import EventName
from mediarecorder.wire import faults
from mediarecorder.wire.protocol import Fault

EVENTS: dict[str, type[Event]] = {
    "start": StartEvent,
    "dataavailable": DataAvailableEvent,
    "pause": PauseEvent,
    "resume": ResumeEvent,
    "stop": StopEvent,
    "error": ErrorEvent,
    "samples": SamplesEvent,
    "devicechange": DeviceChangeEvent,
}

EXCEPTIONS = [
    "InvalidStateError",
    "NotSupportedError",
    "NotAllowedError",
    "NotFoundError",
    "NotReadableError",
    "OverconstrainedError",
    "SecurityError",
    "InvalidModificationError",
    "AbortError",
    "UnknownError",
]


def parameters(function: object) -> dict[str, object]:
    """Return the names and defaults of a method's parameters, without self."""
    assert callable(function)
    found = inspect.signature(function).parameters
    return {name: parameter.default for name, parameter in found.items() if name != "self"}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("start", {"timeslice": None}),
        ("stop", {}),
        ("pause", {}),
        ("resume", {}),
        ("request_data", {}),
        ("is_type_supported", {"mime_type": inspect.Parameter.empty}),
        ("on", {"name": inspect.Parameter.empty, "listener": None}),
        ("off", {"name": inspect.Parameter.empty, "listener": inspect.Parameter.empty}),
        ("close", {}),
    ],
)
def test_methods(method: str, expected: dict[str, object]) -> None:
    function = getattr(MediaRecorder, method)
    assert parameters(function) == expected
    assert inspect.getdoc(function)


def test_the_constructor_takes_a_stream_and_options() -> None:
    found = parameters(MediaRecorder.__init__)
    assert (
        found.items()
        >= {
            "source": Microphone(),
            "mime_type": "",
            "audio_bits_per_second": None,
            "video_bits_per_second": None,
            "bits_per_second": None,
            "audio_bitrate_mode": "variable",
            "decode": True,
        }.items()
    )
    kinds = {name: p.kind for name, p in inspect.signature(MediaRecorder).parameters.items()}
    assert kinds.pop("source") is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert set(kinds.values()) == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize(
    ("attribute", "initial"),
    [
        ("state", "inactive"),
        ("mime_type", "audio/webm"),
        ("audio_bits_per_second", 64_000),
        ("video_bits_per_second", 0),
        ("audio_bitrate_mode", "constant"),
        ("take", None),
        ("value", None),
    ],
)
def test_attributes_are_read_only_traits(attribute: str, initial: object) -> None:
    rec = MediaRecorder(
        mime_type="audio/webm", audio_bits_per_second=64_000, audio_bitrate_mode="constant"
    )
    assert rec.has_trait(attribute)
    assert getattr(rec, attribute) == initial
    with pytest.raises(traitlets.TraitError, match="read-only"):
        setattr(rec, attribute, initial)


def test_the_source_can_be_replaced() -> None:
    rec = MediaRecorder()
    assert rec.source == Microphone()
    rec.source = Tone()
    assert rec.source == Tone()
    with pytest.raises(TypeError):
        rec.source = "a microphone"  # type: ignore[assignment]


@pytest.mark.parametrize("source", [Microphone(), Tone()])
def test_sources_are_frozen(source: Microphone | Tone) -> None:
    (first, *_) = dataclasses.fields(source)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(source, first.name, None)
    assert source == type(source)()
    assert hash(source) == hash(type(source)())


def test_event_types() -> None:
    assert set(EVENTS) == set(get_args(EventName))
    for name, event in EVENTS.items():
        assert event.type == name
        assert issubclass(event, Event)


@pytest.mark.parametrize(
    ("event", "own"),
    [
        (StartEvent, ["started_at"]),
        (DataAvailableEvent, ["data", "mime_type", "timecode"]),
        (PauseEvent, []),
        (ResumeEvent, []),
        (StopEvent, ["take"]),
        (ErrorEvent, ["error"]),
        (SamplesEvent, ["samples"]),
    ],
)
def test_events_are_frozen(event: type[Event], own: list[str]) -> None:
    names = ["recorder", *own]
    assert [field.name for field in dataclasses.fields(event)] == names
    instance = event(**dict.fromkeys(names))  # type: ignore[arg-type]
    for name in names:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(instance, name, None)


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_exceptions_have_the_names_of_dom_exceptions(name: str) -> None:
    cls = getattr(errors, name)
    assert issubclass(cls, errors.MediaRecorderError)
    error = faults.error_of(Fault(name, "the browser's message", None))
    assert type(error) is cls
    assert error.name == name
    assert error.message == "the browser's message."


@pytest.mark.parametrize("cause", get_args(Cause))
def test_a_known_cause_has_its_own_advice(cause: Cause) -> None:
    error = faults.error_of(Fault("NotAllowedError", "Permission denied", cause))
    assert type(error) is errors.NotAllowedError
    assert (error.message, error.hint) == errors.ADVICE[cause]
    assert error.hint != errors.NotAllowedError.default_hint


def test_there_is_advice_for_every_cause() -> None:
    assert errors.ADVICE.keys() == set(get_args(Cause))
    assert len(set(errors.ADVICE.values())) == len(errors.ADVICE)
    assert all(text.endswith(".") for advice in errors.ADVICE.values() for text in advice)


def test_the_public_names() -> None:
    assert set(mediarecorder.__all__) >= {cls.__name__ for cls in EVENTS.values()} | {
        "Event",
        "MediaRecorder",
        "MediaRecorderError",
        "Microphone",
        "Take",
        "Tone",
        "errors",
    }
    assert all(hasattr(mediarecorder, name) for name in mediarecorder.__all__)


@pytest.mark.parametrize("package", [mediarecorder, mediarecorder.labeling])
def test_imports_for_type_checkers_match_the_lazy_ones(package: Any) -> None:
    imports = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(package)))
        if isinstance(node, ast.ImportFrom) and node.level > 0 and node.module != "_lazy"
    ]
    modules = {name.name: node.module or "" for node in imports for name in node.names}
    assert modules == package._HOMES
    assert sorted(modules) == sorted(package.__all__)


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'mediarecorder' has no attribute 'recrod'"):
        mediarecorder.recrod  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'recrod'"):
        from mediarecorder import recrod  # type: ignore[attr-defined]  # noqa: F401


def in_a_new_interpreter(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


HEAVY = "({'anywidget', 'asyncio', 'av', 'numpy', 'ssl'} & sys.modules.keys())"


def test_importing_the_package_loads_no_dependencies() -> None:
    output = in_a_new_interpreter(
        "import sys, mediarecorder; names = dir(mediarecorder);"
        f"print({HEAVY}, {{*mediarecorder.__all__}} <= {{*names}})"
    )
    assert output.strip() == "set() True"


def test_the_recorder_loads_only_what_its_core_packages_load() -> None:
    output = in_a_new_interpreter(
        f"import sys, anywidget, numpy; before = {HEAVY};"
        f"import mediarecorder; mediarecorder.MediaRecorder; print({HEAVY} - before)"
    )
    assert output.strip() == "set()"


def test_star_import() -> None:
    output = in_a_new_interpreter("from mediarecorder import *; print(*sorted(dir()))")
    assert {*mediarecorder.__all__} <= {*output.split()}


def test_a_pickle_finds_its_class() -> None:
    pickled = pickle.dumps(Tone(440))
    output = in_a_new_interpreter(f"import pickle; print(pickle.loads({pickled!r}))")
    assert output.strip() == repr(Tone(440))
