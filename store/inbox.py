"""The inbox: every Telegram update as it came, stored with the job that handles it before it is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.records import jsonb


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """An update as it came, and the chat whose updates are handled one after another (None: any order)."""

    update_id: int
    chat_id: int | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpdate:
    """A stored update: handled when, tried how often, and the last error."""

    update_id: int
    chat_id: int | None
    body: Mapping[str, Any]
    received_at: datetime
    handled_at: datetime | None
    attempts: int
    error: str | None


_COLUMNS = ", ".join(StoredUpdate.__dataclass_fields__)

_PUT = """
WITH n AS (
    INSERT INTO inbox_updates (update_id, chat_id, body, received_at)
    SELECT r.update_id, r.chat_id, r.body, clock_timestamp()
    FROM jsonb_to_recordset(CAST(:updates AS jsonb)) AS r(update_id bigint, chat_id bigint, body jsonb)
    ON CONFLICT (update_id) DO NOTHING RETURNING update_id, chat_id
)
SELECT (SELECT count(*) FROM n) AS stored,
    (SELECT procrastinate_defer_jobs_v1(array_agg(ROW('inbox', 'handle_update', 0, 'chat:' || n.chat_id, NULL,
        jsonb_build_object('update_id', n.update_id), NULL)::procrastinate_job_to_defer_v1 ORDER BY n.update_id))
     FROM n HAVING count(*) > 0) AS jobs
"""


async def put(tx: AsyncConnection, updates: Sequence[NewUpdate]) -> int:
    """Store updates, each with its job; one that is known stays as it is. How many were new."""
    rows = [{"update_id": each.update_id, "chat_id": each.chat_id, "body": each.body} for each in updates]
    return int((await tx.execute(text(_PUT), {"updates": jsonb(rows)})).one().stored)


async def begin(tx: AsyncConnection, update_id: int) -> None:
    """Count one more attempt; committed before the work, so that one that kills its worker is counted too."""
    await tx.execute(
        text("UPDATE inbox_updates SET attempts = attempts + 1 WHERE update_id = :id AND handled_at IS NULL"),
        {"id": update_id},
    )


async def lock(tx: AsyncConnection, update_id: int) -> StoredUpdate | None:
    """The update, locked for whoever handles it; None when there is none."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM inbox_updates WHERE update_id = :id FOR UPDATE"), {"id": update_id}
    )
    row = rows.mappings().one_or_none()
    return None if row is None else StoredUpdate(**row)


async def done(tx: AsyncConnection, update_id: int) -> None:
    """The update is handled."""
    await tx.execute(
        text("UPDATE inbox_updates SET handled_at = clock_timestamp(), error = NULL WHERE update_id = :id"),
        {"id": update_id},
    )


async def failed(tx: AsyncConnection, update_id: int, error: str) -> int:
    """Handling went wrong; how many attempts there have been."""
    row = (
        await tx.execute(
            text("UPDATE inbox_updates SET error = :error WHERE update_id = :id RETURNING attempts"),
            {"id": update_id, "error": error},
        )
    ).one()
    return int(row.attempts)


async def given_up(tx: AsyncConnection, *, attempts: int, limit: int = 50) -> list[StoredUpdate]:
    """Updates that nobody could handle in so many attempts, the newest first."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM inbox_updates WHERE handled_at IS NULL AND attempts >= :attempts"
            " AND error IS NOT NULL ORDER BY update_id DESC LIMIT :limit"
        ),
        {"attempts": attempts, "limit": limit},
    )
    return [StoredUpdate(**row) for row in rows.mappings()]


async def again(tx: AsyncConnection, update_id: int) -> bool:
    """Try an update that was given up once more; False when it is handled or unknown."""
    row = (
        await tx.execute(
            text(
                "WITH n AS (UPDATE inbox_updates SET attempts = 0, error = NULL WHERE update_id = :id"
                " AND handled_at IS NULL RETURNING update_id, chat_id) SELECT (SELECT count(*) FROM n) AS found,"
                " (SELECT procrastinate_defer_jobs_v1(array_agg(ROW('inbox', 'handle_update', 0, 'chat:' || n.chat_id,"
                " NULL, jsonb_build_object('update_id', n.update_id), NULL)::procrastinate_job_to_defer_v1))"
                " FROM n HAVING count(*) > 0) AS jobs"
            ),
            {"id": update_id},
        )
    ).one()
    return bool(row.found)
