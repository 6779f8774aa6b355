"""A fake browser that runs a notebook's recorder without a page, for instance in CI.

```python
rec = MediaRecorder()
with FakeBrowser(rec, "hello.wav"):
    take = rec.record(2)
```

The recorder and the protocol are real: the same messages, in the same order, with the same
acknowledgements. Only the recording is replaced by a file.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import queue
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from comm.base_comm import BaseComm

from .recorder import MediaRecorder
from .take import Take
from .wire.protocol import MAX_PART, VERSION, EndedBy, Facts, State

HEALTHY = Facts(
    host=None,
    user_agent="mediarecorder.testing",
    secure=True,
    webview=False,
    embedded=False,
    visible=True,
    allowed=True,
    permission="granted",
    microphones=1,
    names=None,
    media_devices=True,
    media_recorder=True,
    web_codecs=True,
    audio_context=True,
    web_locks=True,
    indexed_db=True,
    stored_bytes=0,
    storable_bytes=10**10,
)
"""The facts that a page reports if it has no problem."""


class FakePage:
    """Creates the messages of a page: numbers them, and adds the page's state to each.

    Parameters
    ----------
    name : str
        The id of the page.
    types : dict of str to bool
        More MIME types, and whether the browser supports them.
    """

    def __init__(self, name: str = "fake page", types: dict[str, bool] | None = None) -> None:
        self.id = name
        self.types = {"audio/webm": True, "audio/webm;codecs=opus": True} | (types or {})
        self.state: State = "inactive"
        self.mime_type = ""
        self.heard = self.done = 0
        self._clock = self._seq = 0

    def note(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Return a message that is not acknowledged and may get lost."""
        self._clock += 1
        return {
            "kind": kind,
            "page": self.id,
            "clock": self._clock,
            "heard": self.heard,
            "done": self.done,
            "snapshot": {
                "state": self.state,
                "mime_type": self.mime_type,
                "audio_bits_per_second": 128_000,
                "video_bits_per_second": 2_500_000,
                "audio_bitrate_mode": "variable",
            },
            **fields,
        }

    def letter(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Return a numbered, acknowledged message."""
        self._seq += 1
        return self.note(kind, seq=self._seq - 1, **fields)

    def hello(self) -> dict[str, Any]:
        """Return the first message of a page."""
        return self.note("hello", version=VERSION, types=self.types)


class FakeBrowser:
    """Shows one recorder, and answers its commands with the recording in a file.

    Use it as a context manager.

    Parameters
    ----------
    recorder : MediaRecorder
        The recorder to show.
    file : path
        The content of every recording, byte for byte: any file that `Take.load` reads. With a
        ``.wav`` file, no optional package is needed for samples.

    Raises
    ------
    DecodingError, OSError
        The file cannot be loaded, as for `Take.load`.

    Notes
    -----
    It runs in its own thread, as a page runs in its own process. Wait for the effect of a call
    as in a notebook, or call `settle`. ``record(seconds)`` returns at once, without waiting for
    `seconds`. The recorder's limits, such as `max_duration`, have no effect.
    """

    def __init__(self, recorder: MediaRecorder, file: str | os.PathLike[str]) -> None:
        self._recorder = recorder
        self._blob = pathlib.Path(file).read_bytes()
        self._sound = Take.load(file)
        self._page = FakePage()
        self._options: dict[str, Any] = {}
        self._take: str | None = None
        self._started_at = 0.0
        self._failure: Exception | None = None
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._worker = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> FakeBrowser:
        self._before = self._recorder.comm
        self._recorder.comm = self._comm = _FakeComm(self._inbox)
        self._worker.start()
        self._send(self._page.hello())
        self.settle()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inbox.put(None)
        self._worker.join()
        self._send(self._page.note("bye"))
        if self._recorder.comm is self._comm:
            self._recorder.comm = self._before

    def settle(self) -> None:
        """Wait until all messages so far are handled and answered."""
        if self._worker.is_alive():  # else the messages are never handled
            self._inbox.join()
        if self._failure is not None:
            raise self._failure

    def plug(self, *names: str) -> None:
        """Connect these microphones, as a page that may know their names."""
        self._inbox.put({"kind": "plug", "names": names})

    def choose(self, name: str | None) -> None:
        """Choose a microphone, like the user in the view's menu. None is the browser's default."""
        self._inbox.put({"kind": "choose", "name": name})

    def _work(self) -> None:
        while (message := self._inbox.get()) is not None:
            try:
                self._handle(message)
            except Exception as error:
                self._failure = error
            finally:
                self._inbox.task_done()
        self._inbox.task_done()  # for the None: another thread may be in `settle`

    def _handle(self, message: dict[str, Any]) -> None:
        match message["kind"]:
            case "welcome":
                self._options = message["options"]
                self._send(self._page.letter("tried", fault=None))
            case "command" if message["n"] > self._page.heard:
                self._page.heard = message["n"]
                self._execute(message["op"], message["take"], message["seconds"])
            case "query":
                mime_type = message["mime_type"]
                supported = self._page.types.get(mime_type, False)
                self._send(self._page.note("answer", mime_type=mime_type, supported=supported))
            case "plug":
                devices = [{"id": f"id of {name}", "name": name} for name in message["names"]]
                self._send(self._page.letter("devices", devices=devices))
            case "choose":
                self._send(self._page.letter("chosen", device=message["name"]))
            case "diagnose":
                facts = dataclasses.replace(HEALTHY, names=["fake"] if message["names"] else None)
                self._send(self._page.note("diagnosis", facts=dataclasses.asdict(facts)))
            case "decode":
                self._decode(message["take"])
                self._send(self._page.letter("decoded", take=message["take"], decoding="done"))

    def _execute(self, op: str, take: str | None, seconds: float | None) -> None:
        page = self._page
        page.done = page.heard
        if op == "start":
            self._take = take
            self._started_at = time.time()
            page.state, page.mime_type = "recording", self._sound.mime_type
            self._report("started", at=1000 * self._started_at, settings={"label": "fake"})
            for part in _parts(self._blob):
                self._report("data", part)
            if seconds is not None:  # the fake browser does not wait for them
                self._finish()
        elif op in ("pause", "resume"):
            page.state = "paused" if op == "pause" else "recording"
            self._report("paused" if op == "pause" else "resumed")
        elif op == "request_data":
            self._report("dataavailable", mime_type=page.mime_type, timecode=0.0)
        elif op == "stop":
            self._finish()
        self._send(page.note("note"))

    def _finish(self, ended_by: EndedBy = "stop") -> None:
        sound, page = self._sound, self._page
        page.state, page.mime_type = "inactive", ""
        if self._options["decode"]:
            self._decode(self._take)
        self._report(
            "stopped",
            ended_by=ended_by,
            mime_type=sound.mime_type,
            timecode=0.0,
            seconds=time.time() - self._started_at,
            decoding="done" if self._options["decode"] else None,
        )

    def _decode(self, take: str | None) -> None:
        rate, channels = self._sound.sample_rate, self._sound.channels
        for part in _parts(self._sound.samples.tobytes(), 4 * channels):
            letter = self._page.letter("pcm", take=take, sample_rate=rate, channels=channels)
            self._send(letter, part)

    def _report(self, kind: str, buffer: bytes = b"", **fields: Any) -> None:
        self._send(self._page.letter(kind, take=self._take, **fields), buffer)

    def _send(self, content: dict[str, Any], buffer: bytes = b"") -> None:
        message = {
            "content": {"data": {"method": "custom", "content": content}},
            "buffers": [memoryview(buffer)] if buffer else [],
        }
        self._comm.handle_msg(message)


class _FakeComm(BaseComm):
    """A comm whose other end is a queue."""

    def __init__(self, inbox: queue.Queue[dict[str, Any] | None]) -> None:
        self._inbox = inbox
        super().__init__(target_name="jupyter.widget")

    def publish_msg(
        self, msg_type: str, data: dict[str, Any] | None = None, *_: Any, **__: Any
    ) -> None:
        if msg_type == "comm_msg" and data and data.get("method") == "custom":
            self._inbox.put(data["content"])


def _parts(data: bytes, frame: int = 1) -> Iterator[bytes]:
    """Split `data` into parts of whole frames, each small enough for one message."""
    size = MAX_PART // frame * frame
    for start in range(0, len(data), size):
        yield data[start : start + size]
