"""Sharing out orders: the dispatch lock, the managers' loads, and the set-based statements of intake and assignment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import Entry
from domain.orders import Order, Status
from domain.people import Role
from domain.stage_clocks import NewClock
from store import journal
from store.desk.orders import COLUMNS as ORDER_COLUMNS
from store.desk.orders import (
    FOR_CHANGE,
    to_order,
)
from store.records import (
    CLOCKS_INSERT,
    DEFER_DELIVERIES,
    NOTICES_INSERT,
    NOTICES_RETURNING,
    Outgoing,
    clock_rows,
    jsonb,
    notice_rows,
)

DISPATCH_LOCK = (
    0x44495350  # "DISP": assignments are decided one after another, so that they balance on any number of processes
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One active person as assignment sees them: availability, and for managers capacity and open orders by stage."""

    id: int
    name: str
    role: Role
    team: str
    telegram_linked: bool
    calendar: Mapping[str, Any] | None
    away_from: datetime | None
    away_until: datetime | None
    capacity: int
    constraints: Mapping[str, Any]
    last_assigned_at: datetime | None
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The turn to assign, held until the transaction ends: loads, and what is known of requests.

    `known` are codes of those that are orders already, `ids` numbers for the new ones; `held` says whether anything of
    theirs is kept in quarantine.
    """

    known: Mapping[str, str]
    held: bool
    ids: Sequence[int]
    staff: Sequence[StaffRow]


_TURN = text("SELECT take_dispatch_turn(:turn, CAST(:crm_ids AS text[]))")


async def take_turn(tx: AsyncConnection, crm_ids: Sequence[str] = ()) -> Turn:
    """Wait for the turn to assign, then read numbers for the new ones of these requests, loads, and admins."""
    found = (await tx.execute(_TURN, {"turn": DISPATCH_LOCK, "crm_ids": list(crm_ids)})).scalar_one()
    return Turn(known=found["known"], held=found["held"], ids=found["ids"], staff=tuple(map(_staff, found["people"])))


def _staff(row: Mapping[str, Any]) -> StaffRow:
    return StaffRow(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        team=row["team"],
        telegram_linked=row["linked"],
        calendar=row["calendar"],
        away_from=_instant(row["away_from"]),
        away_until=_instant(row["away_until"]),
        capacity=row["capacity"] or 0,
        constraints=row["constraints"] or {},
        last_assigned_at=_instant(row["last_assigned_at"]),
        counts=_counts(row["counts"]),
    )


def _counts(written: Mapping[str, int] | None) -> dict[Status, int]:
    return {Status(status): n for status, n in (written or {}).items()}


def _instant(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that one dispatch decision writes."""

    orders: Sequence[Mapping[str, object]]
    clocks: Sequence[NewClock]
    notices: Sequence[Outgoing]
    entries: Sequence[Entry]


_ORDER_RECORD = (
    "id bigint, code text, crm_id text, owner_id bigint, client_name text, client_contact jsonb, seller_name text,"
    " city text, bike text, listing_url text, price_eur numeric, delivery_method text, is_ebike bool, is_hardtail bool,"
    " compliance text, next_step text, next_step_params jsonb, next_step_due timestamptz, due_at timestamptz,"
    " created_at timestamptz, now timestamptz, starts_at timestamptz, actor text, on_manager bool, decision uuid"
)

_INTAKE = text(f"""
WITH r AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(CAST(:orders AS jsonb)) AS r({_ORDER_RECORD})),
o AS (
    INSERT INTO orders (id, code, crm_id, status, owner_id, client_name, client_contact, seller_name, city, bike,
        listing_url, price_eur, delivery_method, is_ebike, is_hardtail, compliance, next_step, next_step_params,
        next_step_due, due_at, status_since, last_moved_at, created_at, updated_at)
    SELECT id, code, crm_id, 'pending_manager', owner_id, client_name, client_contact, seller_name, city, bike,
        listing_url, price_eur, delivery_method, is_ebike, is_hardtail, compliance, next_step, next_step_params,
        next_step_due, due_at, created_at, now, created_at, now FROM r
), e AS (
    INSERT INTO order_status_events (order_id, to_status, at, recorded_at, owner_id, actor, decision)
    SELECT id, 'pending_manager', created_at, now, owner_id, actor, decision FROM r
), a AS (
    INSERT INTO ai_assignments (order_id, manager_id, actor, assigned_at, starts_at, decision)
    SELECT id, owner_id, actor, now, starts_at, decision FROM r
), m AS (
    UPDATE managers SET last_assigned_at = x.now
    FROM (SELECT owner_id, max(now) AS now FROM r WHERE on_manager GROUP BY owner_id) AS x
    WHERE managers.id = x.owner_id
), t AS (
    INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, created_at, decision)
    SELECT id, owner_id, 'step', next_step, next_step_params, next_step_due, now, decision FROM r
), c AS (
    {CLOCKS_INSERT}
), d AS ({journal.INSERT}), n AS ({NOTICES_INSERT} {NOTICES_RETURNING})
SELECT {DEFER_DELIVERIES} AS jobs
""")


async def insert_orders(tx: AsyncConnection, batch: Batch) -> None:
    """Write new orders with all that belongs to them in one statement; the turn says that none is known yet."""
    await tx.execute(_INTAKE, _parameters(batch))


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
    {CLOCKS_INSERT}
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
    parameters = _parameters(batch)
    row = (await tx.execute(text(_ASSIGN), parameters)).one()
    await tx.execute(text(_ASSIGN_OPEN), {"orders": parameters["orders"]})
    return int(row.changed)


def _parameters(batch: Batch) -> dict[str, str]:
    return {
        "orders": jsonb(batch.orders),
        "clocks": clock_rows(batch.clocks),
        "notices": notice_rows(batch.notices),
        "journal": journal.as_json(batch.entries),
    }
