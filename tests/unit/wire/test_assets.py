"""Parts of the bundle over the comm: only known names, and only from the package."""

from __future__ import annotations

import base64
import logging
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from mediarecorder.wire import assets
from mediarecorder.wire.protocol import VERSION
from mediarecorder.wire.refusals import Refusals

ROOT = Path(__file__).parents[3]


class Widget:
    def __init__(self) -> None:
        self.sent: list[tuple[Any, Any]] = []

    def send(self, content: Any, buffers: Any = None) -> None:
        self.sent.append((content, buffers))


@pytest.mark.parametrize("name", assets.ASSETS)
def test_a_known_part_is_sent(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    (tmp_path / f"{name}.js").write_bytes(b"export const a = 1;")
    widget = Widget()
    assert assets.serve_asset(widget, {"kind": "asset", "name": name})
    [(answer, [code])] = widget.sent
    assert answer == {"kind": "asset", "name": name, "version": VERSION, "encoding": "deflate"}
    assert zlib.decompress(code) == b"export const a = 1;"


def test_a_part_is_sent_as_text_where_buffers_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "host_name", lambda: "Colab")
    (tmp_path / "tone.js").write_bytes(b"export const a = 1;")
    widget = Widget()
    assert assets.serve_asset(widget, {"kind": "asset", "name": "tone"})
    [(answer, buffers)] = widget.sent
    assert (answer["encoding"], buffers) == ("deflate+base64", None)
    assert zlib.decompress(base64.b64decode(answer["code"])) == b"export const a = 1;"


@pytest.mark.parametrize("name", ["../errors", "widget", "waveform.js", "", None, 7, ["waveform"]])
def test_unknown_parts_are_refused(
    name: object, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = Widget()
    monkeypatch.setattr(assets, "refused", refused := Refusals())
    with caplog.at_level(logging.WARNING, "mediarecorder"):
        for _ in range(15):
            assert assets.serve_asset(widget, {"kind": "asset", "name": name})
    assert not widget.sent
    assert refused == {"malformed": 15}
    assert caplog.text.count("not a part of mediarecorder") == 2  # the first and the tenth


@pytest.mark.parametrize("content", [{"kind": "peaks"}, {}, None, "asset", ["asset"], 3])
def test_other_messages_are_not_handled(content: object) -> None:
    widget = Widget()
    assert not assets.serve_asset(widget, content)
    assert not widget.sent


def test_a_missing_part_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    widget = Widget()
    assert assets.serve_asset(widget, {"kind": "asset", "name": "waveform"})
    [(answer, buffers)] = widget.sent
    assert "lacks waveform.js" in answer["error"]
    assert buffers is None
    assert caplog.records


def test_the_page_has_the_same_list_of_parts() -> None:
    [names] = re.findall(r"(?s)type Asset =(.+?);", (ROOT / "js/wire/assets.ts").read_text())
    assert tuple(re.findall(r'"(\w+)"', names)) == assets.ASSETS
