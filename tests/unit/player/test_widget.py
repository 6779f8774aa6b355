"""The views of a take: a player that requests its data, and an embedded one."""

from __future__ import annotations

import base64
import io
import logging
import re
import sys
import wave
import zlib
from typing import Any

import numpy as np
import pytest

from mediarecorder.media.arrays import peaks_of
from mediarecorder.player.responses import PEAKS
from mediarecorder.player.widget import TakeView
from mediarecorder.take import Take
from tests.recordings import blob_of, take_of, take_of_samples
from tests.sound import tone

STEREO = tone([440, 660], 0.5, 16_000)


class Page:
    """The page's end of a view's messages."""

    def __init__(self, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
        self.view = TakeView(take)
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(self.view, "send", self._send)

    def _send(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.sent.append((content, buffers or []))

    def ask(self, content: object) -> tuple[dict[str, Any], list[bytes]]:
        self.view._handle_custom_msg(content, [])
        [answer] = self.sent
        self.sent.clear()
        return answer


def stereo(**other: Any) -> Take:
    return take_of_samples(STEREO, 16_000, **other)


def wav_of(data: bytes) -> tuple[int, int, int, int]:
    with wave.open(io.BytesIO(data)) as file:
        channels, size, rate, frames, *_ = file.getparams()
    return channels, size, rate, frames


# --- the widget ---------------------------------------------------------------------------


def test_a_take_displays_a_widget_and_its_repr() -> None:
    take = stereo()
    data, _ = take._repr_mimebundle_()
    assert data["text/plain"] == repr(take)
    model = data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert take.player().model_id == model
    again, _ = take._repr_mimebundle_()
    assert again["application/vnd.jupyter.widget-view+json"]["model_id"] == model


def test_a_closed_view_is_replaced() -> None:
    take = stereo()
    take._repr_mimebundle_()
    first = take._view
    assert first is not None
    first.close()
    take._repr_mimebundle_()
    assert take._view is not first


def test_showing_a_take_does_not_decode_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediarecorder.media.decode", lambda blob: pytest.fail("decoded"))
    take_of("pcm.webm")._repr_mimebundle_()


def test_the_saved_state_has_no_sound_and_no_devices() -> None:
    take = stereo(settings={"deviceId": "device-secret", "label": "device-secret"})
    state = TakeView(take).get_state()
    for trait in ("_esm", "layout", "tabbable", "tooltip"):
        state.pop(trait, None)
    own = {name: value for name, value in state.items() if not name.startswith("_")}
    assert own == {
        "seconds": 0.5,
        "mime_type": "audio/webm;codecs=opus",
        "sample_rate": None,
        "channels": None,
        "interrupted": "",
        "span": False,
    }
    assert "device-secret" not in str(state)


def test_an_interrupted_take_shows_the_reason() -> None:
    assert TakeView(stereo(complete=False, ended_by="page gone")).interrupted == "page gone"


def test_the_waveform_is_sent_as_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(stereo(), monkeypatch)
    answer, [data] = page.ask({"kind": "peaks"})
    assert answer == {"kind": "peaks"}
    peaks = np.frombuffer(data, "<f4")
    assert peaks.shape == (PEAKS,)
    assert peaks.max() == pytest.approx(np.abs(STEREO).max())
    assert (page.view.sample_rate, page.view.channels) == (16_000, 2)


def test_a_take_plays_its_own_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, [data] = Page(stereo(), monkeypatch).ask({"kind": "audio", "form": "own"})
    assert answer == {"kind": "audio", "type": "audio/webm;codecs=opus"}
    assert data == blob_of("opus.webm").tobytes()


@pytest.mark.parametrize(
    ("take", "form", "frames"),
    [
        (stereo(), "wav", 8000),
        (stereo()[0.1:0.35], "own", 4000),
        (stereo(mime_type="audio/webm;codecs=pcm"), "own", 8000),
    ],
)
def test_a_take_without_playable_bytes_plays_as_wav(
    take: Take, form: str, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, [data] = Page(take, monkeypatch).ask({"kind": "audio", "form": form})
    assert answer == {"kind": "audio", "type": "audio/wav"}
    assert wav_of(data) == (2, 2, 16_000, frames)


@pytest.mark.parametrize(
    ("take", "suffix", "start"),
    [
        (stereo(), "webm", b"\x1aE\xdf\xa3"),
        (stereo()[:0.1], "wav", b"RIFF"),
        (take_of("opus.mp4"), "mp4", b"\x00\x00\x00"),
        (take_of("opus.ogg"), "ogg", b"OggS"),
        (stereo(mime_type="audio/x-new"), "wav", b"RIFF"),
    ],
)
def test_a_download_has_the_right_name(
    take: Take, suffix: str, start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, [data] = Page(take, monkeypatch).ask({"kind": "file"})
    assert answer["name"] == f"take-20261124-182755.{suffix}"
    assert data.startswith(start)


def test_a_request_for_a_part_of_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, [code] = Page(stereo(), monkeypatch).ask({"kind": "asset", "name": "waveform"})
    assert answer["name"] == "waveform"
    assert b"export" in zlib.decompress(code)


def test_errors_are_sent_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    page = Page(take_of(), monkeypatch)
    answer, buffers = page.ask({"kind": "peaks"})
    assert (answer["kind"], answer["about"], buffers) == ("error", "peaks", [])
    assert "mediarecorder[av]" in answer["text"]


@pytest.mark.parametrize(
    "content",
    [{}, None, "peaks", [], {"kind": "rm"}, {"kind": ["peaks"]}, {"kind": "audio", "form": 3}],
)
def test_other_messages_are_logged(
    content: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = Page(stereo(), monkeypatch)
    with caplog.at_level(logging.WARNING, "mediarecorder"):
        page.view._handle_custom_msg(content, [])
    assert not page.sent
    assert "unknown message" in caplog.text


# --- peaks --------------------------------------------------------------------------------


def test_peaks_include_every_sample() -> None:
    samples = np.zeros((10_007, 2), np.float32)
    samples[[3, 5_000, 10_006], [0, 1, 0]] = [0.5, -0.75, 3]
    peaks = peaks_of(samples, 100)
    assert peaks.shape == (100,)
    assert sorted(peaks[peaks > 0]) == [0.5, 0.75, 1]
    assert peaks.dtype == np.float32


def test_peaks_of_few_and_of_invalid_samples() -> None:
    assert peaks_of(np.zeros((0, 2), np.float32), 100).shape == (0,)
    assert peaks_of(np.array([[0.5], [-0.25]], np.float32), 100).tolist() == [0.5, 0.25]
    assert peaks_of(np.array([[np.nan], [np.inf]], np.float32), 100).tolist() == [0, 1]


# --- embedded -----------------------------------------------------------------------------


def embedded(html: str) -> tuple[str, bytes]:
    [(mime_type, data)] = re.findall(r'src="data:([^"]*);base64,([^"]*)"', html)
    return mime_type, base64.b64decode(data)


def test_embedding_puts_the_bytes_into_the_notebook() -> None:
    shown = stereo().embed()
    html = shown._repr_html_()
    assert embedded(html) == ("audio/webm;codecs=opus", blob_of("opus.webm").tobytes())
    assert "<audio controls" in html
    assert "17.1 kB in the notebook" in html
    assert repr(shown) == (
        "<Embedded take, 0.50 s, audio/webm;codecs=opus, 17.1 kB in the notebook>"
    )


def test_a_span_is_embedded_as_wav() -> None:
    mime_type, data = embedded(stereo()[:0.25].embed()._repr_html_())
    assert mime_type == "audio/wav"
    assert wav_of(data) == (2, 2, 16_000, 4000)


def test_the_type_is_escaped() -> None:
    html = stereo(mime_type='audio/"><script>alert(1)</script>').embed()._repr_html_()
    assert "<script" not in html
    assert html.count("<audio") == 1
