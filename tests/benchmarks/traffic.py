"""The traffic of a page's kernel websocket, in bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

from playwright.sync_api import Page, WebSocket


@dataclass
class Count:
    """Bytes. `statuses` is the share of `received` in Jupyter's busy and idle messages."""

    sent: int = 0
    received: int = 0
    statuses: int = 0


class Traffic:
    """Counts the bytes that a tab sends to kernels and receives from them."""

    def __init__(self) -> None:
        self._now = Count()

    def __call__(self, page: Page) -> None:
        page.on("websocket", self._listen)

    def take(self) -> Count:
        """Return the count since the last call, and restart from zero."""
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
    """Return a message's type. In v1.kernel.websocket.jupyter.org an offset table precedes it."""
    if isinstance(payload, str):
        return str(json.loads(payload)["msg_type"])
    _, _, start, end = struct.unpack_from("<4Q", payload)
    return str(json.loads(payload[start:end])["msg_type"])
