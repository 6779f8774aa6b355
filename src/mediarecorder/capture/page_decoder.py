"""Decoding by a page, for a kernel without a decoder."""

from __future__ import annotations

import time
import uuid

import numpy as np
import numpy.typing as npt

from ..errors import NotSupportedError
from ..host.waiting import Steps
from ..media.samples import SampleBuffer, Signal
from ..wire import protocol
from .controller import Controller, shown_controllers

BLOCK_SECONDS = 20.0
"""Maximum time in seconds between two blocks of a decoding page."""


def decode_in_a_page(blob: npt.NDArray[np.uint8], mime_type: str) -> Signal | None:
    """Let a page that shows a recorder decode a blob. Return None if no page does."""
    for controller in shown_controllers():
        try:
            signal = controller.block(decode_steps(controller, blob, mime_type))
        except NotSupportedError:  # a cell cannot wait in this host
            return None
        if signal is not None:
            return signal
    return None


def decode_steps(
    controller: Controller, blob: npt.NDArray[np.uint8], mime_type: str
) -> Steps[Signal | None]:
    """Return the samples of a blob, decoded by a page of this recorder, or None."""
    name, buffer = uuid.uuid4().hex, SampleBuffer()
    controller.runs.buffers[name] = buffer
    try:
        frames, until = 0, time.monotonic() + BLOCK_SECONDS
        if not controller.link.request(name, protocol.decode, mime_type, buffer=blob.tobytes()):
            return None
        while buffer.outcome is None and time.monotonic() < until:
            if buffer.frames > frames:
                frames, until = buffer.frames, time.monotonic() + BLOCK_SECONDS
            yield
        return buffer.samples()
    finally:
        controller.link.withdraw(name)
        del controller.runs.buffers[name]
