"""Conversations: one run at a time, and which of them are idle or overgrown with checkpoints."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from store.database import Database

_KEY = "hashtextextended('thread:' || thread, 0)"
_LOCK = text(f"SELECT pg_advisory_lock({_KEY}) FROM ai_turns WHERE id = :id")
_UNLOCK = text(f"SELECT pg_advisory_unlock({_KEY}) FROM ai_turns WHERE id = :id")


@asynccontextmanager
async def alone(db: Database, turn_id: int) -> AsyncGenerator[AsyncConnection]:
    """Hold a turn's conversation: another run of it, on any machine, waits here until this ends or its process dies.

    Gives the connection that holds it; each statement on it commits by itself. Raises NotFoundError.
    """
    async with db.session() as connection:
        if (await connection.execute(_LOCK, {"id": turn_id})).one_or_none() is None:
            raise NotFoundError(kind="turn", name=str(turn_id))
        try:
            yield connection
        finally:
            try:
                await connection.execute(_UNLOCK, {"id": turn_id})
            except DBAPIError as error:  # with its connection the lock is gone
                if not error.connection_invalidated:
                    raise


async def idle(tx: AsyncConnection, *, before: datetime, limit: int = 500) -> list[str]:
    """Threads of the checkpointer whose last turn ended before that instant."""
    rows = await tx.execute(
        text(
            "SELECT c.thread_id FROM (SELECT DISTINCT thread_id FROM checkpoints) AS c"
            " WHERE NOT EXISTS (SELECT 1 FROM ai_turns AS t"
            "   WHERE t.thread = substr(c.thread_id, strpos(c.thread_id, ':') + 1)"
            "     AND (t.ended_at IS NULL OR t.ended_at >= :before)) LIMIT :limit"
        ),
        {"before": before, "limit": limit},
    )
    return [row.thread_id for row in rows]


async def overgrown(tx: AsyncConnection, *, limit: int = 500) -> list[str]:
    """Threads with more than one checkpoint."""
    rows = await tx.execute(
        text("SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING count(*) > 1 LIMIT :limit"), {"limit": limit}
    )
    return [row.thread_id for row in rows]
