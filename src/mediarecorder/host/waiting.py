"""How a cell waits for a page: by letting the page's messages in while it waits.

A kernel runs one cell at a time, and a message of the page is one more thing that
waits for the cell to end; people were told for years that a cell cannot wait for a
widget (ipykernel issue 65). A message reaches a waiting call by one of two paths:

* **The subshell's thread.** JupyterLab ≥ 4.4 and Notebook 7 send comm messages to a
  subshell where the kernel has them (JEP 91, ipykernel ≥ 7.0). That thread hands
  them over while this one waits, and there is nothing to do but to wait.
* **The main shell's stream.** Everywhere else, and in ipykernel ≥ 7.4 also for a
  widget that a cell has spoken to (``Comm._reply_subshell_for`` sends the answers
  to where the last word came from), they queue up behind the running cell.
  While one of our calls waits, the messages of its own comm are taken out of that
  stream at once; all others go on to the kernel as ever and keep their order.

The second path is the same for all kernels: ipykernel 6 reads its shell socket in the
main thread, ipykernel 7 an inproc socket that its shell channel thread fills. A
blocking cell polls the stream itself; in an async cell the running loop does.
A subshell has such a stream too, so that a listener of another widget, which
may run there, can wait as a cell does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from ..errors import NotSupportedError
from .detect import CANNOT_WAIT, ONE_LOOP, host_name
from .session import message_session, running_kernel
from .wakeup import Wakeup

T = TypeVar("T")
Steps = Generator[None, None, T]
"""A wait: it checks what it waits for, and yields until that is there."""

POLL_INTERVAL = 0.01
"""Seconds between two checks of a blocking cell for what came on another thread."""
LONGEST_SLEEP = 0.2
"""Seconds after which a wait checks even if nothing came: a timeout may have passed."""


def block(steps: Steps[T], comm_id: str, wakeup: Wakeup) -> T:
    """Take `steps` to their end in a cell that blocks."""
    if host_name() in ONE_LOOP and _runs_a_loop():
        raise NotSupportedError(
            "This waits in the loop that brings the page's messages, so that none would come.",
            "Await rec.record_async(...) in a task.",
        )
    with _messages_let_in(comm_id) as let_in:
        try:
            while True:
                next(steps)
                until = time.monotonic() + LONGEST_SLEEP
                while not wakeup.wait(let_in(POLL_INTERVAL)) and time.monotonic() < until:
                    continue
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        except BaseException as error:
            steps.throw(error)  # lets them clean up, and raises what they raise
            raise


async def wait(steps: Steps[T], comm_id: str, wakeup: Wakeup) -> T:
    """The same in an async cell: its loop lets the messages in."""
    with _messages_let_in(comm_id):
        try:
            while True:
                next(steps)
                await wakeup.wait_async(LONGEST_SLEEP)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        except BaseException as error:
            steps.throw(error)
            raise


class _Thread(threading.local):
    delivering = False


_thread = _Thread()


@contextmanager
def delivery() -> Iterator[None]:
    """Deliver a message: whoever waits in here would wait for what comes after it."""
    before, _thread.delivering = _thread.delivering, True
    try:
        yield
    finally:
        _thread.delivering = before


def require_messages() -> None:
    """Raise where no message of a page can arrive before the cell has ended."""
    if _thread.delivering:
        raise NotSupportedError(
            "A listener of a recorder cannot wait for a page: what it waits for comes after it.",
            'Wait in a cell, or go on in a listener of "stop".',
        )
    if (where := host_name()) in CANNOT_WAIT:
        raise NotSupportedError(f"A cell of {where} cannot wait for a page.", CANNOT_WAIT[where])
    kernel = running_kernel()
    stream = None if kernel is None else _shell_stream(kernel)
    if stream is not None and not hasattr(stream, "_recv_callback"):
        raise NotSupportedError(
            f"A cell of this kernel ({type(kernel).__name__}) cannot wait for a page.",
            'Call rec.start() and rec.stop() in cells of their own, and use rec.on("stop", ...).',
        )


def _runs_a_loop() -> bool:
    """Whether this thread runs an event loop, which stands still while something blocks."""
    import asyncio

    try:
        return asyncio.get_running_loop() is not None
    except RuntimeError:
        return False


def message_path() -> str | None:
    """The path by which the page's messages reach a call that waits here, if there is one."""
    try:
        require_messages()
    except NotSupportedError:
        return None
    kernel = running_kernel()
    stream = None if kernel is None else _shell_stream(kernel)
    return "another thread" if stream is None else "the shell's stream"


# The paths ------------------------------------------------------------------------------


@contextmanager
def _messages_let_in(comm_id: str) -> Iterator[Callable[[float], float]]:
    """Let the messages of one comm in.

    Gives a function that a blocking cell calls again and again: it lets in what is
    there, and takes and returns how long the cell may sleep.
    """
    require_messages()
    kernel = running_kernel()
    stream = None if kernel is None else _shell_stream(kernel)
    if stream is None:
        yield lambda seconds: seconds  # another thread lets them in
        return

    def let_in(seconds: float) -> float:
        stream.socket.poll(round(1000 * seconds))
        stream.flush()
        return 0.0

    with _ShellFilter.letting_in(comm_id, kernel, stream):
        yield let_in


class _ShellFilter:
    """Stands before a shell: takes out the messages of some comms, passes on the rest."""

    _by_stream: ClassVar[dict[Any, _ShellFilter]] = {}

    def __init__(self, kernel: Any, stream: Any) -> None:
        self._kernel = kernel
        self._stream = stream
        self._comms: list[str] = []  # a comm that two calls wait for is in it twice
        self._kernel_handler: Callable[[Any], Any] = stream._recv_callback  # noqa: SLF001

    @classmethod
    @contextmanager
    def letting_in(cls, comm_id: str, kernel: Any, stream: Any) -> Iterator[None]:
        if (self := cls._by_stream.get(stream)) is None:
            self = cls._by_stream[stream] = cls(kernel, stream)
            stream.on_recv(self._sort, copy=False)
        self._comms.append(comm_id)
        try:
            yield
        finally:
            self._comms.remove(comm_id)
            if not self._comms:
                stream.on_recv(self._kernel_handler, copy=False)
                del cls._by_stream[stream]

    def _sort(self, frames: Any) -> Any:
        message = self._if_ours(frames)
        if message is None:
            return self._kernel_handler(frames)
        with message_session(message["header"]):
            self._kernel.comm_manager.comm_msg(self._stream, [], message)
        return None

    def _if_ours(self, frames: Any) -> Any:
        """The message if it is of one of our comms; unpacks no more than it must."""
        session = self._kernel.session
        try:
            _, parts = session.feed_identities(frames, copy=False)
            message = session.deserialize(parts, content=False, copy=False)
            if message["msg_type"] != "comm_msg":
                return None
            if session.unpack(message["content"]).get("comm_id") not in self._comms:
                return None
            return session.deserialize(parts, content=True, copy=False)
        except Exception:  # no message, as ipykernel's notes to itself: the kernel knows them
            return None


def _shell_stream(kernel: Any) -> Any:
    """The ZMQStream from which this thread gets its shell messages; None if it gets none."""
    here, channel = threading.current_thread(), getattr(kernel, "shell_channel_thread", None)
    if here is not threading.main_thread():
        pair = getattr(here, "shell_channel_to_subshell", None)
    elif channel is None:
        return kernel.shell_stream
    else:
        pair = channel.manager.get_shell_channel_to_subshell_pair(None)
    return None if pair is None else pair.to_stream
