"""How the machine room is doing, in queries that cost by what is waiting, never by what has been."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

COUNTED = 100_000
"""Counting stops here: beyond it the exact number says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What waits: jobs by queue, messages by delivery state, overdue clocks, unsealed journal rows, quarantine."""

    jobs: Mapping[str, int]
    outbox: Mapping[str, int]
    clocks_due: int
    journal_unsealed: int
    quarantine: Mapping[str, int]
    approvals_pending: int
    usage: Mapping[str, Mapping[str, float]]
    """What the role agents have used since the beginning, by role: calls, tokens, cost, fallbacks, refusals."""


def _counted(inner: str) -> str:
    return f"SELECT count(*) FROM (SELECT 1 FROM {inner} LIMIT {COUNTED}) AS x"


_LAST_SEAL = "SELECT max_decision_id FROM ai_decision_seals ORDER BY id DESC LIMIT 1"
_VITALS = text(f"""
SELECT
    (SELECT coalesce(jsonb_object_agg(queue_name, n), '{{}}') FROM (
        SELECT queue_name, count(*) AS n FROM (
            SELECT queue_name FROM procrastinate_jobs WHERE status = 'todo' LIMIT {COUNTED}) AS j GROUP BY queue_name
    ) AS g) AS jobs,
    (SELECT coalesce(jsonb_object_agg(state, n), '{{}}') FROM (
        SELECT state, count(*) AS n FROM (
            SELECT state FROM notifications WHERE state IN ('sending', 'failed', 'dead', 'unknown') LIMIT {COUNTED}
        ) AS s GROUP BY state
    ) AS g) AS outbox,
    ({_counted("notifications WHERE state = 'queued'")}) AS queued,
    ({_counted("clocks WHERE state = 'running' AND next_at IS NOT NULL AND next_at <= :now")}) AS clocks_due,
    ({_counted(f"ai_decisions WHERE id > coalesce(({_LAST_SEAL}), 0)")}) AS journal_unsealed,
    (SELECT coalesce(jsonb_object_agg(state, n), '{{}}') FROM (
        SELECT state, count(*) AS n FROM (
            SELECT state FROM quarantine WHERE state IN ('waiting', 'rejected') LIMIT {COUNTED}) AS q GROUP BY state
    ) AS g) AS quarantine,
    ({_counted("approvals WHERE status = 'pending'")}) AS approvals_pending,
    (SELECT coalesce(jsonb_object_agg(role, used), '{{}}') FROM (
        SELECT role, jsonb_build_object('calls', sum(calls), 'tokens_in', sum(tokens_in), 'tokens_out', sum(tokens_out),
            'cost_eur', sum(cost_eur), 'fallbacks', sum(fallbacks), 'refusals', sum(refusals),
            'rejected_texts', sum(rejected_texts)) AS used
        FROM ai_usage GROUP BY role
    ) AS g) AS usage
""")


async def vitals(tx: AsyncConnection, *, now: datetime) -> Vitals:
    """Everything in one round trip; `now` is company time."""
    row = (await tx.execute(_VITALS, {"now": now})).one()
    return Vitals(
        jobs=row.jobs,
        outbox={**row.outbox, "queued": row.queued},
        clocks_due=row.clocks_due,
        journal_unsealed=row.journal_unsealed,
        quarantine=row.quarantine,
        approvals_pending=row.approvals_pending,
        usage=row.usage,
    )


async def revision(tx: AsyncConnection) -> str | None:
    """The migration the database stands at."""
    if (await tx.execute(text("SELECT to_regclass('alembic_version')"))).scalar_one() is None:
        return None
    found = (await tx.execute(text("SELECT version_num FROM alembic_version"))).one_or_none()
    return None if found is None else str(found.version_num)
