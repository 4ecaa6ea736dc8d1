"""Conversations: one run at a time, and which of them are idle or overgrown with checkpoints."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database


@asynccontextmanager
async def alone(db: Database, thread: str) -> AsyncGenerator[None]:
    """Hold the conversation: another run of it, on any machine, waits here until this one ends or its process dies."""
    async with db.session() as connection:
        key = {"key": f"thread:{thread}"}
        await connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
        try:
            yield
        finally:
            try:
                await connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
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
