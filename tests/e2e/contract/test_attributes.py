"""The recorder's attributes: the browser's own values before, during and after a take."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import finished, make, record, stop
from tests.e2e.harness import Notebook

UNCOMMON = ["audio/webm;codecs=vp8", "video/webm;codecs=av01.0.04M.08", "audio/x-nonsense"]
COMMON = [
    "",
    "audio/webm",
    "audio/webm;codecs=opus",
    'audio/WebM; codecs="opus"',
    "audio/webm;codecs=pcm",
    "audio/mp4;codecs=opus",
    "audio/mp4;codecs=mp4a.40.2",
    "audio/ogg;codecs=opus",
    "audio/wav",
    "audio/mpeg",
]


def test_common_types_are_answered_at_once(notebook: Notebook) -> None:
    make(notebook)
    supported = f"[rec.is_type_supported(name) for name in {COMMON!r}]"
    native = "names => names.map((name) => MediaRecorder.isTypeSupported(name))"
    assert notebook.value(supported) == notebook.page.evaluate(native, COMMON)


@pytest.mark.parametrize("mime_type", UNCOMMON)
def test_an_uncommon_type_is_checked_by_the_page(notebook: Notebook, mime_type: str) -> None:
    make(notebook)
    query = f"print(rec.is_type_supported({mime_type!r}))"
    result = notebook.run(query, check=False)
    if result.error:  # a kernel that receives messages between cells only must not answer no
        assert result.error.name == "NoBrowserError"
        assert "ask again in the next" in result.error.value
        result = notebook.run(query)
    native = notebook.page.evaluate("name => MediaRecorder.isTypeSupported(name)", mime_type)
    assert result.stdout == f"{native}\n"


def test_without_a_page(notebook: Notebook) -> None:
    error = notebook.run("MediaRecorder().is_type_supported('audio/webm')", check=False).error
    assert error is not None
    assert error.name == "NoBrowserError"


def test_the_browsers_choices(notebook: Notebook) -> None:
    make(notebook)
    attributes = "[rec.mime_type, rec.audio_bits_per_second, rec.audio_bitrate_mode]"
    assert notebook.value(attributes) == ["", 128_000, "variable"]
    notebook.run("rec.start()")
    notebook.until("'start' in diary.types")
    assert notebook.value(attributes) == ["audio/webm;codecs=opus", 128_000, "variable"]
    stop(notebook)
    assert notebook.value(attributes) == ["", 128_000, "variable"]
    assert notebook.value("rec.take.mime_type") == "audio/webm;codecs=opus"


def test_options_reach_the_native_recorder(notebook: Notebook) -> None:
    record(
        notebook,
        "mime_type='audio/mp4;codecs=opus', audio_bits_per_second=32_000, "
        "audio_bitrate_mode='constant'",
        1_000,
    )
    stop(notebook)
    assert notebook.witness.report()["recorders"][0]["options"] == {
        "mimeType": "audio/mp4;codecs=opus",
        "audioBitsPerSecond": 32_000,
        "audioBitrateMode": "constant",
    }
    assert notebook.value("rec.mime_type, rec.audio_bits_per_second, rec.audio_bitrate_mode") == [
        "audio/mp4;codecs=opus",
        32_000,
        "constant",
    ]
    assert notebook.value("rec.take.mime_type") == "audio/mp4;codecs=opus"


def test_a_tone_needs_no_microphone(notebook: Notebook) -> None:
    record(notebook, "Tone([300, 500], level=0.5)")
    stop(notebook)
    assert notebook.witness.requests() == []
    assert notebook.witness.live_tracks() == 0
    assert notebook.value("rec.take.samples.shape[1], rec.take.settings['channelCount']") == [2, 2]


def test_a_new_source_applies_to_the_next_start(notebook: Notebook) -> None:
    record(notebook)
    notebook.run("rec.source = Microphone.speech()")
    stop(notebook)
    notebook.run("rec.start(); rec.stop()")
    finished(notebook, 2)
    cancels = "[e.take.settings['echoCancellation'] for e in diary.only('stop')]"
    assert notebook.value(cancels) == [False, True]


def test_a_device_is_found_by_part_of_its_name(notebook: Notebook) -> None:
    names = notebook.page.evaluate(
        "navigator.mediaDevices.enumerateDevices().then((all) => "
        "all.filter((one) => one.kind === 'audioinput').map((one) => one.label))"
    )
    name = names[-1]
    part = name[2:].upper()
    make(notebook, f"Microphone(device={part!r})")
    notebook.run("rec.start(); rec.stop()")
    finished(notebook)
    assert notebook.value("rec.take.settings['label']") == name
