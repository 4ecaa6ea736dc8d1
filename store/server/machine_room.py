"""What waits in the queues and since when, and who can come in: for the page of the machine room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Role

COUNTED = 100_000
"""Counting stops here: beyond it the exact number says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One queue of jobs: due and not begun, planned for later, at work; and for how long the oldest due one waits."""

    name: str
    due: int
    later: int
    doing: int
    oldest_seconds: float | None


_QUEUES = text(f"""
SELECT g.queue_name AS name, g.due, g.later, g.doing, (
    SELECT extract(epoch FROM clock_timestamp() - greatest(e.at, j.scheduled_at))::float8
    FROM procrastinate_jobs AS j JOIN procrastinate_events AS e ON e.job_id = j.id AND e.type = 'deferred'
    WHERE j.id = g.oldest ORDER BY e.id DESC LIMIT 1) AS oldest_seconds
FROM (
    SELECT queue_name, count(*) FILTER (WHERE status = 'todo' AND is_due) AS due,
        count(*) FILTER (WHERE status = 'todo' AND NOT is_due) AS later,
        count(*) FILTER (WHERE status = 'doing') AS doing,
        min(id) FILTER (WHERE status = 'todo' AND is_due) AS oldest
    FROM (
        SELECT id, queue_name, status, coalesce(scheduled_at <= clock_timestamp(), true) AS is_due
        FROM procrastinate_jobs WHERE status IN ('todo', 'doing') LIMIT {COUNTED}
    ) AS j GROUP BY queue_name
) AS g ORDER BY g.queue_name
""")


async def queues(tx: AsyncConnection) -> list[QueueLine]:
    """Every queue in which something waits or is done."""
    return [QueueLine(**row) for row in (await tx.execute(_QUEUES)).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """A person and their ways in: Telegram, password, open sessions and the last use of one (wall time)."""

    id: int
    name: str
    role: Role
    telegram: bool
    login: str | None
    password: bool
    sessions: int
    last_seen_at: datetime | None


async def accounts(tx: AsyncConnection, *, now: datetime, after: int = 0, limit: int = 100) -> Sequence[AccountLine]:
    """Active people by number; keyset-paged by it."""
    rows = await tx.execute(
        text(
            "SELECT p.id, p.name, p.role, p.telegram_id IS NOT NULL AS telegram, p.login,"
            " p.password_hash IS NOT NULL AS password, s.n AS sessions, s.last_seen_at FROM people AS p"
            " CROSS JOIN LATERAL (SELECT count(*) AS n, max(last_seen_at) AS last_seen_at FROM sessions"
            " WHERE person_id = p.id AND revoked_at IS NULL AND expires_at > :now) AS s"
            " WHERE p.active AND p.id > :after ORDER BY p.id LIMIT :limit"
        ),
        {"now": now, "after": after, "limit": limit},
    )
    found: list[dict[str, Any]] = [{**row, "role": Role(row["role"])} for row in rows.mappings()]
    return [AccountLine(**row) for row in found]
