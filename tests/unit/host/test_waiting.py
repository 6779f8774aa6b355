"""Waiting in a cell: the filter in front of a kernel's shell, with a fake kernel."""

from __future__ import annotations

import asyncio
import json
import threading
import types
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mediarecorder import errors
from mediarecorder.host import session, waiting
from mediarecorder.host.waiting import Steps
from mediarecorder.host.wakeup import Wakeup

OURS, OTHERS = "our comm", "another comm"


class FakeStream:
    """The parts of ZMQStream that ipykernel uses; its socket never has data."""

    def __init__(self, kernel_callback: Callable[[Any], Any]) -> None:
        self._recv_callback = kernel_callback
        self.frames: deque[list[str]] = deque()
        self.socket = types.SimpleNamespace(poll=lambda ms: None)

    def on_recv(self, callback: Callable[[Any], Any], copy: bool) -> None:
        assert not copy
        self._recv_callback = callback

    def flush(self) -> None:
        while self.frames:
            self._recv_callback(self.frames.popleft())


class FakeKernel:
    """A kernel with messages in its stream; `handled` is the order in which it handles them."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.on_our_message: Callable[[str], None] = lambda name: None
        self.shell_stream = FakeStream(lambda frames: self.handled.append(frames[-1]))
        self.session = types.SimpleNamespace(
            feed_identities=lambda frames, copy: (frames[:1], frames[1:]),
            deserialize=self._deserialize,
            unpack=json.loads,
        )
        self.comm_manager = types.SimpleNamespace(comm_msg=self._comm_msg)

    def send(self, name: str, comm: str | None = None) -> None:
        """Queue a message of a comm, or an execute request."""
        message = {
            "msg_type": "execute_request" if comm is None else "comm_msg",
            "header": {"session": f"the page of {name}"},
            "content": json.dumps({"comm_id": comm, "name": name}),
        }
        self.shell_stream.frames.append(["identity", json.dumps(message), name])

    def _deserialize(self, parts: list[str], content: bool, copy: bool) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(parts[0])
        if content:
            message["content"] = json.loads(message["content"])
        return message

    def _comm_msg(self, stream: Any, ident: Any, message: Any) -> None:
        name = message["content"]["name"]
        self.handled.append(f"{name} at once")
        self.on_our_message(name)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKernel]:
    kernel = FakeKernel()
    own = kernel.shell_stream._recv_callback
    monkeypatch.setattr(waiting, "running_kernel", lambda: kernel)
    yield kernel
    assert kernel.shell_stream._recv_callback is own
    assert waiting._ShellFilter._by_stream == {}


def until(kernel: FakeKernel, last: str) -> Steps[str]:
    """Wait until the kernel has handled the message `last`."""
    while last not in kernel.handled:
        yield
    return last


def test_our_messages_are_handled_at_once_and_the_others_in_order(kernel: FakeKernel) -> None:
    for name, comm in [("a", None), ("b", OTHERS), ("c", OURS), ("d", None), ("e", OURS)]:
        kernel.send(name, comm)
    assert waiting.block(until(kernel, "e at once"), OURS, Wakeup()) == "e at once"
    assert kernel.handled == ["a", "b", "c at once", "d", "e at once"]


def test_after_the_wait_the_kernel_handles_all_messages(kernel: FakeKernel) -> None:
    kernel.send("a", OURS)
    waiting.block(until(kernel, "a at once"), OURS, Wakeup())
    kernel.send("b", OURS)
    kernel.shell_stream.flush()
    assert kernel.handled == ["a at once", "b"]


def test_invalid_messages_are_left_to_the_kernel(kernel: FakeKernel) -> None:
    kernel.shell_stream.frames.append(["identity", "no JSON", "a note to itself"])
    kernel.shell_stream.frames.append([])
    kernel.shell_stream._recv_callback, own = (
        lambda frames: kernel.handled.append(str(len(frames))),
        kernel.shell_stream._recv_callback,
    )
    waiting.block(until(kernel, "0"), OURS, Wakeup())
    assert kernel.handled == ["3", "0"]
    kernel.shell_stream._recv_callback = own


def test_an_async_cell_handles_messages_from_its_loop(kernel: FakeKernel) -> None:
    async def run() -> str:
        loop = asyncio.get_running_loop()
        wakeup = Wakeup()
        kernel.on_our_message = lambda name: wakeup.notify()
        loop.call_later(0.01, kernel.send, "a", OURS)
        loop.call_later(0.02, kernel.shell_stream.flush)
        return await waiting.wait(until(kernel, "a at once"), OURS, wakeup)

    assert asyncio.run(run()) == "a at once"


def test_an_exception_of_the_wait_is_raised_and_the_filter_removed(kernel: FakeKernel) -> None:
    def failing() -> Steps[None]:
        yield
        raise errors.AbortError("The page has gone.")

    with pytest.raises(errors.AbortError):
        waiting.block(failing(), OURS, Wakeup())
    with pytest.raises(errors.AbortError):
        asyncio.run(waiting.wait(failing(), OURS, Wakeup()))


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_reaches_the_wait(kernel: FakeKernel, interrupt: type[BaseException]) -> None:
    raised: list[type[BaseException]] = []

    def steps() -> Steps[None]:
        try:
            while True:
                yield
        except BaseException as error:
            raised.append(type(error))
            raise

    def raise_interrupt(name: str) -> None:
        raise interrupt

    kernel.on_our_message = raise_interrupt
    kernel.send("a", OURS)
    with pytest.raises(interrupt):
        waiting.block(steps(), OURS, Wakeup())
    assert raised == [interrupt]


def test_two_concurrent_waits_for_two_comms(kernel: FakeKernel) -> None:
    async def run() -> None:
        first = asyncio.create_task(waiting.wait(until(kernel, "b at once"), OURS, Wakeup()))
        second = asyncio.create_task(waiting.wait(until(kernel, "c at once"), OTHERS, Wakeup()))
        await asyncio.sleep(0)
        kernel.send("a", "a third")
        kernel.send("b", OURS)
        kernel.shell_stream.flush()
        await first
        kernel.send("d", OURS)
        kernel.send("c", OTHERS)
        kernel.shell_stream.flush()
        await second

    asyncio.run(run())
    assert kernel.handled == ["a", "b at once", "d", "c at once"]


def test_two_concurrent_waits_for_one_comm(kernel: FakeKernel) -> None:
    async def run() -> None:
        names = ("a at once", "b at once")
        waits = [
            asyncio.create_task(waiting.wait(until(kernel, name), OURS, Wakeup())) for name in names
        ]
        await asyncio.sleep(0)
        for name, wait in zip("ab", waits, strict=True):
            kernel.send(name, OURS)
            kernel.shell_stream.flush()
            await wait

    asyncio.run(run())
    assert kernel.handled == ["a at once", "b at once"]


def test_the_session_of_a_message_is_known(kernel: FakeKernel) -> None:
    seen: list[str | None] = []
    kernel.on_our_message = lambda name: seen.append(session.current_session())
    kernel.send("a", OURS)
    waiting.block(until(kernel, "a at once"), OURS, Wakeup())
    assert seen == ["the page of a"]
    assert session.current_session() is None


def test_another_thread_does_not_filter_the_stream(kernel: FakeKernel) -> None:
    wakeup = Wakeup()
    thread = threading.Thread(target=lambda: waiting.block(until(kernel, "done"), OURS, wakeup))
    thread.start()
    assert waiting._ShellFilter._by_stream == {}
    kernel.handled.append("done")
    wakeup.notify()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_subshell_reads_its_own_stream(kernel: FakeKernel) -> None:
    class SubshellThread(threading.Thread):
        shell_channel_to_subshell = types.SimpleNamespace(to_stream=kernel.shell_stream)

    kernel.send("a", OURS)
    thread = SubshellThread(
        target=lambda: waiting.block(until(kernel, "a at once"), OURS, Wakeup())
    )
    thread.start()
    thread.join(timeout=5)
    assert kernel.handled == ["a at once"]


def test_newer_kernels_have_a_separate_stream_for_the_main_shell(
    kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = {None: types.SimpleNamespace(to_stream=kernel.shell_stream)}
    manager = types.SimpleNamespace(get_shell_channel_to_subshell_pair=pairs.__getitem__)
    newer = types.SimpleNamespace(shell_channel_thread=types.SimpleNamespace(manager=manager))
    assert waiting._shell_stream(newer) is kernel.shell_stream
    older = types.SimpleNamespace(shell_channel_thread=None, shell_stream="its own")
    assert waiting._shell_stream(older) == "its own"
