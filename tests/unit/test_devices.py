"""Microphones: the devices of a page, their changes, and the choice in its view."""

from __future__ import annotations

from pathlib import Path

from mediarecorder import Device, DeviceChangeEvent, MediaRecorder, Microphone, Tone
from mediarecorder.testing import FakeBrowser


def test_a_page_reports_its_microphones_and_each_change(wav: Path) -> None:
    rec = MediaRecorder()
    events: list[DeviceChangeEvent] = []
    rec.on("devicechange", events.append)
    assert not rec.devices
    with FakeBrowser(rec, wav) as browser:
        assert not rec.devices
        browser.plug("Built-in", "USB")
        browser.settle()
        expected = [Device("id of Built-in", "Built-in"), Device("id of USB", "USB")]
        assert list(rec.devices) == expected
        browser.plug("USB")
        browser.settle()
        assert [[device.name for device in event.devices] for event in events] == [
            ["Built-in", "USB"],
            ["USB"],
        ]
        assert events[-1].devices == rec.devices
    assert not rec.devices


def test_a_choice_changes_only_the_device(wav: Path) -> None:
    rec = MediaRecorder(Microphone.speech())
    with FakeBrowser(rec, wav) as browser:
        browser.choose("USB")
        browser.settle()
        assert rec.source == Microphone.speech("USB")
        browser.settle()
        assert browser._options["source"]["device"] == "USB"
        browser.choose(None)
        browser.settle()
        assert rec.source == Microphone.speech()


def test_a_tone_has_no_device(wav: Path) -> None:
    rec = MediaRecorder(Tone(440))
    with FakeBrowser(rec, wav) as browser:
        browser.choose("USB")
        browser.settle()
    assert rec.source == Tone(440)


def test_an_empty_name_selects_the_default(wav: Path) -> None:
    rec = MediaRecorder(Microphone("USB"))
    with FakeBrowser(rec, wav) as browser:
        browser.choose("")
        browser.settle()
    assert rec.source == Microphone()
