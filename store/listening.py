"""Listening to PostgreSQL: what one process tells with NOTIFY, another hears within milliseconds."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final, cast

import psycopg
import structlog
from psycopg import sql

Heard = dict[str, Any]
MOST_UNHEARD: Final = 1_000
"""What a listener who does not keep up may fall behind; beyond it, it misses what is told."""
PAUSE_SECONDS: Final = 1.0

log = structlog.get_logger()


class Ear:
    """A channel, heard over one connection for everybody in this process who listens; none while nobody does.

    Nothing is stored: who listens looks at the tables when it is silent for `patience` seconds (then None is heard),
    also while the server is away; the connection comes back by itself.
    """

    def __init__(self, url: str, channel: str, *, patience: float = 1.0) -> None:
        self._url = url
        self._channel = channel
        self._patience = patience
        self._listeners: set[asyncio.Queue[Heard]] = set()
        self._hearing: asyncio.Task[None] | None = None
        self._open = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[AsyncIterator[Heard | None]]:
        """Everything told on the channel from now on, as JSON objects; None after each span of silence."""
        queue = asyncio.Queue[Heard](MOST_UNHEARD)
        self._listeners.add(queue)
        if self._hearing is None:
            self._open.clear()
            self._hearing = asyncio.create_task(self._hear())
        try:
            await self._open.wait()
            async with aclosing(self._heard(queue)) as heard:
                yield heard
        finally:
            self._listeners.discard(queue)
            if not self._listeners:
                hearing, self._hearing = self._hearing, None
                hearing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.shield(hearing)

    async def _heard(self, queue: asyncio.Queue[Heard]) -> AsyncGenerator[Heard | None]:
        while True:
            try:
                yield await asyncio.wait_for(queue.get(), self._patience)
            except TimeoutError:
                yield None

    async def _hear(self) -> None:
        """Pass on what is told until nobody listens; a broken connection is opened anew."""
        while True:
            try:
                await self._hear_over_one_connection()
            except psycopg.OperationalError as error:
                log.warning("nothing can be heard, the tables are looked at instead", error=str(error).strip())
            self._open.set()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _hear_over_one_connection(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
            self._open.set()
            async with aclosing(connection.notifies()) as notifies:
                async for notify in notifies:
                    self._pass_on(cast("Heard", json.loads(notify.payload)))

    def _pass_on(self, told: Heard) -> None:
        for queue in self._listeners:
            with contextlib.suppress(asyncio.QueueFull):  # the table tells it how the turn ended
                queue.put_nowait(told)
