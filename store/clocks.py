"""Clocks as rows with due times: open, close, restart, and the set-based sweep that acts on what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from domain.journal import Entry
from domain.stage_clocks import NewClock
from store import journal
from store.orders import FOR_CHANGE
from store.records import (
    CLOCK_COLUMNS,
    CLOCK_RECORD,
    DEFER_DELIVERIES,
    NOTICES_INSERT,
    NOTICES_RETURNING,
    Outgoing,
    clock_rows,
    jsonb,
    notice_rows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A running or paused clock with what the sweep needs to know of its order, violation and owner."""

    id: int
    subject_kind: str
    subject_id: int
    order_id: int | None
    kind: str
    epoch: int
    stage: str | None
    owner_id: int | None
    policy_version: str
    limit_seconds: int
    working: bool
    severity: str
    opened_at: datetime
    remind_at: datetime | None
    due_at: datetime
    l2_at: datetime | None
    l3_at: datetime | None
    next_at: datetime | None
    level: int
    state: str
    pauses: Sequence[Mapping[str, Any]]
    extended_seconds: float


_COLUMNS = tuple(ClockRow.__dataclass_fields__)

_OPEN = f"""
INSERT INTO clocks ({", ".join(CLOCK_COLUMNS)})
SELECT {", ".join("k." + name for name in CLOCK_COLUMNS)}
FROM jsonb_to_recordset(CAST(:clocks AS jsonb)) AS k({CLOCK_RECORD})
ON CONFLICT (subject_kind, subject_id, kind) WHERE state <> 'done' DO UPDATE SET
    epoch = clocks.epoch + 1, stage = excluded.stage, owner_id = excluded.owner_id,
    policy_version = excluded.policy_version, limit_seconds = excluded.limit_seconds, working = excluded.working,
    severity = excluded.severity, opened_at = excluded.opened_at, remind_at = excluded.remind_at,
    due_at = excluded.due_at, l2_at = excluded.l2_at, l3_at = excluded.l3_at, next_at = excluded.next_at,
    level = 0, state = 'running', pauses = '[]', extended_seconds = 0
"""


async def open_clocks(tx: AsyncConnection, clocks: Sequence[NewClock]) -> None:
    """Open clocks; one of the same kind that already runs on the subject starts anew as its next epoch."""
    if clocks:
        await tx.execute(text(_OPEN), {"clocks": clock_rows(clocks)})


async def restart(tx: AsyncConnection, clock: NewClock, *, now: datetime) -> None:
    """Begin a clock anew from its first attempt: the running one is closed, a new one opens."""
    await tx.execute(
        text(
            "UPDATE clocks SET state = 'done', closed_at = :now, next_at = NULL WHERE subject_kind = :subject_kind"
            " AND subject_id = :subject_id AND kind = :kind AND state <> 'done'"
        ),
        {"now": now, "subject_kind": clock.subject_kind, "subject_id": clock.subject_id, "kind": clock.kind},
    )
    await open_clocks(tx, [clock])


async def close(
    tx: AsyncConnection,
    *,
    subject_kind: str,
    subject_id: int,
    now: datetime,
    resolution: str,
    kinds: Sequence[str] = (),
) -> None:
    """Stop the subject's clocks (all, or of these kinds) and resolve what they had broken, with this resolution."""
    await tx.execute(
        text(
            "UPDATE clocks SET state = 'done', closed_at = :now, next_at = NULL WHERE subject_kind = :subject_kind"
            " AND subject_id = :subject_id AND state <> 'done' AND (:every OR kind = ANY(:kinds))"
        ),
        {
            "now": now,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "every": not kinds,
            "kinds": list(kinds),
        },
    )
    await resolve_violations(
        tx, subject_kind=subject_kind, subject_id=subject_id, kinds=kinds, now=now, by="system", resolution=resolution
    )


_RESOLVE = """
WITH v AS (
    UPDATE ai_sla_violations SET resolved_at = :now, resolved_by = :by, resolution = :resolution
    WHERE subject_kind = :subject_kind AND subject_id = :subject_id AND resolved_at IS NULL
        AND (:every OR clock_kind = ANY(:kinds))
    RETURNING id
), s AS (
    UPDATE ai_signals SET status = 'resolved', resolved_at = :now, resolution = :resolution
    WHERE dedup_key = 'sla_breach:' || CAST(:subject_kind AS text) || ':' || CAST(:subject_id AS text)
        AND status IN ('open', 'acknowledged', 'snoozed') AND NOT EXISTS (
            SELECT 1 FROM ai_sla_violations WHERE subject_kind = :subject_kind AND subject_id = :subject_id
                AND resolved_at IS NULL AND level >= 3 AND clock_kind <> 'movement'
                AND NOT (:every OR clock_kind = ANY(:kinds)))
)
UPDATE escalations SET resolved_at = :now, resolution = :resolution
FROM v WHERE escalations.violation_id = v.id AND escalations.resolved_at IS NULL
"""


async def resolve_violations(
    tx: AsyncConnection,
    *,
    subject_kind: str,
    subject_id: int,
    kinds: Sequence[str],
    now: datetime,
    by: str,
    resolution: str,
) -> None:
    """Resolve the subject's open violations (all, or of these clock kinds) with their escalations.

    The `sla_breach` signal of the subject ends with the last violation that has climbed so far.
    """
    await tx.execute(
        text(_RESOLVE),
        {
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "every": not kinds,
            "kinds": list(kinds),
            "now": now,
            "by": by,
            "resolution": resolution,
        },
    )


async def open_of_order(tx: AsyncConnection, order_id: int) -> list[ClockRow]:
    """Every clock that runs or is paused for the order, the earliest due first."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(_COLUMNS)} FROM clocks WHERE order_id = :order_id AND state <> 'done'"
            " ORDER BY due_at, id"
        ),
        {"order_id": order_id},
    )
    return [ClockRow(**row) for row in rows.mappings()]


async def lock_one(tx: AsyncConnection, *, order_id: int, kind: str) -> ClockRow:
    """The order's open clock of this kind, locked.

    Raises:
        NotFoundError: no such clock is open.
    """
    row = (
        (
            await tx.execute(
                text(
                    f"SELECT {', '.join(_COLUMNS)} FROM clocks WHERE order_id = :order_id AND kind = :kind"
                    " AND state <> 'done' ORDER BY id LIMIT 1 FOR UPDATE"
                ),
                {"order_id": order_id, "kind": kind},
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFoundError(kind="clock", name=kind)
    return ClockRow(**row)


async def update(tx: AsyncConnection, clock_id: int, **changes: object) -> None:
    """Set columns of one clock."""
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    await tx.execute(text(f"UPDATE clocks SET {assignments} WHERE id = :id"), {**changes, "id": clock_id})


async def set_pauses(tx: AsyncConnection, clock_id: int, pauses: str) -> None:
    """Replace a clock's pauses (a JSON array)."""
    await tx.execute(
        text("UPDATE clocks SET pauses = CAST(:pauses AS jsonb) WHERE id = :id"), {"id": clock_id, "pauses": pauses}
    )


async def set_owner(tx: AsyncConnection, *, order_id: int, former: int | None, owner_id: int) -> None:
    """The order has a new owner: its own clocks, and those of what the former owner had to do, speak to them now."""
    await tx.execute(
        text(
            "UPDATE clocks SET owner_id = :owner_id WHERE order_id = :order_id AND state <> 'done'"
            " AND (subject_kind = 'order' OR owner_id = :former)"
        ),
        {"order_id": order_id, "former": former, "owner_id": owner_id},
    )


async def set_stage(tx: AsyncConnection, *, order_id: int, stage: str) -> None:
    """The order has entered a stage: what still runs on it (tasks, blockers, approvals) belongs there now."""
    await tx.execute(
        text("UPDATE clocks SET stage = :stage WHERE order_id = :order_id AND state <> 'done'"),
        {"order_id": order_id, "stage": stage},
    )


# ── the sweep ────────────────────────────────────────────────────────────────────────────────────────────────────────
# Due clocks climb their ladder in sets. Two kinds are decisive and leave the set once they are due: an accept clock
# missed for the last time (the order goes to somebody else) and an approval that ran out; each is dealt with by itself.
_DECISIVE = "(kind = 'approval' OR (kind = 'accept' AND epoch >= :accept_attempts))"

TAKE_DUE = f"""
SELECT {", ".join(_COLUMNS)} FROM clocks
WHERE state = 'running' AND next_at IS NOT NULL AND next_at <= :now
    AND (due_at > :now OR NOT {_DECISIVE})
ORDER BY next_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
"""

TAKE_DECISIVE = f"""
SELECT {", ".join(_COLUMNS)} FROM clocks
WHERE state = 'running' AND next_at IS NOT NULL AND next_at <= :now AND due_at <= :now AND {_DECISIVE}
ORDER BY next_at, id LIMIT :batch
"""


_LOCK_ORDERS = f"SELECT id FROM orders WHERE id = ANY(:ids) ORDER BY id {FOR_CHANGE} SKIP LOCKED"


async def take_due(tx: AsyncConnection, *, now: datetime, batch: int, accept_attempts: int) -> list[ClockRow]:
    """Lock the next due clocks with their orders, the most overdue first.

    Clocks that another worker holds are passed over, and so are those whose order somebody is working on: a sweep never
    waits for people, and the next one is a second away.
    """
    rows = await tx.execute(text(TAKE_DUE), {"now": now, "batch": batch, "accept_attempts": accept_attempts})
    due = [ClockRow(**row) for row in rows.mappings()]
    ids = sorted({clock.order_id for clock in due if clock.order_id is not None})
    locked = set((await tx.execute(text(_LOCK_ORDERS), {"ids": ids})).scalars()) if ids else set[int]()
    return [clock for clock in due if clock.order_id is None or clock.order_id in locked]


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
SIGNAL_RECORD = (
    "code text, raised_by text, circle text, severity text, subject_kind text, subject_id bigint, order_id bigint,"
    " evidence jsonb, dedup_key text, due_at timestamptz, created_at timestamptz, decision uuid"
)
_SIGNAL_COLUMNS = ", ".join(part.split()[0] for part in SIGNAL_RECORD.split(", "))
SIGNALS_INSERT = (
    f"INSERT INTO ai_signals ({_SIGNAL_COLUMNS}) SELECT {_SIGNAL_COLUMNS}"
    f" FROM jsonb_to_recordset(CAST(:signals AS jsonb)) AS r({SIGNAL_RECORD})"
    " ON CONFLICT (dedup_key) WHERE status IN ('open', 'acknowledged', 'snoozed') DO NOTHING"
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
