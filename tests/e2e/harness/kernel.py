"""A second client of a notebook's kernel, which bypasses the page."""

from __future__ import annotations

import ast
import base64
import json
import time
from pathlib import Path
from queue import Empty
from typing import Any

import numpy as np
from jupyter_client.blocking.client import BlockingKernelClient
from numpy.typing import NDArray


class KernelError(Exception):
    """Code raised in the kernel. `name` and `value` are those of that exception."""

    def __init__(self, name: str, value: str, traceback: str) -> None:
        super().__init__(f"{name}: {value}\n{traceback}")
        self.name = name
        self.value = value


class Kernel:
    """Evaluates expressions silently, between the messages that the kernel handles.

    Requests wait while a cell runs. With `subshell=True`, a subshell (a thread of the
    kernel; ipykernel 7) answers while the main shell is busy.
    """

    def __init__(self, connection_file: Path) -> None:
        self._client = BlockingKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.start_channels(stdin=False, hb=False)
        self._subshell: str | None = None

    def close(self) -> None:
        self._client.stop_channels()

    def value(self, expression: str, *, timeout: float = 10, subshell: bool = False) -> Any:
        """Return the value of an expression as JSON carries it: tuples become lists."""
        code = f"__import__('json').dumps(({expression}\n))"
        return json.loads(self._evaluate(code, timeout, subshell))

    def array(self, expression: str, *, timeout: float = 30) -> NDArray[Any]:
        """Return a numpy array, bit for bit."""
        pack = (
            "(lambda a: [a.dtype.str, a.shape, "
            "__import__('base64').b64encode(a.tobytes()).decode()])"
            f"(__import__('numpy').asarray({expression}))"
        )
        kind, shape, text = self.value(pack, timeout=timeout)
        return np.frombuffer(base64.b64decode(text), kind).reshape(shape)

    def _evaluate(self, code: str, timeout: float, subshell: bool) -> str:
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"value": code},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message = self._client.session.msg("execute_request", content)
        if subshell:
            message["header"]["subshell_id"] = self._subshell_id(timeout)
        self._client.shell_channel.send(message)
        reply = self._reply(self._client.get_shell_msg, message, timeout)
        answer = reply["content"].get("user_expressions", {}).get("value", reply["content"])
        if answer.get("status") != "ok":
            raise KernelError(
                str(answer.get("ename", answer.get("status"))),
                str(answer.get("evalue", "")),
                "\n".join(answer.get("traceback", [])),
            )
        text: str = ast.literal_eval(answer["data"]["text/plain"])
        return text

    def _subshell_id(self, timeout: float) -> str:
        if self._subshell is None:
            message = self._client.session.msg("create_subshell_request", {})
            self._client.control_channel.send(message)
            reply = self._reply(self._client.get_control_msg, message, timeout)
            self._subshell = str(reply["content"]["subshell_id"])
        return self._subshell

    def _reply(self, receive: Any, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Return the answer to this request; drop answers to requests that timed out."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                reply: dict[str, Any] = receive(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise TimeoutError(
                    f"The kernel did not answer within {timeout} s. While a cell runs, "
                    "pass `subshell=True`."
                ) from None
            if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                return reply
