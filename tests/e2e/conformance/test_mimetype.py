"""web-platform-tests mediacapture-record/MediaRecorder-mimetype.html, its audio part."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conformance.bench import ONE_TAKE, Bench

TYPES = [
    "audio/mp4",
    "audio/ogg",
    "audio/webm",
    'audio/ogg; codecs="vorbis"',
    'audio/ogg; codecs="opus"',
    'audio/webm; codecs="vorbis"',
    'audio/webm; codecs="opus"',
    'audio/mp4; codecs="mp4a.40.2"',
    'audio/mp4; codecs="opus"',
    "video/mp4",
    "video/webm",
    'video/webm; codecs="vp8"',
    'video/webm; codecs="vp8, vorbis"',
    'video/webm; codecs="vp8, opus"',
    'video/webm; codecs="vp9, vorbis"',
    'video/webm; codecs="vp9, opus"',
    'video/webm; codecs="av1, opus"',
    'video/mp4; codecs="avc1, mp4a.40.2"',
    'video/mp4; codecs="vp9, opus"',
]
SUPPORTS = "type => MediaRecorder.isTypeSupported(type)"
SILENT = "return new AudioContext().createMediaStreamDestination().stream"


def test_no_default(bench: Bench) -> None:
    bench.make()
    assert bench.value("rec.mime_type") == ""


@pytest.mark.parametrize("mime_type", ["audio/banana", "video/pineapple"])
def test_an_invalid_type(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    assert [entry["error"] for entry in bench.log()] == ["NotSupportedError"]
    assert bench.raised("rec.start()") == "NotSupportedError"
    assert bench.call(f"rec.is_type_supported({mime_type!r})") is False


@pytest.mark.parametrize("mime_type", ["audio/mp4: codecs=opus", "audio", "''"])
def test_a_malformed_type_is_refused_by_the_constructor(bench: Bench, mime_type: str) -> None:
    """The page does not support these either. The colon and the quotes are typos in the WPT."""
    assert not bench.notebook.page.evaluate(SUPPORTS, mime_type)
    assert bench.raised(f"MediaRecorder(mime_type={mime_type!r})") == "ValueError"


@pytest.mark.parametrize("mime_type", TYPES)
def test_the_constructor_and_start_accept_supported_types(bench: Bench, mime_type: str) -> None:
    bench.make(f"mime_type={mime_type!r}")
    if not bench.notebook.page.evaluate(SUPPORTS, mime_type):
        assert [entry["error"] for entry in bench.log()] == ["NotSupportedError"]
        assert bench.raised("rec.start()") == "NotSupportedError"
        return
    assert bench.value("rec.mime_type") == mime_type
    bench.record()
    assert bench.events() == ONE_TAKE
    assert bench.value("rec.mime_type") == mime_type


def test_is_type_supported_agrees_with_the_page(bench: Bench) -> None:
    bench.make()
    supported = bench.call(f"[rec.is_type_supported(mime_type) for mime_type in {TYPES}]")
    assert supported == [bench.notebook.page.evaluate(SUPPORTS, mime_type) for mime_type in TYPES]
    assert set(supported) == {True, False}
    assert bench.call("rec.is_type_supported('')") is True


def test_set_on_start(bench: Bench) -> None:
    """It has one container and one codec. Once inactive, the recorder reports the option again."""
    bench.make()
    bench.run("rec.start()")
    start = bench.until("start")
    actual = start["rec.mime_type"]
    assert re.fullmatch(r"audio/[a-z]+;[ ]*codecs=[^,]+", actual)
    assert bench.value("rec.mime_type") == actual
    bench.run("rec.stop()")
    stop = bench.until("stop")
    assert [entry["rec.mime_type"] for entry in bench.log()] == [actual, "", ""]
    assert bench.log("dataavailable")[0]["mime_type"] == stop["mime_type"] == actual
    assert bench.value("(rec.mime_type, rec.take.mime_type)") == ["", actual]


def test_not_set_before_onstart(bench: Bench) -> None:
    """Without data there is no `start` event, and until then no actual type."""
    bench.make()
    bench.use_stream(SILENT)
    assert bench.call("(rec.start(), rec.mime_type)") == (None, "")
    bench.notebook.page.wait_for_function("witness.report().takes.length === 1")
    assert bench.value("(rec.state, rec.mime_type, log)") == ["recording", "", []]


def test_no_double_onstart(bench: Bench) -> None:
    bench.make()
    bench.run("rec.start(100)")
    bench.until("dataavailable", 5)
    bench.run("rec.pause(); rec.resume(); rec.stop()")
    bench.until("stop")
    assert bench.events().count("start") == 1
