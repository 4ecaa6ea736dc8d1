"""Listening to PostgreSQL: what one process tells with NOTIFY, another hears within milliseconds."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import psycopg
from psycopg import sql

Heard = dict[str, Any]


@asynccontextmanager
async def listening(url: str, channel: str, *, patience: float = 1.0) -> AsyncGenerator[AsyncIterator[Heard | None]]:
    """Everything told on the channel from now on, as JSON objects; None after each `patience` seconds of silence.

    Nothing is stored: whoever listens looks at the tables when it is silent for long, or when the connection breaks
    (`psycopg.OperationalError` ends the iteration).
    """
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        async with aclosing(_heard(connection, patience)) as heard:  # who stops listening lets the connection go
            yield heard


async def _heard(connection: psycopg.AsyncConnection[Any], patience: float) -> AsyncGenerator[Heard | None]:
    while True:
        silent = True
        async with aclosing(connection.notifies(timeout=patience, stop_after=1)) as notifies:
            async for notify in notifies:
                silent = False
                yield cast("Heard", json.loads(notify.payload))
        if silent:
            yield None
