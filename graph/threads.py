"""Conversations in PostgreSQL: LangGraph's checkpointer over a pool of its own, one run at a time, and pruning."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from store.database import APP_ROLE, TAKE_ROLE


@asynccontextmanager
async def checkpoints(url: str, *, pool_size: int = 4) -> AsyncGenerator[AsyncPostgresSaver]:
    """The checkpointer; it reads back messages and plain values only, never a class that a row names."""
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=pool_size,
        open=False,
        configure=_take_role,
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
    )
    async with pool:
        yield AsyncPostgresSaver(pool, serde=JsonPlusSerializer(allowed_msgpack_modules=None))


async def _take_role(connection: AsyncConnection[Any]) -> None:
    await connection.execute(TAKE_ROLE, (APP_ROLE,))
    # A checkpoint needs no flush of its own: the commit of the turn's answer comes after it, and flushes both.
    await connection.execute("SELECT set_config('synchronous_commit', 'off', false)")


async def prune(saver: AsyncPostgresSaver, *, idle: Sequence[str], live: Sequence[str]) -> None:
    """Forget the `idle` threads, and all but the last checkpoint of the `live` ones."""
    await saver.aprune(list(idle), strategy="delete")
    await saver.aprune(list(live), strategy="keep_latest")
