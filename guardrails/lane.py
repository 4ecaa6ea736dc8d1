"""A lane: who comes while others are being served goes with the next batch (group commit, as databases do it)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

import structlog

A = TypeVar("A")
R = TypeVar("R")

log = structlog.get_logger()


class Lane(Generic[A, R]):
    """Serves whoever finds it empty alone, and those who come meanwhile together.

    `together` answers None for whoever has to be served alone after all; a batch that fails is served one by one, each
    by its own asker, who bears its own refusal. An asker who goes away leaves the others' batch as it is.
    """

    def __init__(
        self, *, alone: Callable[[A], Awaitable[R]], together: Callable[[Sequence[A]], Awaitable[Sequence[R | None]]]
    ) -> None:
        self._alone = alone
        self._together = together
        self._waiting: list[tuple[A, asyncio.Future[R | None]]] = []
        self._busy = False
        self._driver: asyncio.Task[None] | None = None  # the loop itself keeps tasks weakly

    async def serve(self, asking: A) -> R:
        """The answer to one asker; raises what `alone` raises."""
        if self._busy:
            return await self._with_others(asking)
        self._busy = True
        try:
            return await self._alone(asking)
        finally:
            self._hand_over()

    async def _with_others(self, asking: A) -> R:
        seat: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asking, seat))
        answer = await seat
        return await self._alone(asking) if answer is None else answer

    def _hand_over(self) -> None:
        if self._waiting:
            self._driver = asyncio.create_task(self._drive(), context=Context())  # it speaks for no single asker
        else:
            self._busy = False

    async def _drive(self) -> None:
        """Serve batch after batch until nobody waits."""
        try:
            while self._waiting:
                batch = [(asking, seat) for asking, seat in self._waiting if not seat.done()]
                self._waiting = []
                await self._answer(batch)
                await asyncio.sleep(0)  # who is answered and asks again at once goes with the next batch
        finally:
            self._busy = False
            _tell(self._waiting, [None] * len(self._waiting))
            self._waiting = []

    async def _answer(self, batch: Sequence[tuple[A, asyncio.Future[R | None]]]) -> None:
        answers: Sequence[R | None] = [None] * len(batch)
        try:
            if batch:
                answers = await self._together([asking for asking, _ in batch])
        except Exception as error:  # noqa: BLE001 - each meets it again alone, and says so in its own name
            log.info("a batch is taken apart", size=len(batch), error=repr(error))
        finally:
            _tell(batch, answers)


def _tell(batch: Sequence[tuple[A, asyncio.Future[R | None]]], answers: Sequence[R | None]) -> None:
    for (_, seat), answer in zip(batch, answers, strict=True):
        if not seat.done():
            seat.set_result(answer)
