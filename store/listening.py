"""Listening to PostgreSQL: what one process tells with NOTIFY, another hears within milliseconds."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
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
        yield _heard(connection, patience)


async def _heard(connection: psycopg.AsyncConnection[Any], patience: float) -> AsyncIterator[Heard | None]:
    while True:
        silent = True
        async for notify in connection.notifies(timeout=patience, stop_after=1):
            silent = False
            yield cast("Heard", json.loads(notify.payload))
        if silent:
            yield None
