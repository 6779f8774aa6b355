"""Waiting for a page in a cell, by handling the page's messages during the wait.

A kernel runs one cell at a time, and the messages of a page queue up behind the running
cell. So a cell cannot normally wait for a widget (ipykernel issue 65). A message reaches a
waiting call by one of two paths:

* **The subshell's thread.** JupyterLab ≥ 4.4 and Notebook 7 send comm messages to a
  subshell if the kernel supports them (JEP 91, ipykernel ≥ 7.0). The subshell's thread
  handles the messages while this thread waits. Nothing else is needed.
* **The main shell's stream.** In all other cases, the messages queue up behind the running
  cell. (In ipykernel ≥ 7.4, this includes a widget to which a cell has sent a message:
  ``Comm._reply_subshell_for`` directs the answers to the shell of the last message.) While
  one of our calls waits, the messages of its own comm are taken out of that stream at once.
  All other messages go on to the kernel, in their order.

The second path is the same for all kernels: ipykernel 6 reads its shell socket in the main
thread, and ipykernel 7 reads an inproc socket that its shell channel thread fills. A
blocking cell polls the stream itself; in an async cell, the running loop does.
A subshell has such a stream, too. So a listener of another widget, which may run there,
can wait as a cell does.
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
"""A wait, as a generator: it checks its condition, and yields until the condition holds."""

POLL_INTERVAL = 0.01
"""Seconds between two checks of a blocking cell for messages on another thread."""
LONGEST_SLEEP = 0.2
"""Seconds after which a wait checks without a message, since a timeout may have passed."""


def block(steps: Steps[T], comm_id: str, wakeup: Wakeup) -> T:
    """Run a wait to its end in a blocking cell, and return its result."""
    if host_name() in ONE_LOOP and _runs_a_loop():
        raise NotSupportedError(
            "This call would block the event loop that receives the page's messages.",
            "Await rec.record_async(...) in a task.",
        )
    with _messages_handled(comm_id) as handle_messages:
        try:
            while True:
                next(steps)
                until = time.monotonic() + LONGEST_SLEEP
                while not wakeup.wait(handle_messages(POLL_INTERVAL)) and time.monotonic() < until:
                    continue
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        except BaseException as error:
            steps.throw(error)  # the wait cleans up, and may raise its own error
            raise


async def wait(steps: Steps[T], comm_id: str, wakeup: Wakeup) -> T:
    """Run a wait to its end in an async cell, whose event loop handles the messages."""
    with _messages_handled(comm_id):
        try:
            while True:
                next(steps)
                await wakeup.wait_async(LONGEST_SLEEP)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        except BaseException as error:
            steps.throw(error)
            raise


class _ThreadState(threading.local):
    delivering = False


_thread = _ThreadState()


@contextmanager
def delivery() -> Iterator[None]:
    """Mark this thread as delivering a message. A wait would block all later messages."""
    before, _thread.delivering = _thread.delivering, True
    try:
        yield
    finally:
        _thread.delivering = before


def require_messages() -> None:
    """Raise `NotSupportedError` if no message of a page can arrive before the cell ends."""
    if _thread.delivering:
        raise NotSupportedError(
            "A listener of a recorder cannot wait for a page: messages arrive after it returns.",
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
    """Whether this thread runs an event loop, which a blocking call would stop."""
    import asyncio

    try:
        return asyncio.get_running_loop() is not None
    except RuntimeError:
        return False


def message_path() -> str | None:
    """Return the path by which a page's messages reach a waiting call here; None without one."""
    try:
        require_messages()
    except NotSupportedError:
        return None
    kernel = running_kernel()
    stream = None if kernel is None else _shell_stream(kernel)
    return "another thread" if stream is None else "the shell's stream"


# The paths ------------------------------------------------------------------------------


@contextmanager
def _messages_handled(comm_id: str) -> Iterator[Callable[[float], float]]:
    """Handle the messages of one comm during a wait.

    The context is a function that a blocking cell calls repeatedly. It handles the waiting
    messages. It takes and returns the number of seconds that the cell may sleep.
    """
    require_messages()
    kernel = running_kernel()
    stream = None if kernel is None else _shell_stream(kernel)
    if stream is None:
        yield lambda seconds: seconds  # another thread handles them
        return

    def handle_messages(seconds: float) -> float:
        stream.socket.poll(round(1000 * seconds))
        stream.flush()
        return 0.0

    with _ShellFilter.diverting(comm_id, kernel, stream):
        yield handle_messages


class _ShellFilter:
    """A filter on a shell's stream: it handles the messages of some comms, and passes on others."""

    _by_stream: ClassVar[dict[Any, _ShellFilter]] = {}

    def __init__(self, kernel: Any, stream: Any) -> None:
        self._kernel = kernel
        self._stream = stream
        self._comms: list[str] = []  # with a duplicate if two calls wait for one comm
        self._kernel_handler: Callable[[Any], Any] = stream._recv_callback  # noqa: SLF001

    @classmethod
    @contextmanager
    def diverting(cls, comm_id: str, kernel: Any, stream: Any) -> Iterator[None]:
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
        message = self._own_message(frames)
        if message is None:
            return self._kernel_handler(frames)
        with message_session(message["header"]):
            self._kernel.comm_manager.comm_msg(self._stream, [], message)
        return None

    def _own_message(self, frames: Any) -> Any:
        """Return the message if it belongs to one of our comms, unpacking as little as needed."""
        session = self._kernel.session
        try:
            _, parts = session.feed_identities(frames, copy=False)
            message = session.deserialize(parts, content=False, copy=False)
            if message["msg_type"] != "comm_msg":
                return None
            if session.unpack(message["content"]).get("comm_id") not in self._comms:
                return None
            return session.deserialize(parts, content=True, copy=False)
        except Exception:  # not a message, such as ipykernel's own signals: the kernel handles it
            return None


def _shell_stream(kernel: Any) -> Any:
    """Return the ZMQStream of this thread's shell messages; None if it receives none."""
    here, channel = threading.current_thread(), getattr(kernel, "shell_channel_thread", None)
    if here is not threading.main_thread():
        pair = getattr(here, "shell_channel_to_subshell", None)
    elif channel is None:
        return kernel.shell_stream
    else:
        pair = channel.manager.get_shell_channel_to_subshell_pair(None)
    return None if pair is None else pair.to_stream
