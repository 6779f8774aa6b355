"""A TCP proxy between a browser and its server, which a test can cut and restore."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Literal
from urllib.parse import urlsplit

How = Literal["noticed", "unnoticed"]
"""Noticed: both ends see at once that their connections are closed, as when a proxy ends.
Unnoticed: data is lost, and neither end notices before the line is restored, as without wireless
coverage."""

Direction = Literal["up", "down"]

BYTES = 1 << 16


class Line:
    """A proxy at `self.url` for the server at `url`. Use it as a context manager.

    A cut affects the websockets, or everything: JupyterLab checks its kernel by HTTP before it
    reconnects, and waits for 10 to 30 s if that fails. All data is delayed by `delay` seconds. Each
    direction carries at most `rate` bits per second; without a rate it is unlimited.

    Attributes
    ----------
    broken : threading.Event
        Set while the line is cut.
    """

    def __init__(self, url: str, delay: float = 0.0, rate: float | None = None) -> None:
        self.url = ""
        self._delay = delay
        self._rate = rate
        self._free_at = {"up": 0.0, "down": 0.0}  # on the loop's clock
        self.broken = threading.Event()
        self._server = urlsplit(url)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._connections: dict[asyncio.Task[None], bool] = {}  # whether it is a websocket
        self._how: How = "noticed"
        self._everything = False
        self._allowance: int | None = None

    def __enter__(self) -> Line:
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self, how: How = "noticed", *, everything: bool = False, after: int = 0) -> None:
        """Break the connections, and refuse new ones until `restore`.

        The cut takes effect after `after` more bytes to the server in websockets.
        """
        self._run(self._arm(how, everything, after))

    def restore(self) -> None:
        """Accept new connections. Connections from before the cut stay broken."""
        self._run(self._restore())

    # --- on the loop's thread ------------------------------------------------------------

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _open(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        self._listener.close()
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections)

    async def _arm(self, how: How, everything: bool, after: int) -> None:
        self._how, self._everything, self._allowance = how, everything, after
        self._count(0)

    async def _restore(self) -> None:
        if self.broken.is_set():
            self._break_connections()
        self._allowance = None
        self.broken.clear()

    def _count(self, size: int) -> None:
        """Count bytes to the server, and cut the line when the allowance is used up."""
        if self._allowance is None or self.broken.is_set():
            return
        self._allowance -= size
        if self._allowance <= 0:
            self.broken.set()
            if self._how == "noticed":
                self._break_connections()

    def _break_connections(self) -> None:
        for connection, websocket in self._connections.items():
            if self._is_cut(websocket):
                connection.cancel()

    def _is_cut(self, websocket: bool) -> bool:
        return self.broken.is_set() and (websocket or self._everything)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection until it ends or is cut."""
        this = asyncio.current_task()
        assert this is not None
        self._connections[this] = False
        ends = [writer]
        try:
            head = await reader.read(BYTES)
            self._connections[this] = websocket = b"upgrade: websocket" in head.lower()
            if self._is_cut(websocket) and self._how == "noticed":
                raise ConnectionAbortedError
            answers, server = await asyncio.open_connection(
                self._server.hostname, self._server.port
            )
            ends.append(server)
            server.write(head)
            await asyncio.gather(
                self._forward(reader, server, "up", websocket),
                self._forward(answers, writer, "down", websocket),
            )
        except (OSError, asyncio.CancelledError):
            for end in ends:
                end.transport.abort()
        finally:
            del self._connections[this]

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        direction: Direction,
        websocket: bool,
    ) -> None:
        """Forward data, except while the line is cut; at its end, close the other side."""
        while data := await reader.read(BYTES):
            self._count(len(data) if websocket and direction == "up" else 0)
            await self._carry(len(data), direction)
            if not self._is_cut(websocket):
                self._later(writer.write, data)
                await writer.drain()
        self._later(writer.close)

    async def _carry(self, size: int, direction: Direction) -> None:
        """Occupy the line for as long as it takes to carry `size` bytes."""
        if self._rate is not None:
            start = max(self._free_at[direction], self._loop.time())
            self._free_at[direction] = end = start + 8 * size / self._rate
            await asyncio.sleep(end - self._loop.time())

    def _later(self, step: Callable[..., None], *args: bytes) -> None:
        if self._delay:
            self._loop.call_later(self._delay, step, *args)
        else:
            step(*args)
