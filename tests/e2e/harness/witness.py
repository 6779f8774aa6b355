"""The Python interface of witness.js, which observes a page's microphones and recorders."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page


class Witness:
    """Reads and controls `window.witness` of one page. Each native `start()` is one take."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def report(self) -> dict[str, Any]:
        """Return the whole record: `liveTracks`, `requests`, `recorders` and `takes`."""
        seen: dict[str, Any] = self._call("report")
        return seen

    def live_tracks(self) -> int:
        return int(self._call("liveTracks"))

    def requests(self) -> list[dict[str, Any]]:
        """Return the calls of getUserMedia: `constraints`, and `outcome` (or `"waiting"`)."""
        requests: list[dict[str, Any]] = self.report()["requests"]
        return requests

    def takes(self) -> list[dict[str, Any]]:
        """Return each take's `recorder` (an index), `timeslice`, `events` and `size` in bytes."""
        takes: list[dict[str, Any]] = self.report()["takes"]
        return takes

    def events(self, take: int = -1) -> list[str]:
        """Return the names of a take's native events, in order."""
        return [event["type"] for event in self.takes()[take]["events"]]

    def calls(self, take: int = -1) -> list[str]:
        """Return the names of the native calls on a take's recorder, in order."""
        report = self.report()
        recorder = report["recorders"][report["takes"][take]["recorder"]]
        return [call["name"] for call in recorder["calls"]]

    def hash(self, take: int = -1) -> str:
        """Return the SHA-256 of the bytes that MediaRecorder delivered for a take."""
        return str(self._call("hash", take))

    def bytes(self, take: int = -1) -> bytes:
        return base64.b64decode(self._call("bytes", take))

    def reset(self) -> None:
        self._call("reset")

    def hold_permission(self) -> None:
        self._call("holdPermission")

    def release_permission(self) -> None:
        self._call("releasePermission")

    def refuse_permission(self, name: str = "NotAllowedError") -> None:
        """Refuse held and following requests with a DOMException of this name."""
        self._call("refusePermission", name)

    def end_tracks(self) -> None:
        self._call("endTracks")

    def unplug(self) -> None:
        self._call("unplug")

    def add_track(self, take: int = -1) -> None:
        self._call("addTrack", take)

    def remove_track(self, take: int = -1) -> None:
        self._call("removeTrack", take)

    def _call(self, name: str, *args: Any) -> Any:
        return self._page.evaluate("([name, args]) => witness[name](...args)", [name, list(args)])
