"""The set-based sweep: take the clocks that are due, and write what comes of them as one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import Entry
from store import journal
from store.desk.clocks import (
    COLUMNS,
    ClockRow,
)
from store.desk.orders import lock_free
from store.records import (
    DEFER_DELIVERIES,
    NOTICES_INSERT,
    NOTICES_RETURNING,
    SIGNALS_INSERT,
    Outgoing,
    jsonb,
    notice_rows,
)

# Due clocks climb their ladder in sets. Two kinds are decisive and leave the set once they are due: an accept clock
# missed for the last time (the order goes to somebody else) and an approval that ran out; each is dealt with by itself.
_DECISIVE = "(kind = 'approval' OR (kind = 'accept' AND epoch >= :accept_attempts))"

TAKE_DUE = f"""
SELECT {", ".join(COLUMNS)} FROM clocks
WHERE state = 'running' AND next_at IS NOT NULL AND next_at <= :now
    AND (due_at > :now OR NOT {_DECISIVE})
ORDER BY next_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
"""

TAKE_DECISIVE = f"""
SELECT {", ".join(COLUMNS)} FROM clocks
WHERE state = 'running' AND next_at IS NOT NULL AND next_at <= :now AND due_at <= :now AND {_DECISIVE}
ORDER BY next_at, id LIMIT :batch
"""


async def take_due(tx: AsyncConnection, *, now: datetime, batch: int, accept_attempts: int) -> list[ClockRow]:
    """Lock the next due clocks with their orders, the most overdue first.

    Clocks that another worker holds are passed over, and so are those whose order somebody is working on: a sweep never
    waits for people, and the next one is a second away.
    """
    rows = await tx.execute(text(TAKE_DUE), {"now": now, "batch": batch, "accept_attempts": accept_attempts})
    due = [ClockRow(**row) for row in rows.mappings()]
    free = await lock_free(tx, [clock.order_id for clock in due if clock.order_id is not None])
    return [clock for clock in due if clock.order_id is None or clock.order_id in free]


async def decisive_due(tx: AsyncConnection, *, now: datetime, batch: int, accept_attempts: int) -> list[ClockRow]:
    """Due clocks whose end is a decision of its own (see above), not locked."""
    rows = await tx.execute(text(TAKE_DECISIVE), {"now": now, "batch": batch, "accept_attempts": accept_attempts})
    return [ClockRow(**row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """What one sweep writes: clocks moved on, violations, escalations, signals, hot orders, messages, journal."""

    clocks: Sequence[Mapping[str, object]] = ()
    violations: Sequence[Mapping[str, object]] = ()
    escalations: Sequence[Mapping[str, object]] = ()
    signals: Sequence[Mapping[str, object]] = ()
    orders: Sequence[Mapping[str, object]] = ()
    notices: Sequence[Outgoing] = ()
    entries: Sequence[Entry] = ()


_MOVED_RECORD = (
    "id bigint, level int, next_at timestamptz, epoch int, opened_at timestamptz, remind_at timestamptz,"
    " due_at timestamptz, l2_at timestamptz, l3_at timestamptz, severity text, extended_seconds bigint"
)
_VIOLATION_RECORD = (
    "clock_id bigint, subject_kind text, subject_id bigint, order_id bigint, clock_kind text, epoch int, stage text,"
    " owner_id bigint, severity text, level int, due_at timestamptz, breached_at timestamptz, deadline timestamptz,"
    " decision uuid"
)
_ESCALATION_RECORD = (
    "clock_id bigint, epoch int, order_id bigint, level int, owner_id bigint, at timestamptz, deadline timestamptz,"
    " decision uuid"
)
_CLIMB = f"""
WITH k AS (
    UPDATE clocks SET level = r.level, next_at = r.next_at, epoch = r.epoch, opened_at = r.opened_at,
        remind_at = r.remind_at, due_at = r.due_at, l2_at = r.l2_at, l3_at = r.l3_at, severity = r.severity,
        extended_seconds = r.extended_seconds
    FROM jsonb_to_recordset(CAST(:clocks AS jsonb)) AS r({_MOVED_RECORD}) WHERE clocks.id = r.id
), v AS (
    INSERT INTO ai_sla_violations (clock_id, subject_kind, subject_id, order_id, clock_kind, epoch, stage, owner_id,
        severity, level, due_at, breached_at, deadline, decision)
    SELECT r.* FROM jsonb_to_recordset(CAST(:violations AS jsonb)) AS r({_VIOLATION_RECORD})
    ON CONFLICT (clock_id, epoch) DO UPDATE
        SET level = greatest(ai_sla_violations.level, excluded.level), severity = excluded.severity
    RETURNING id, clock_id, epoch
), x AS (
    INSERT INTO escalations (violation_id, order_id, level, owner_id, at, deadline, decision)
    SELECT v.id, r.order_id, r.level, r.owner_id, r.at, r.deadline, r.decision
    FROM jsonb_to_recordset(CAST(:escalations AS jsonb)) AS r({_ESCALATION_RECORD})
    JOIN v ON v.clock_id = r.clock_id AND v.epoch = r.epoch
    ON CONFLICT (violation_id, level) DO NOTHING
), s AS ({SIGNALS_INSERT}), o AS (
    UPDATE orders SET hot = orders.hot OR r.hot, due_at = coalesce(r.due_at, orders.due_at),
        next_step_due = coalesce(r.due_at, orders.next_step_due)
    FROM (
        SELECT w.id, w.hot, least(w.due_at, (
            SELECT min(due_at) FROM clocks WHERE order_id = w.id AND state <> 'done' AND w.due_at IS NOT NULL
                AND kind NOT IN ('movement', 'signal', 'accept')
        )) AS due_at FROM jsonb_to_recordset(CAST(:orders AS jsonb)) AS w(id bigint, hot bool, due_at timestamptz)
    ) AS r
    WHERE orders.id = r.id RETURNING orders.id, orders.due_at
), t AS (
    UPDATE tasks SET due_at = o.due_at FROM o
    WHERE tasks.order_id = o.id AND tasks.kind = 'step' AND tasks.state = 'open' AND tasks.due_at <> o.due_at
), d AS ({journal.INSERT}), n AS ({NOTICES_INSERT} {NOTICES_RETURNING})
SELECT {DEFER_DELIVERIES} AS jobs
"""


async def climb(tx: AsyncConnection, step: Climb) -> None:
    """Write one sweep's outcome as a single statement."""
    await tx.execute(
        text(_CLIMB),
        {
            "clocks": jsonb(step.clocks),
            "violations": jsonb(step.violations),
            "escalations": jsonb(step.escalations),
            "signals": jsonb(step.signals),
            "orders": jsonb(step.orders),
            "notices": notice_rows(step.notices),
            "journal": journal.as_json(step.entries),
        },
    )
