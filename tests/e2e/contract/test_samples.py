"""Samples decoded by the browser: no PyAV in the kernel, as after a plain `pip install`."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.contract.tools import Tap, finished, make, record, stop
from tests.e2e.harness import Notebook
from tests.sound import rms, strongest_frequency

# Tolerances of a take's length in seconds. Chromium encodes whole frames only, its MP4 omits one
# more, and on a busy machine the first and the last sound are late.
LATENCY = 0.020
OMITTED = 2 * 0.060 + 0.200
STOPPED = {
    "at once": "(start) => function (...args) { start.apply(this, args); this.stop(); }",
    "at its start event": """(start) => function (...args) {
      this.addEventListener("start", () => this.stop());
      start.apply(this, args);
    }""",
}
PCM = "mime_type='audio/webm;codecs=pcm'"


@pytest.fixture(autouse=True)
def _core_only(notebook: Notebook) -> None:
    notebook.run("media.available = lambda: False")


@pytest.mark.parametrize("container", ["webm", "mp4"])
def test_opus(notebook: Notebook, tap: Tap, container: str) -> None:
    record(notebook, f"mime_type='audio/{container};codecs=opus'", 30_000)
    seconds = stop_and_measure(notebook)
    samples = decoded(notebook)
    assert notebook.value("rec.take.sample_rate, rec.take.channels") == [48_000, 2]
    assert samples.dtype == np.float32
    assert seconds - OMITTED <= len(samples) / 48_000 <= seconds + LATENCY
    assert notebook.value("rec.take.duration") == len(samples) / 48_000
    check_stereo(samples, 48_000)
    np.testing.assert_allclose(samples, decode_with_pyav(blob(notebook))[0], atol=1e-4)
    assert tap.messages("out", "pcm"), "The page has sent no samples."
    assert notebook.value("'av' in sys.modules") is False


def test_pcm_is_bit_exact(notebook: Notebook, microphone: Path) -> None:
    record(notebook, PCM, 500_000)
    stop(notebook)
    samples = decoded(notebook)
    assert notebook.value("rec.take.mime_type") == "audio/webm;codecs=pcm"
    assert notebook.value("rec.take.sample_rate, rec.take.settings['sampleRate']") == [44_100] * 2
    expected, rate = decode_with_pyav(blob(notebook))
    assert rate == 44_100
    assert samples.tobytes() == expected.tobytes()
    check_stereo(samples, 44_100)
    np.testing.assert_array_equal(samples, played_stretch(microphone, samples))
    assert notebook.value("'av' in sys.modules") is False


@pytest.mark.parametrize(
    ("codec", "stopped", "empty"),
    [
        ("webm;codecs=opus", "at once", True),
        ("webm;codecs=pcm", "at once", True),
        ("mp4;codecs=opus", "at its start event", False),
    ],
)
def test_a_take_without_a_whole_frame(
    notebook: Notebook, codec: str, stopped: str, empty: bool
) -> None:
    make(notebook, f"mime_type='audio/{codec}'")
    with replaced(notebook, "MediaRecorder", "start", STOPPED[stopped]):
        notebook.run("rec.start()")
        finished(notebook)
    assert notebook.value("diary.types") == ["start", "dataavailable", "stop"]
    assert notebook.value("len(rec.take.blob) == 0") is empty
    assert notebook.value("rec.value.shape, str(rec.value.dtype)") == [[0, 2], "float32"]
    assert notebook.value("rec.take.duration, rec._notice") == [0, ""]


def test_without_decoding(notebook: Notebook, tap: Tap) -> None:
    record(notebook, "decode=False", 20_000)
    stop(notebook)
    assert tap.messages("out", "pcm") == []
    assert tap.messages("out", "asset") == []
    assert notebook.value("rec.value is None and len(rec.take.blob) > 0")
    assert 0.5 < notebook.value("rec.take.duration") < 20


def test_raw_and_speech(notebook: Notebook) -> None:
    """The browser's processing suppresses a steady tone; it is off unless requested."""
    levels = []
    for source in ("Microphone()", "Microphone.speech()"):
        record(notebook, f"{source}, {PCM}", 300_000)
        stop(notebook)
        names = ("echoCancellation", "noiseSuppression", "autoGainControl")
        settings = notebook.value(f"[rec.take.settings[name] for name in {names}]")
        assert settings == [source == "Microphone.speech()"] * 3
        assert notebook.value("rec.take.settings['sampleRate'] == rec.take.sample_rate")
        assert notebook.value("rec.take.settings['channelCount'] == rec.take.channels")
        levels.append(rms(decoded(notebook)[-8_000:]))
    assert levels[0] == pytest.approx(0.35 / np.sqrt(2), rel=0.01)
    assert levels[1] < 0.5 * levels[0]


@contextmanager
def replaced(notebook: Notebook, owner: str, method: str, wrapper: str) -> Iterator[None]:
    """Replace a method in the page with `wrapper(method)`."""
    target = f"{owner}.prototype.{method}"
    notebook.page.evaluate(f"window.own = {target}; {target} = ({wrapper})(own); 0")
    try:
        yield
    finally:
        notebook.page.evaluate(f"{target} = own; 0")


def stop_and_measure(notebook: Notebook) -> float:
    """Stop `rec`, and return how long the native recorder ran, in seconds."""
    stop(notebook)
    calls = notebook.witness.report()["recorders"][-1]["calls"]
    began, ended = (call["at"] for call in calls if call["name"] in ("start", "stop"))
    return float(ended - began) / 1000


def decoded(notebook: Notebook) -> NDArray[np.float32]:
    return notebook.array("rec.take.samples")


def blob(notebook: Notebook) -> bytes:
    return notebook.array("rec.take.blob").tobytes()


def check_stereo(samples: NDArray[np.float32], rate: int) -> None:
    """Check the microphone's tones: 440 Hz on the left and 880 Hz on the right, at their level."""
    assert samples.shape[1] == 2
    for channel, frequency in enumerate([440, 880]):
        assert strongest_frequency(samples[:, channel], rate) == pytest.approx(frequency, abs=0.5)
        assert rms(samples[rate // 10 :, channel]) == pytest.approx(0.35 / np.sqrt(2), rel=0.03)


def decode_with_pyav(blob: bytes) -> tuple[NDArray[np.float32], int]:
    """Decode the same bytes with PyAV, independently of the package."""
    with av.open(io.BytesIO(blob), "r") as container:
        stream = container.streams.audio[0]
        blocks = [frame.to_ndarray() for frame in container.decode(stream)]
        if stream.codec_context.format.is_planar:
            return np.concatenate(blocks, axis=1, dtype=np.float32).T, stream.rate
        flat = np.concatenate(blocks, axis=1, dtype=np.float32)
        return flat.reshape(-1, stream.channels), stream.rate


def played_stretch(microphone: Path, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the part of the WAV file that begins like `samples` and has the same length."""
    with wave.open(str(microphone)) as file:
        whole = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    # Chromium scales negative and positive integers differently, to use all of [-1, 1].
    one = np.float32(1)
    played = whole * np.where(whole < 0, one / np.float32(32_768), one / np.float32(32_767))
    begins = np.flatnonzero((played == samples[0]).all(axis=1))
    assert begins.size, "The WAV file does not contain the take's first sample."
    stretch: NDArray[np.float32] = np.take(
        played, begins[0] + np.arange(len(samples)), axis=0, mode="wrap"
    )
    return stretch
