"""A session from its first prompt to its last: recording, judging, storing and undoing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

from mediarecorder import MediaRecorder
from mediarecorder.errors import InvalidStateError
from mediarecorder.labeling import Clip, Quality, Session, Store
from mediarecorder.media import wav
from mediarecorder.testing import FakeBrowser
from tests.unit.labeling.hostile import HOSTILE

RATE = 16_000
ANYTHING = Quality(shortest=None, longest=None, quietest=None, clipped=None, silence=None)


def sound(path: Path, level: float = 0.3, silence: float = 0.0) -> Path:
    """Write a second of a tone that swells and fades, between two silences."""
    time = np.arange(RATE) / RATE
    tone = level * np.sin(2 * np.pi * 440 * time) * np.sin(np.pi * 4 * time) ** 2
    quiet = np.zeros(round(silence * RATE))
    samples = np.concatenate([quiet, tone, quiet])[:, np.newaxis].astype(np.float32)
    with path.open("wb") as file:
        wav.write(file, samples, RATE, "PCM_16")
    return path


class Booth:
    """A session with a fake browser that plays the same file for each recording."""

    def __init__(self, folder: Path, **options: Any) -> None:
        prompts = options.pop("prompts", ["yes", "no"])
        browser = options.pop("browser", FakeBrowser)
        self.folder = folder
        self.store = Store(folder / "store")
        file = sound(folder / "sound.wav", options.pop("level", 0.3), options.pop("silence", 0.0))
        self.session = Session(prompts, store=self.store, **options)
        self.browser = browser(self.session.recorder, file)

    def __enter__(self) -> Booth:
        self.browser.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.browser.__exit__(*error)
        self.session.close()

    def record(self) -> None:
        self.session.recorder.start()
        self.session.recorder.stop()
        self.browser.settle()

    def press(self, op: str, step: int | None = None, **more: Any) -> None:
        step = self.scene["step"] if step is None else step
        self.session._handle_custom_msg({"kind": "do", "op": op, "step": step, **more}, [])

    def accept(self, label: str = "", note: str = "", trim: bool = False) -> None:
        self.press("accept", label=label, note=note, trim=trim)

    @property
    def scene(self) -> dict[str, Any]:
        scene: dict[str, Any] = self.session._scene
        return scene

    def clips(self) -> list[Clip]:
        return list(self.store.manifest())


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    with Booth(tmp_path, speaker="Ada") as booth:
        yield booth


def test_from_the_first_prompt_to_the_last(booth: Booth) -> None:
    session = booth.session
    for text in ("yes", "no"):
        assert (session.phase, booth.scene["text"]) == ("ask", text)
        booth.record()
        assert session.phase == booth.scene["phase"] == "judged"
        assert session.verdict is not None
        assert session.verdict.findings == ()
        samples = session.recorder.value
        booth.accept()
        clip = booth.clips()[-1]
        assert (clip.text, clip.speaker, clip.settings["label"]) == (text, "Ada", "fake")
        np.testing.assert_array_equal(booth.store.take(clip).samples, samples)
    assert (session.phase, session.prompt, session.done, session.total) == ("done", None, 2, 2)
    assert (booth.scene["phase"], booth.scene["done"]) == ("done", 2)


def test_a_new_session_continues_the_last_one(booth: Booth, tmp_path: Path) -> None:
    booth.record()
    booth.accept()
    again = Session(["yes", "no"], store=booth.store, speaker="Ada")
    assert (again.prompt and again.prompt.text, again.done) == ("no", 1)
    other = Session(["yes", "no"], store=booth.store, speaker="Grace")
    assert (other.prompt and other.prompt.text, other.done) == ("yes", 0)
    again.close()
    other.close()


def test_a_new_recording_replaces_the_judged_take(booth: Booth) -> None:
    booth.record()
    first = booth.session.take
    booth.session.recorder.start()
    booth.browser.settle()
    assert (booth.session.phase, booth.session.take) == ("ask", None)
    booth.session.recorder.stop()
    booth.browser.settle()
    booth.accept()
    assert first is not None
    (clip,) = booth.clips()
    assert clip.recording not in ("", first.id)


def test_a_double_press_acts_once(booth: Booth) -> None:
    booth.record()
    step = booth.scene["step"]
    for _ in range(2):
        booth.press("accept", step, label="", note="", trim=False)
    booth.press("skip", step)
    assert len(booth.clips()) == 1
    assert booth.scene["text"] == "no"


def test_skip_and_undo(booth: Booth) -> None:
    booth.press("skip")
    assert (booth.scene["text"], booth.scene["skipped"]) == ("no", 1)
    booth.press("undo")
    assert (booth.scene["text"], booth.scene["skipped"]) == ("yes", 0)
    booth.record()
    booth.accept()
    booth.press("undo")
    assert booth.clips() == []
    assert (booth.scene["text"], booth.session.done) == ("yes", 0)
    booth.press("undo")
    assert booth.scene["notice"] == "There is nothing to take back."
    with pytest.raises(InvalidStateError, match="nothing to take back"):
        booth.session.undo()


def test_skipped_prompts_return_on_request(booth: Booth) -> None:
    booth.press("skip")
    booth.record()
    booth.accept()
    assert (booth.scene["phase"], booth.scene["skipped"]) == ("done", 1)
    booth.press("ask_skipped")
    assert (booth.scene["phase"], booth.scene["text"]) == ("ask", "yes")


def test_undo_ignores_clips_of_other_prompts(booth: Booth) -> None:
    booth.record()
    booth.accept()
    with Booth(booth.folder, prompts=["maybe"], speaker="Ada") as other:
        other.press("undo")
        assert other.scene["notice"] == "There is nothing to take back."
    assert len(booth.clips()) == 1


def test_a_refused_take_cannot_be_accepted(tmp_path: Path) -> None:
    with Booth(tmp_path, level=0.003) as booth:
        booth.record()
        assert booth.scene["findings"][0]["refused"]
        assert "too quiet" in booth.scene["findings"][0]["sentence"]
        booth.accept()
        assert booth.clips() == []
        assert "refused" in booth.scene["notice"]
        with pytest.raises(InvalidStateError, match="too quiet"):
            booth.session.accept()


def test_silence_is_trimmed_on_request(tmp_path: Path) -> None:
    with Booth(tmp_path, silence=1.5, quality=Quality(margin=0.1)) as booth:
        for trim in (True, False):
            booth.record()
            assert booth.scene["trim"] is not None
            booth.accept(trim=trim)
        cut, whole = booth.clips()
        assert cut.duration == pytest.approx(1.2, abs=0.15)
        assert whole.duration == 4
        samples = booth.store.take(cut).samples
        start = round((1.5 - 0.1) * RATE)
        wanted = booth.store.take(whole).samples
        offset = min(range(start - 2_000, start + 2_000), key=lambda n: _unlike(wanted, samples, n))
        np.testing.assert_array_equal(samples, wanted[offset : offset + len(samples)])


def _unlike(whole: Any, part: Any, offset: int) -> float:
    return float(np.abs(whole[offset : offset + len(part)] - part).sum())


def test_labels(tmp_path: Path) -> None:
    with Booth(tmp_path, labels=["happy", "sad"]) as booth:
        assert booth.scene["labels"] == ["happy", "sad"]
        booth.record()
        booth.accept(label="angry")
        assert booth.scene["notice"].startswith("The take has no label. Choose one of")
        assert booth.clips() == []
        booth.accept(label="sad", note="with a <b>sigh</b>")
        (clip,) = booth.clips()
        assert (clip.label, clip.note) == ("sad", "with a <b>sigh</b>")


def test_labels_are_normalized(tmp_path: Path) -> None:
    labels = ["e\u0301", "sad "]
    with Booth(tmp_path, labels=labels) as booth:
        for label in labels:
            booth.record()
            booth.session.accept(label)
        assert [clip.label for clip in booth.clips()] == ["\xe9", "sad"]


def test_consent_comes_first(tmp_path: Path) -> None:
    with Booth(tmp_path, consent="I may be recorded.", speaker="Ada", warm_up=True) as booth:
        assert (booth.scene["phase"], booth.scene["consent"]) == ("consent", "I may be recorded.")
        booth.record()
        assert booth.scene["phase"] == "consent"
        booth.press("skip")
        assert booth.scene["notice"]
        booth.press("agree")
        assert booth.scene["phase"] == "room"
    with Booth(tmp_path, consent="I may be recorded.", speaker="Ada") as booth:
        assert booth.scene["phase"] == "ask"
    with Booth(tmp_path, consent="I may be recorded, for ever.", speaker="Ada") as booth:
        assert booth.scene["phase"] == "consent"


def test_the_room_is_measured_first(tmp_path: Path) -> None:
    with Booth(tmp_path, warm_up=True, quality=Quality(signal_to_noise=15)) as booth:
        booth.record()  # the room is as loud as the speaker
        assert booth.scene["phase"] == "room"
        assert "loud" in booth.scene["findings"][0]["sentence"]
        booth.press("leave_room")
        assert (booth.scene["phase"], booth.scene["findings"]) == ("ask", [])
        booth.record()
        assert [finding.name for finding in booth.session.verdict.findings] == ["noisy"]  # type: ignore[union-attr]


def test_several_takes_of_each_prompt(tmp_path: Path) -> None:
    with Booth(tmp_path, prompts=["yes"], takes_per_prompt=3) as booth:
        for number in (1, 2, 3):
            assert (booth.scene["take"], booth.scene["takes"]) == (number, 3)
            booth.record()
            booth.accept()
        assert [clip.take for clip in booth.clips()] == [1, 2, 3]
        assert booth.session.phase == "done"


def test_each_speaker_has_an_order_and_a_share(tmp_path: Path) -> None:
    prompts, people = [str(n) for n in range(40)], ["Ada", "Grace"]

    def order_of(speaker: str) -> list[str]:
        store = Store(tmp_path / speaker)
        session = Session(prompts, store=store, speaker=speaker, people=people, shuffle=True)
        order: list[str] = []
        while session.prompt is not None:
            order.append(session.prompt.text)
            session.skip()
        session.close()
        return order

    ada, grace = order_of("Ada"), order_of("Grace")
    assert sorted(ada + grace) == sorted(prompts)
    assert ada == order_of("Ada") != sorted(ada, key=int)


def test_no_step_during_a_recording(booth: Booth) -> None:
    booth.session.recorder.start()
    booth.press("skip")
    assert "under way" in booth.scene["notice"]
    assert booth.scene["text"] == "yes"
    booth.session.recorder.stop()
    booth.browser.settle()
    booth.accept()
    assert booth.clips()[0].text == "yes"


class Slow(FakeBrowser):
    """A browser that delays one kind of command until `go` is set."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.slow = ""
        self.go = threading.Event()

    def _execute(self, op: str, take: str | None, seconds: float | None) -> None:
        if op == self.slow:
            assert self.go.wait(60)
        super()._execute(op, take, seconds)


STEPS: dict[str, Callable[[Session], object]] = {
    "accept": lambda session: session.accept(),
    "skip": lambda session: session.skip(),
    "undo": lambda session: session.undo(),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_take_on_its_way_belongs_to_the_current_prompt(tmp_path: Path, step: str) -> None:
    with Booth(tmp_path, prompts=["yes", "no", "go"], browser=Slow) as booth:
        session, browser = booth.session, booth.browser
        booth.record()
        booth.accept()
        browser.slow = "stop"
        session.recorder.start()
        session.recorder.stop()
        assert session.recorder.state == "inactive"
        with pytest.raises(InvalidStateError, match="still on its way"):
            STEPS[step](session)
        browser.go.set()
        browser.settle()
        assert (session.phase, booth.scene["text"]) == ("judged", "no")
        booth.accept()
        assert [clip.text for clip in booth.clips()] == ["yes", "no"]


@pytest.mark.parametrize("step", STEPS)
def test_a_repeated_take_belongs_to_the_same_prompt(tmp_path: Path, step: str) -> None:
    with Booth(tmp_path, browser=Slow) as booth:
        session, browser = booth.session, booth.browser
        booth.record()
        browser.slow = "start"
        session.recorder.start()  # the permission prompt is open
        with pytest.raises(InvalidStateError, match="under way"):
            STEPS[step](session)
        browser.go.set()
        session.recorder.stop()
        browser.settle()
        latest = session.recorder.take
        assert latest is not None
        booth.accept()
        (clip,) = booth.clips()
        assert (clip.text, clip.recording) == ("yes", latest.id)


def test_no_consent_to_an_existing_recording(tmp_path: Path) -> None:
    with Booth(tmp_path, consent="I may be recorded.", browser=Slow) as booth:
        booth.browser.slow = "stop"
        booth.session.recorder.start()
        booth.session.recorder.stop()
        booth.press("agree")
        assert (booth.scene["phase"], "on its way" in booth.scene["notice"]) == ("consent", True)
        booth.browser.go.set()
        booth.browser.settle()
        booth.press("agree")
        assert (booth.scene["phase"], booth.session.take) == ("ask", None)


def test_a_listener_may_accept_a_take_at_its_stop_event(booth: Booth) -> None:
    booth.session.recorder.on("stop", lambda _event: booth.session.accept())
    for text in ("yes", "no"):
        booth.record()
        assert booth.clips()[-1].text == text
    assert booth.session.phase == "done"


def test_a_failed_write_loses_no_take(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    booth.record()
    with monkeypatch.context() as patch:
        patch.setattr(booth.session.shard._backend, "write", full)
        booth.accept()
    assert "No space left" in booth.scene["notice"]
    assert booth.scene["phase"] == "judged"
    booth.accept()
    assert len(booth.clips()) == 1


def test_undo_in_a_store_without_deletion_withdraws_one_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_names: Any) -> None:
        raise PermissionError(13, "AccessDenied")

    with Booth(tmp_path, prompts=["yes", "no", "go"]) as booth:
        for _ in range(2):
            booth.record()
            booth.accept()
        monkeypatch.setattr(booth.session.shard._backend, "remove", refuse)
        booth.press("undo")
        assert [clip.text for clip in booth.clips()] == ["yes"]
        assert (booth.scene["text"], booth.scene["done"]) == ("no", 1)
        assert booth.scene["notice"] == ""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_prompts_labels_speakers_and_notes(tmp_path: Path, text: str) -> None:
    with Booth(tmp_path, prompts=[text], labels=[text], speaker=text, consent=text) as booth:
        booth.press("agree")
        booth.record()
        booth.accept(label=booth.scene["labels"][0], note=text)
        (clip,) = booth.clips()
        assert clip.text == clip.label == clip.note == clip.speaker == booth.session.shard.speaker
        assert [path.name for path in (tmp_path / "store/audio").rglob("*.wav")] == ["000001.wav"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {},
        {"kind": "do"},
        {"kind": "do", "op": "close", "step": 1},
        {"kind": "do", "op": "_draw", "step": 1},
        {"kind": "do", "op": "accept", "step": 1, "label": 1, "note": "", "trim": False},
        {"kind": "do", "op": ["skip"], "step": 1},
        {"kind": "do", "op": "skip", "step": "1"},
        {"kind": "media", "name": "speaker", "prompt": "x"},
        {"kind": "media", "name": "image", "prompt": "x"},
    ],
)
def test_invalid_messages_change_nothing(booth: Booth, message: Any) -> None:
    before = booth.scene
    sent: list[object] = []
    booth.session.send = lambda content, buffers=None: sent.append(content)
    booth.session._handle_custom_msg(message, [])
    assert booth.scene == before
    assert sent == []


def test_invalid_arguments(tmp_path: Path) -> None:
    for wrong, match in [
        ({"labels": "yes"}, "list of texts"),
        ({"labels": [str(n) for n in range(10)]}, "the maximum is 9"),
        ({"labels": ["a", "a"]}, "text of its own"),
        ({"people": ["Grace"], "speaker": "Ada"}, "not one of the people"),
    ]:
        with pytest.raises((TypeError, ValueError), match=match):
            Session(["yes"], store=tmp_path, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no prompts"):
        Session([], store=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_given_recorder_stays_open(tmp_path: Path) -> None:
    recorder = MediaRecorder()
    session = Session(["yes"], store=tmp_path, recorder=recorder)
    assert session.recorder is recorder
    session.close()
    recorder.start()  # a closed recorder would raise
    recorder.close()


def test_prompts_with_an_image_and_a_sound(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG...")
    audio = sound(tmp_path / "b.wav")
    prompts = [
        {"text": "", "image": str(picture), "sound": str(audio)},
        {"text": "", "image": "https://example.org/a.png", "sound": "/etc/passwd"},
    ]
    session = Session(prompts, store=tmp_path / "store")
    sent: list[tuple[dict[str, Any], Any]] = []
    session.send = lambda content, buffers=None: sent.append((content, buffers))

    def ask(name: str) -> tuple[dict[str, Any], Any]:
        prompt = session._scene["prompt"]
        session._handle_custom_msg({"kind": "media", "name": name, "prompt": prompt}, [])
        return sent[-1]

    assert (session._scene["image"], session._scene["sound"]) == ("file", "file")
    answer, buffers = ask("image")
    assert (answer["type"], buffers) == ("image/png", [picture.read_bytes()])
    answer, buffers = ask("sound")
    assert (answer["type"].partition("/")[0], buffers) == ("audio", [audio.read_bytes()])
    session.skip()
    assert session._scene["image"] == "https://example.org/a.png"
    answer, buffers = ask("sound")
    assert "cannot be shown" in answer["error"]
    assert buffers is None
    session.close()


def test_export_and_forget(booth: Booth, tmp_path: Path) -> None:
    booth.record()
    booth.accept()
    folder = booth.session.export("csv", tmp_path / "out", splits={"train": 1})
    assert "yes" in (folder / "clips.csv").read_text()
    report = booth.session.forget()
    assert (report.speaker, len(report.clips), booth.clips()) == ("Ada", 1, [])
    booth.record()
    booth.accept()
    assert "forgotten" in booth.scene["notice"]
    assert booth.session.forget("Grace").clips == ()


def test_as_a_table(booth: Booth) -> None:
    pytest.importorskip("pandas")
    booth.record()
    booth.accept()
    assert booth.session.to_pandas()[["text", "speaker"]].to_numpy().tolist() == [["yes", "Ada"]]


def test_a_recorder_of_another_type_is_refused(tmp_path: Path) -> None:
    recorder: Any = 42
    with pytest.raises(traitlets.TraitError, match="expected a MediaRecorder"):
        Session(["yes"], store=tmp_path, recorder=recorder)
