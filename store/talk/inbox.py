"""The inbox: every Telegram update as it came, stored with the job that handles it before it is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.records import jsonb

ATTEMPTS = 5


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

_GIVEN_UP = "handled_at IS NULL AND attempts >= :attempts"
# One update of a chat after another: the queue's lock is the chat. Who writes waits for an answer, so it goes before
# any delivery: the highest priority of a message is 0.
_DEFER = (
    "(SELECT procrastinate_defer_jobs_v1(array_agg(ROW('inbox', 'handle_update', 10, 'chat:' || n.chat_id, NULL,"
    " jsonb_build_object('update_id', n.update_id), NULL)::procrastinate_job_to_defer_v1 ORDER BY n.update_id))"
    " FROM n HAVING count(*) > 0)"
)
_PUT = f"""
WITH n AS (
    INSERT INTO inbox_updates (update_id, chat_id, body, received_at)
    SELECT r.update_id, r.chat_id, r.body, clock_timestamp()
    FROM jsonb_to_recordset(CAST(:updates AS jsonb)) AS r(update_id bigint, chat_id bigint, body jsonb)
    ON CONFLICT (update_id) DO NOTHING RETURNING update_id, chat_id
)
SELECT (SELECT count(*) FROM n) AS stored, {_DEFER} AS jobs
"""


async def received_at(tx: AsyncConnection, update_id: int) -> datetime:
    """When the update came, wall time."""
    found = await tx.execute(
        text("SELECT received_at FROM inbox_updates WHERE update_id = :update_id"), {"update_id": update_id}
    )
    return found.scalar_one()


async def put(tx: AsyncConnection, updates: Sequence[NewUpdate]) -> int:
    """Store updates, each with its job; one that is known stays as it is. How many were new."""
    rows = [{"update_id": each.update_id, "chat_id": each.chat_id, "body": each.body} for each in updates]
    return int((await tx.execute(text(_PUT), {"updates": jsonb(rows)})).one().stored)


async def line(tx: AsyncConnection, update_id: int) -> list[int]:
    """The updates of the same chat that have to be handled up to this one, in their order; this one is the last.

    Jobs may come in another order than their updates: one whose job was lost has got a younger one.
    """
    rows = await tx.execute(
        text(
            "SELECT earlier.update_id FROM inbox_updates AS earlier JOIN inbox_updates AS this"
            " ON this.update_id = :id AND this.chat_id = earlier.chat_id"
            " WHERE earlier.update_id < :id AND earlier.handled_at IS NULL AND earlier.attempts < :attempts"
            " ORDER BY earlier.update_id"
        ),
        {"id": update_id, "attempts": ATTEMPTS},
    )
    return [*(row.update_id for row in rows), update_id]


async def begin(tx: AsyncConnection, update_id: int) -> bool:
    """Count one more attempt, committed before the work, so that one that kills its worker is counted too.

    False when there is nothing to attempt: the update is handled, or was given up.
    """
    begun = await tx.execute(
        text(
            "UPDATE inbox_updates SET attempts = attempts + 1"
            " WHERE update_id = :id AND handled_at IS NULL AND attempts < :attempts RETURNING 1"
        ),
        {"id": update_id, "attempts": ATTEMPTS},
    )
    if begun.one_or_none() is not None:
        return True
    await tx.execute(
        text(
            "UPDATE inbox_updates SET error = 'each attempt ended its worker'"
            " WHERE update_id = :id AND handled_at IS NULL AND error IS NULL"
        ),
        {"id": update_id},
    )
    return False


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


async def failed(tx: AsyncConnection, update_id: int, error: str, *, counts: bool = True) -> int:
    """Handling went wrong; how many attempts there have been. It does not count where the update is not to blame."""
    row = (
        await tx.execute(
            text(
                "UPDATE inbox_updates SET error = :error, attempts = greatest(attempts - :less, 0)"
                " WHERE update_id = :id RETURNING attempts"
            ),
            {"id": update_id, "error": error, "less": 0 if counts else 1},
        )
    ).one()
    return int(row.attempts)


async def given_up(tx: AsyncConnection, *, limit: int = 50) -> list[StoredUpdate]:
    """Updates that nobody could handle in all attempts, the newest first."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM inbox_updates WHERE {_GIVEN_UP} ORDER BY update_id DESC LIMIT :limit"),
        {"attempts": ATTEMPTS, "limit": limit},
    )
    return [StoredUpdate(**row) for row in rows.mappings()]


async def count_given_up(tx: AsyncConnection) -> int:
    """How many updates were given up."""
    rows = await tx.execute(text(f"SELECT count(*) FROM inbox_updates WHERE {_GIVEN_UP}"), {"attempts": ATTEMPTS})
    return int(rows.scalar_one())


async def again(tx: AsyncConnection, update_id: int) -> bool:
    """Let an update that was given up be tried anew; False when it was not."""
    row = (
        await tx.execute(
            text(
                f"WITH n AS (UPDATE inbox_updates SET attempts = 0, error = NULL WHERE update_id = :id AND {_GIVEN_UP}"
                f" RETURNING update_id, chat_id) SELECT (SELECT count(*) FROM n) AS found, {_DEFER} AS jobs"
            ),
            {"id": update_id, "attempts": ATTEMPTS},
        )
    ).one()
    return bool(row.found)


async def hasten(tx: AsyncConnection) -> None:
    """Updates that wait to be tried again are tried now."""
    await tx.execute(
        text(
            "UPDATE procrastinate_jobs SET scheduled_at = NULL"
            " WHERE task_name = 'handle_update' AND status = 'todo' AND scheduled_at > clock_timestamp()"
        )
    )


async def rescue(tx: AsyncConnection, *, batch: int = 1_000) -> int:
    """Give updates that wait without a job, because theirs was lost, a new one; how many."""
    row = (
        await tx.execute(
            text(
                "WITH n AS (SELECT update_id, chat_id FROM inbox_updates AS w"
                " WHERE handled_at IS NULL AND attempts < :attempts AND NOT EXISTS"
                " (SELECT 1 FROM procrastinate_jobs AS j WHERE j.task_name = 'handle_update'"
                " AND j.status IN ('todo', 'doing') AND CAST(j.args->>'update_id' AS bigint) = w.update_id)"
                f" ORDER BY update_id LIMIT :batch) SELECT (SELECT count(*) FROM n) AS found, {_DEFER} AS jobs"
            ),
            {"attempts": ATTEMPTS, "batch": batch},
        )
    ).one()
    return int(row.found)
