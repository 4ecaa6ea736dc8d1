"""The demo's mark on a database that it made; and the messages of a history that was lived through on paper."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import metadata


async def read_mark(tx: AsyncConnection) -> Mapping[str, Any] | None:
    """What the demo noted about this database; None when it did not make it."""
    row = (await tx.execute(text("SELECT demo FROM company_clock WHERE demo <> '{}'"))).one_or_none()
    return None if row is None else row.demo


async def write_mark(tx: AsyncConnection, detail: Mapping[str, object]) -> None:
    """Note something beside what is noted already; the company's clock must have been set."""
    await tx.execute(
        text("UPDATE company_clock SET demo = demo || CAST(:detail AS jsonb)"),
        {"detail": json.dumps(dict(detail), ensure_ascii=False)},
    )


async def is_inhabited(tx: AsyncConnection) -> bool:
    """Whether there is anybody or any order."""
    found = await tx.execute(text("SELECT EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM orders)"))
    return bool(found.scalar_one())


async def last_event(tx: AsyncConnection) -> datetime | None:
    """When, in company time, something was journaled last."""
    found = await tx.execute(text("SELECT max(at) FROM ai_decisions"))
    return found.scalar_one()


async def raze(tx: AsyncConnection) -> None:
    """Drop everything in the database; needs the rights of its owner. Fails within seconds while others use it."""
    await tx.execute(text("SET LOCAL lock_timeout = '5s'"))
    await tx.execute(text("DROP SCHEMA public CASCADE"))
    await tx.execute(text("CREATE SCHEMA public"))


# Messages that somebody still has to act on: a request not accepted yet, a vote not cast, an escalation not settled.
_STILL_MATTERS = """
    (n.kind = 'new_order' AND EXISTS (SELECT 1 FROM orders AS o WHERE o.id = n.order_id
        AND o.status = 'pending_manager' AND o.owner_id = n.person_id))
    OR (n.kind = 'approval_request' AND EXISTS (SELECT 1 FROM approvals AS a
        WHERE a.id = CAST(n.params->>'approval' AS bigint) AND a.status = 'pending'))
    OR (n.kind IN ('escalation', 'alarm') AND EXISTS (SELECT 1 FROM ai_sla_violations AS v
        WHERE v.clock_id = CAST(n.params->>'clock_id' AS bigint) AND v.epoch = CAST(n.params->>'epoch' AS int)
        AND v.resolved_at IS NULL))
"""
_ON_PAPER = f"""
WITH kept AS (
    UPDATE notifications AS n SET deliver_at = NULL WHERE n.state = 'queued' AND ({_STILL_MATTERS}) RETURNING n.id
), gone AS (
    UPDATE notifications AS n SET state = 'sent', sent_at = n.created_at, deliver_at = NULL
    WHERE n.state = 'queued' AND NOT ({_STILL_MATTERS}) RETURNING n.id
), now AS (
    UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE task_name = 'deliver' AND status = 'todo'
        AND CAST(args->>'notification_id' AS bigint) IN (SELECT id FROM kept)
), never AS (
    DELETE FROM procrastinate_jobs WHERE task_name = 'deliver' AND status = 'todo'
        AND CAST(args->>'notification_id' AS bigint) IN (SELECT id FROM gone)
)
SELECT count(*) FROM gone
"""


async def deliver_on_paper(tx: AsyncConnection) -> int:
    """Count the queued messages as sent when they were written, and drop their jobs; how many they were.

    Those that somebody still has to act on stay queued, to go out as soon as a worker runs.
    """
    return int((await tx.execute(text(_ON_PAPER))).scalar_one())


async def gather_statistics(tx: AsyncConnection) -> None:
    """Tell the planner what a freshly filled database holds, before the autovacuum comes round."""
    await tx.execute(text("ANALYZE"))


async def strangers(tx: AsyncConnection) -> list[str]:
    """Tables in the database that are neither ours nor the queue's, the graph's or the migrations'."""
    rows = await tx.execute(
        text(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL(:ours)"
            " AND table_name NOT LIKE 'procrastinate\\_%' AND table_name NOT LIKE 'checkpoint%' ORDER BY table_name"
        ),
        {"ours": [*metadata.tables, "alembic_version"]},
    )
    return [row.table_name for row in rows]
