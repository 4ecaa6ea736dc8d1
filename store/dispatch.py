"""Sharing out orders: the dispatch lock, the managers' loads, and the set-based statements of intake and assignment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import Entry
from domain.orders import Order, Status
from domain.people import Role
from domain.stage_clocks import NewClock
from store import journal
from store.orders import COLUMNS as ORDER_COLUMNS
from store.orders import FOR_CHANGE, to_order
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
    packed,
)
from store.wire import ask

_STATUS = {status.value: status for status in Status}

# "DISP": assignments are decided one after another, so that they balance on any number of processes.
DISPATCH_LOCK = b"%d" % 0x44495350


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaffRow:
    """One active person as assignment sees them, without their load; the same object as long as nothing changes."""

    id: int
    name: str
    role: Role
    team: str
    calendar: Mapping[str, Any] | None
    away_from: datetime | None
    away_until: datetime | None
    telegram_linked: bool
    capacity: int
    constraints: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Load:
    """What a manager has: when the last order came, and the open ones by stage."""

    last_assigned_at: datetime | None
    counts: dict[Status, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The turn to assign, held until the transaction ends: which requests are orders already, fresh numbers, loads."""

    known: frozenset[str]
    ids: Sequence[int]
    staff: Sequence[StaffRow]
    loads: Mapping[int, Load]


# Three statements in one go. Each sees what was committed when it began, so the lock comes first: what is read after it
# is what the last assignment left behind.
_LOCK = b"SELECT pg_advisory_xact_lock($1)"
_NUMBERS = b"""
WITH known AS MATERIALIZED (
    SELECT crm_id FROM orders WHERE crm_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1)))
)
SELECT ARRAY(SELECT crm_id FROM known), ARRAY(
    SELECT nextval('order_ids') FROM generate_series(1, jsonb_array_length($1) - (SELECT count(*) FROM known))
)
"""
_STAFF = b"""
SELECT p.id, p.name, p.role, p.team, p.calendar::text, p.away_from, p.away_until,
    p.telegram_id IS NOT NULL AND p.telegram_blocked_at IS NULL, m.capacity, m.constraints::text,
    m.last_assigned_at, c.status, c.n
FROM people AS p LEFT JOIN managers AS m ON m.id = p.id
LEFT JOIN manager_stage_counts AS c ON c.manager_id = m.id AND c.n <> 0
WHERE p.active AND p.role <> 'viewer' ORDER BY p.id
"""


async def take_turn(tx: AsyncConnection, crm_ids: Sequence[str] = ()) -> Turn:
    """Wait for the turn to assign, then read numbers for the new ones of these requests, loads, and admins."""
    lock, numbers, staff = (_LOCK, (DISPATCH_LOCK,)), (_NUMBERS, (packed(crm_ids),)), (_STAFF, ())
    _, ((known, ids),), rows = await ask(tx, lock, numbers, staff)
    people: dict[int, StaffRow] = {}
    loads: dict[int, Load] = {}
    for *person, last_assigned_at, status, n in rows:
        number: int = person[0]
        if number not in people:
            people[number] = _person(tuple(person))
            loads[number] = Load(last_assigned_at, {})
        if status is not None:
            loads[number].counts[_STATUS[status]] = n
    return Turn(known=frozenset(known), ids=ids, staff=tuple(people.values()), loads=loads)


# People change rarely, and each assignment reads them all.
@lru_cache(maxsize=1_024)
def _person(row: tuple[Any, ...]) -> StaffRow:
    number, name, role, team, calendar, away_from, away_until, linked, capacity, constraints = row
    return StaffRow(
        id=number,
        name=name,
        role=Role(role),
        team=team,
        calendar=None if calendar is None else orjson.loads(calendar),
        away_from=away_from,
        away_until=away_until,
        telegram_linked=linked,
        capacity=capacity or 0,
        constraints=orjson.loads(constraints or "{}"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that one dispatch decision writes."""

    orders: Sequence[Mapping[str, object]]
    clocks: Sequence[NewClock]
    notices: Sequence[Outgoing]
    entries: Sequence[Entry]


LOCK_UNATTENDED = f"""
SELECT {ORDER_COLUMNS} FROM orders
WHERE status NOT IN ('closed', 'cancelled') AND source <> 'history'
    AND (owner_id IS NULL OR due_at IS NULL OR next_step IS NULL)
ORDER BY id LIMIT :batch {FOR_CHANGE} SKIP LOCKED
"""


async def lock_unattended(tx: AsyncConnection, *, batch: int) -> list[Order]:
    """Open orders that lack an owner, a due time or a next step, locked; history is not looked at."""
    rows = await tx.execute(text(LOCK_UNATTENDED), {"batch": batch})
    return [to_order(row) for row in rows]


_ASSIGN_RECORD = (
    "id bigint, owner_id bigint, next_step text, next_step_params jsonb, next_step_due timestamptz, due_at timestamptz,"
    " now timestamptz, starts_at timestamptz, actor text, on_manager bool, decision uuid"
)

_ASSIGN = f"""
WITH r AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(CAST(:orders AS jsonb)) AS r({_ASSIGN_RECORD})),
o AS (
    UPDATE orders SET owner_id = r.owner_id, next_step = r.next_step, next_step_params = r.next_step_params,
        next_step_due = r.next_step_due, due_at = r.due_at, version = version + 1, updated_at = r.now
    FROM r WHERE orders.id = r.id RETURNING orders.id
), x AS (
    UPDATE ai_assignments SET ended_at = r.now, end_reason = 'replaced'
    FROM r WHERE ai_assignments.order_id = r.id AND ai_assignments.ended_at IS NULL
        AND ai_assignments.manager_id <> r.owner_id
), m AS (
    UPDATE managers SET last_assigned_at = x.now
    FROM (SELECT owner_id, max(now) AS now FROM r WHERE on_manager GROUP BY owner_id) AS x
    WHERE managers.id = x.owner_id
), c AS (
    INSERT INTO clocks ({", ".join(CLOCK_COLUMNS)})
    SELECT {", ".join("k." + name for name in CLOCK_COLUMNS)}
    FROM jsonb_to_recordset(CAST(:clocks AS jsonb)) AS k({CLOCK_RECORD})
    ON CONFLICT (subject_kind, subject_id, kind) WHERE state <> 'done' DO UPDATE SET owner_id = excluded.owner_id
), d AS ({journal.INSERT}), n AS ({NOTICES_INSERT} {NOTICES_RETURNING})
SELECT (SELECT count(*) FROM o) AS changed, {DEFER_DELIVERIES} AS jobs
"""

# A separate statement: the open assignments that the one above ended must be gone before new ones may open.
_ASSIGN_OPEN = f"""
WITH r AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(CAST(:orders AS jsonb)) AS r({_ASSIGN_RECORD})),
a AS (
    INSERT INTO ai_assignments (order_id, manager_id, actor, assigned_at, starts_at, decision)
    SELECT r.id, r.owner_id, r.actor, r.now, r.starts_at, r.decision FROM r
    ON CONFLICT (order_id) WHERE ended_at IS NULL DO NOTHING
)
INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, created_at, decision)
SELECT r.id, r.owner_id, 'step', r.next_step, r.next_step_params, r.next_step_due, r.now, r.decision FROM r
ON CONFLICT (order_id) WHERE kind = 'step' AND state = 'open'
DO UPDATE SET owner_id = excluded.owner_id, due_at = excluded.due_at, key = excluded.key, params = excluded.params
"""


async def assign_orders(tx: AsyncConnection, batch: Batch) -> int:
    """Give existing orders an owner, their clocks and a next step, as one set; how many changed."""
    orders = jsonb(batch.orders)
    parameters = {
        "orders": orders,
        "clocks": clock_rows(batch.clocks),
        "notices": notice_rows(batch.notices),
        "journal": journal.as_json(batch.entries),
    }
    row = (await tx.execute(text(_ASSIGN), parameters)).one()
    await tx.execute(text(_ASSIGN_OPEN), {"orders": orders})
    return int(row.changed)
