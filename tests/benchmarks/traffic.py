"""What went over a page's websocket, in bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

from playwright.sync_api import Page, WebSocket


@dataclass
class Count:
    """Bytes. `statuses` are those of `received` by which Jupyter says: busy, or idle again."""

    sent: int = 0
    received: int = 0
    statuses: int = 0


class Traffic:
    """Counts what the tab that it is given sends to kernels, and hears from them."""

    def __init__(self) -> None:
        self._now = Count()

    def __call__(self, page: Page) -> None:
        page.on("websocket", self._listen)

    def take(self) -> Count:
        """What has been counted since the last time."""
        now, self._now = self._now, Count()
        return now

    def _listen(self, socket: WebSocket) -> None:
        if "/channels" in socket.url:
            socket.on("framesent", self._send)
            socket.on("framereceived", self._receive)

    def _send(self, payload: bytes | str) -> None:
        self._now.sent += len(payload)

    def _receive(self, payload: bytes | str) -> None:
        self._now.received += len(payload)
        if _kind(payload) == "status":
            self._now.statuses += len(payload)


def _kind(payload: bytes | str) -> str:
    """The type of a message: v1.kernel.websocket.jupyter.org has a table of offsets before it."""
    if isinstance(payload, str):
        return str(json.loads(payload)["msg_type"])
    _, _, start, end = struct.unpack_from("<4Q", payload)
    return str(json.loads(payload[start:end])["msg_type"])
