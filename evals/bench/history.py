"""The history of a busy desk laid down by SQL: every order walks the path, the younger ones are still on their way."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import psycopg
from sqlalchemy import text
from uuid_utils.compat import uuid7

from domain.policy import SignalCode
from store.database import Database

CRISIS: Final = SignalCode.PENDING_SPIKE
"""The crises that are laid down: a kind whose metric is measured, so that their pages have their line to draw."""

# Each stay lasts between half and twice the usual, by a hash of order and stage; the path is walked up to now.
_STAYS = """
CREATE TEMP TABLE stays AS
WITH path (n, status, usual, following) AS (VALUES
    (1, 'pending_manager', interval '40 minutes', 'under_inspection'),
    (2, 'under_inspection', interval '40 hours', 'awaiting_payment'),
    (3, 'awaiting_payment', interval '20 hours', 'ready_for_shipment'),
    (4, 'ready_for_shipment', interval '48 hours', 'in_transit'),
    (5, 'in_transit', interval '9 days', 'delivered'),
    (6, 'delivered', interval '2 days', 'closed')
), walked AS (
    SELECT x, n, status, following, CAST(:now AS timestamptz) - (:count - x) * (:span / :count)
            + coalesce(sum(lasts) OVER (PARTITION BY x ORDER BY n ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW),
                interval '0') AS began, lasts
    FROM generate_series(1, CAST(:count AS int)) AS x, path,
        LATERAL (SELECT usual * (0.5 + 1.5 * (hashint8(x * 10 + n) & 1023) / 1023.0)) AS l (lasts)
)
SELECT x, n, status, following, 1 + x % 10 AS owner, began, began + lasts AS ended, lasts,
    began + lasts <= :now AS over, (hashint8(x * 10 + n) & 1023) > 920 AS late
FROM walked WHERE began <= :now
"""
# The database is a scratch one, and millions of rows that are right by construction need no looking up.
_TRUST = """
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS held, conname FROM pg_constraint WHERE contype = 'f' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.held, c.conname);
    END LOOP;
END $$
"""
_FILL = (
    "ANALYZE stays",
    """
    INSERT INTO orders (id, code, status, owner_id, bike, price_eur, next_step, next_step_due, due_at, accepted_at,
        status_since, last_moved_at, created_at, updated_at, closed_at)
    SELECT x, x::text, CASE WHEN over THEN 'closed' ELSE status END, owner, 'Trek', 1500,
        CASE WHEN NOT over THEN 'fill_checklist' END, ended, CASE WHEN NOT over THEN ended END,
        first + interval '10 minutes', CASE WHEN over THEN ended ELSE began END,
        CASE WHEN over THEN ended ELSE began END, first, began, CASE WHEN over THEN ended END
    FROM (SELECT DISTINCT ON (x) *, min(began) OVER (PARTITION BY x) AS first FROM stays ORDER BY x, n DESC) AS last
    """,
    """
    INSERT INTO order_status_events (order_id, from_status, to_status, at, recorded_at, owner_id, actor,
        seconds_in_status, decision)
    SELECT x, source, target, at, at, owner, 'bench', seconds, :decision FROM (
        SELECT x, NULL AS source, status AS target, began AS at, owner, NULL AS seconds FROM stays WHERE n = 1
        UNION ALL
        SELECT x, status, following, ended, owner, extract(epoch FROM lasts) FROM stays WHERE over
    ) AS events ORDER BY at
    """,
    """
    INSERT INTO ai_decisions (uid, at, actor_kind, actor, channel, author, author_version, action, order_id, facts,
        verdict, rule, outcome, trace_id, facts_digest, row_hash)
    SELECT CASE WHEN x = 1 AND n = 1 THEN CAST(:decision AS uuid) ELSE gen_random_uuid() END, began, 'person',
        owner::text, 'telegram', 'human', '1', 'advance_order', x, jsonb_build_object('status', status), 'allow',
        'bench-' || x, 'done', md5(x::text), md5(x::text), '\\x00' FROM stays ORDER BY began
    """,
    """
    INSERT INTO ai_assignments (order_id, manager_id, actor, assigned_at, starts_at, accepted_at, ended_at, end_reason,
        decision)
    SELECT x, 1 + x % 10, 'bench', began, began, began + lasts / 2, closed_at,
        CASE WHEN closed_at IS NOT NULL THEN 'closed' END, :decision
    FROM stays JOIN orders ON id = x WHERE n = 1 ORDER BY began
    """,
    """
    INSERT INTO tasks (order_id, owner_id, kind, key, due_at, state, created_at, done_at, decision)
    SELECT x, owner, 'step', 'fill_checklist', ended, CASE WHEN over THEN 'done' ELSE 'open' END, began,
        CASE WHEN over THEN ended END, :decision FROM stays ORDER BY began
    """,
    """
    INSERT INTO clocks (subject_kind, subject_id, order_id, kind, stage, owner_id, policy_version, limit_seconds,
        opened_at, due_at, state, closed_at)
    SELECT 'order', x, x, kind, status, owner, '1', 172800, began, due, CASE WHEN over THEN 'done' ELSE 'running' END,
        CASE WHEN over THEN ended END
    FROM stays, (VALUES ('stage'), ('movement'), ('accept')) AS k (kind),
        LATERAL (SELECT CASE WHEN late THEN began + lasts / 2 ELSE ended + interval '1 hour' END) AS d (due)
    WHERE kind <> 'accept' OR n IN (1, 3) ORDER BY began
    """,
    """
    INSERT INTO ai_sla_violations (clock_id, subject_kind, subject_id, order_id, clock_kind, epoch, stage, owner_id,
        severity, level, due_at, breached_at, deadline, resolved_at, resolved_by, resolution, decision)
    SELECT id, subject_kind, subject_id, order_id, kind, epoch, stage, owner_id, 'high', 2, due_at, due_at,
        due_at + interval '4 hours', closed_at, CASE WHEN closed_at IS NOT NULL THEN 'bench' END,
        CASE WHEN closed_at IS NOT NULL THEN 'done' END, :decision
    FROM clocks WHERE due_at <= :now AND (closed_at IS NULL OR closed_at > due_at) ORDER BY due_at
    """,
    """
    INSERT INTO escalations (violation_id, order_id, level, owner_id, at, deadline, resolved_at, resolution, decision)
    SELECT id, order_id, 2, owner_id, breached_at, deadline, resolved_at, resolution, :decision FROM ai_sla_violations
    ORDER BY due_at
    """,
    f"""
    INSERT INTO ai_signals (code, raised_by, circle, severity, subject_kind, subject_id, order_id, evidence, dedup_key,
        due_at, status, created_at, resolved_at, resolution, decision)
    SELECT CASE WHEN n = 4 THEN '{CRISIS.value}' ELSE 'stuck_24h' END, 'watchdog', 'sales_operations', 'high',
        'order', x, x, jsonb_build_object('clock', 'stage', 'stage', status), 'bench:' || x || ':' || n,
        at + interval '2 hours', CASE WHEN over THEN 'resolved' ELSE 'open' END, at, CASE WHEN over THEN ended END,
        CASE WHEN over THEN 'done' END, :decision
    FROM stays, LATERAL (SELECT began + lasts / 2) AS h (at) WHERE late AND n > 1 AND at <= :now ORDER BY at
    """,
    f"""
    INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, state, created_at, done_at, decision)
    SELECT s.order_id, o.owner_id, 'manual', 'plan', jsonb_build_object('signal', CAST(s.id AS text), 'goal', 'bench',
        'text', 'bench'), s.due_at, CASE WHEN s.resolved_at IS NULL THEN 'open' ELSE 'done' END, s.created_at,
        s.resolved_at, :decision
    FROM ai_signals AS s JOIN orders AS o ON o.id = s.order_id, generate_series(1, 3)
    WHERE s.code = '{CRISIS.value}' ORDER BY s.id
    """,
    """
    INSERT INTO approvals (action, arguments, arguments_hash, request_hash, risks, rule, voters, quorum, amount_eur,
        order_id, requested_by, requested_kind, evidence, status, created_at, expires_at, decided_at, outcome, decision)
    SELECT 'advance_order', jsonb_build_object('order', x::text, 'to', following), md5(x::text), 'bench:' || x,
        ARRAY['money'], 'timer-proposes-to-people/money', ARRAY['head', 'owner'], 1, 1500, x, 'dispatcher', 'timer',
        '{}', CASE WHEN over THEN 'done' ELSE 'pending' END, at, at + interval '4 hours', CASE WHEN over THEN ended END,
        '{}', :decision
    FROM stays, LATERAL (SELECT began + lasts * 0.9) AS h (at) WHERE n = 3 AND at <= :now ORDER BY at
    """,
    """
    INSERT INTO approval_votes (approval_id, person_id, vote, seen_hash, at, decision)
    SELECT id, 11, 'approve', arguments_hash, decided_at, :decision FROM approvals WHERE decided_at IS NOT NULL
    ORDER BY id
    """,
)


async def lay_down(url: str, *, count: int, span: timedelta, now: datetime) -> None:
    """So many orders evenly over the span that ends now; the tables are vacuumed, as the server does by and by."""
    owner = Database(url, as_owner=True)
    given = {"count": count, "span": span, "now": now, "decision": uuid7()}
    try:
        async with owner.transaction() as tx:
            await tx.execute(text(_TRUST))
            for statement in (_STAYS, *_FILL):
                await tx.execute(text(statement), given)
    finally:
        await owner.close()
    await asyncio.to_thread(_vacuum, owner.url)


def _vacuum(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
