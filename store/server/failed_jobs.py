"""Jobs that were given up after all their attempts: what they were about, and one more attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

COUNTED: Final = 10_000
"""Counting stops here: beyond it the exact number says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """One job: its task, what it was called with, how often it was tried, and when it failed (wall time)."""

    id: int
    task: str
    args: Mapping[str, Any]
    attempts: int
    failed_at: datetime | None
    periodic: bool
    """Its rhythm brings the next run by itself; only other jobs are tried again."""


_COLUMNS: Final = (
    "j.id, j.task_name AS task, j.args, j.attempts, j.queueing_lock IS NOT NULL AS periodic,"
    " (SELECT e.at FROM procrastinate_events AS e WHERE e.job_id = j.id AND e.type = 'failed'"
    " ORDER BY e.id DESC LIMIT 1) AS failed_at"
)


async def listed(tx: AsyncConnection, *, limit: int) -> Sequence[FailedJob]:
    """Those that can be tried again before those that come again by themselves, the newest first."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM procrastinate_jobs AS j WHERE j.status = 'failed'"
            " ORDER BY j.queueing_lock IS NOT NULL, j.id DESC LIMIT :n"
        ),
        {"n": limit},
    )
    return [FailedJob(**row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True)
class FailedCount:
    """How many there are, at most `COUNTED`, and how many of these can be tried again."""

    total: int
    retryable: int


async def count(tx: AsyncConnection) -> FailedCount:
    """The count."""
    counted = (
        "SELECT count(*) AS total, count(*) FILTER (WHERE queueing_lock IS NULL) AS retryable FROM ("
        " SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'failed'"
        f" ORDER BY queueing_lock IS NOT NULL LIMIT {COUNTED}) AS f"
    )
    row = (await tx.execute(text(counted))).one()
    return FailedCount(row.total, row.retryable)


async def ids(tx: AsyncConnection, *, limit: int) -> Sequence[int]:
    """Those that can be tried again, the oldest first."""
    rows = await tx.execute(
        text(
            "SELECT id FROM procrastinate_jobs WHERE status = 'failed' AND queueing_lock IS NULL ORDER BY id LIMIT :n"
        ),
        {"n": limit},
    )
    return [row.id for row in rows]


async def retry(tx: AsyncConnection, job_id: int) -> str | None:
    """Let it run once more, now; its task, or None when it is not among those that failed and can be tried again."""
    found = await tx.execute(
        text(
            "SELECT task_name FROM procrastinate_jobs WHERE id = :id AND status = 'failed' AND queueing_lock IS NULL"
            " FOR UPDATE"
        ),
        {"id": job_id},
    )
    task = found.scalar_one_or_none()
    if task is None:
        return None
    await tx.execute(
        text("SELECT procrastinate_retry_job_v2(:id, clock_timestamp(), NULL, NULL, NULL)"), {"id": job_id}
    )
    return str(task)
