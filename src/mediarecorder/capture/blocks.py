"""The iterator that `MediaRecorder.blocks` returns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ..errors import DecodingError, MediaRecorderError
from ..host.waiting import Steps
from ..media.block import Block, Blocker
from . import waits
from .controller import Controller
from .readers import Reader


class Blocks(Iterator[Block], AsyncIterator[Block]):
    """The blocks of one take, during the recording. `MediaRecorder.blocks` returns it.

    It is a synchronous and an asynchronous iterator.

    Attributes
    ----------
    overflow : int
        The number of frames of the take that were dropped because this reader was too slow.
    """

    def __init__(
        self, controller: Controller, reader: Reader, seconds: float, sample_rate: int | None
    ) -> None:
        self.overflow = 0
        self._controller = controller
        self._reader = reader
        self._blocker = Blocker(seconds, sample_rate)
        self._ended = False

    def __iter__(self) -> Blocks:
        return self

    def __aiter__(self) -> Blocks:
        return self

    def __next__(self) -> Block:
        block = self._ready()
        if block is None:
            block = self._controller.block(self._wait())
        if block is None:
            raise StopIteration
        return block

    async def __anext__(self) -> Block:
        block = self._ready()
        if block is None:
            block = await self._controller.wait(self._wait())
        if block is None:
            raise StopAsyncIteration
        return block

    def _wait(self) -> Steps[Block | None]:
        """Wait for the next block, or for the end of the take."""
        reader, following = self._reader, None
        with waits.block_wait(self._controller):
            while True:
                is_over = reader.is_over
                if (block := self._ready()) is not None:
                    return block
                if is_over or (reader.run is None and self._controller.closing):
                    return self._end()
                if following is None and reader.run is not None:
                    following = waits.follow_steps(self._controller, reader.run)
                if following is not None:
                    next(following, None)
                yield

    def _ready(self) -> Block | None:
        while not self._blocker.blocks and (chunk := self._reader.pop()) is not None:
            self._blocker.add(*chunk)
        return self._next_block()

    def _end(self) -> Block | None:
        """Return the remaining samples as a block. Then raise the error that ended the take."""
        self._blocker.flush()
        if (block := self._next_block()) is not None:
            return block
        if self._ended:
            return None
        self._ended = True
        outcome = None if self._reader.run is None else self._reader.run.outcome
        if isinstance(outcome, MediaRecorderError):
            raise outcome
        if self._reader.fault:
            raise DecodingError(f"The sound could not be decoded: {self._reader.fault}", "")
        return None

    def _next_block(self) -> Block | None:
        if not self._blocker.blocks:
            return None
        block = self._blocker.blocks.popleft()
        self.overflow += block.overflow
        return block
