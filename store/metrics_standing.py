"""What stood at an instant: open orders by status and age, who moved, what had an owner and a next step.

Any instant of the past can be asked for. What has not changed since is read from the orders; what has, from the record
of what happened: a status event carries the status that ended with it and how long that had lasted, so exactly one
event after the instant spans it. Owners come from the assignments, next steps from the step tasks, movement from the
journal.

An imported history is known up to its last event: later than that its open orders are not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import MOVING_ACTIONS, Standing
from domain.orders import OPEN_STATUSES, Status
from domain.policy import Policy

IS_OPEN: Final = "status NOT IN ('closed', 'cancelled')"
AGES: Final = (timedelta(hours=4), timedelta(hours=24), timedelta(hours=72))

_KNOWN_UNTIL = """
SELECT greatest((SELECT max(at) FROM order_status_events WHERE history_key IS NOT NULL),
    (SELECT max(at) FROM order_notes WHERE history_key IS NOT NULL))
"""


async def history_known_until(tx: AsyncConnection) -> datetime | None:
    """The last event of any imported history; None without one."""
    return (await tx.execute(text(_KNOWN_UNTIL))).scalar_one()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which orders count at an instant, as conditions on `orders` and on tables that refer to them."""

    live_only: bool
    orders: str = ""
    referring: str = ""


_ALL: Final = Scope(live_only=False)
_LIVE: Final = Scope(
    live_only=True,
    orders=" AND source <> 'history'",
    referring=" AND NOT EXISTS (SELECT 1 FROM orders AS h WHERE h.id = order_id AND h.source = 'history')",
)


async def scope_at(tx: AsyncConnection, at: datetime) -> Scope:
    """All orders while a history is known, only the desk's own after its end."""
    known_until = await history_known_until(tx)
    return _ALL if known_until is None or at <= known_until else _LIVE


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """Open orders in one status, by how long they had been in it (calendar hours), and since when the oldest."""

    status: Status
    orders: int = 0
    under_4h: int = 0
    from_4h_to_24h: int = 0
    from_24h_to_72h: int = 0
    over_72h: int = 0
    oldest_since: datetime | None = None


# The stay in a status that an event ended: from `at - seconds_in_status` to `at`.
_QUEUE = f"""
WITH state AS (
    SELECT status, status_since AS since FROM orders WHERE {IS_OPEN} AND status_since <= :at{{scope}}
    UNION ALL
    SELECT from_status, at - make_interval(secs => seconds_in_status) FROM order_status_events
    WHERE at > :at AND at - make_interval(secs => seconds_in_status) <= :at
        AND from_status IS NOT NULL AND from_status NOT IN ('closed', 'cancelled')
)
SELECT status, count(*) AS orders, count(*) FILTER (WHERE since > :at_4h) AS under_4h,
    count(*) FILTER (WHERE since <= :at_4h AND since > :at_24h) AS from_4h_to_24h,
    count(*) FILTER (WHERE since <= :at_24h AND since > :at_72h) AS from_24h_to_72h,
    count(*) FILTER (WHERE since <= :at_72h) AS over_72h, min(since) AS oldest_since
FROM state GROUP BY status
"""


async def queue(tx: AsyncConnection, at: datetime, scope: Scope) -> list[QueueRow]:
    """The open orders by status and age, every open status in the order of the path."""
    bounds = dict(zip(("at_4h", "at_24h", "at_72h"), (at - age for age in AGES), strict=True))
    rows = await tx.execute(text(_QUEUE.format(scope=scope.orders)), {"at": at, **bounds})
    found = {Status(row["status"]): dict(row) for row in rows.mappings()}
    return [_queue_row(status, found.get(status, {})) for status in OPEN_STATUSES]


def _queue_row(status: Status, row: dict[str, Any]) -> QueueRow:
    fields: dict[str, Any] = {**row, "status": status}
    return QueueRow(**fields)


# ── movement ─────────────────────────────────────────────────────────────────────────────────────────────────────────
_STUCK = f"""
SELECT count(*) FROM orders WHERE {IS_OPEN} AND last_moved_at < :limit AND status = ANY(:watched){{scope}}
"""

# Orders that were there and have moved since: how they stood then is found out one by one, by their own records. The
# desk counts a movement when it learns of it; a history moved when its log says so.
_STUCK_THEN = f"""
SELECT count(*) FROM (
    SELECT id, status FROM orders WHERE {IS_OPEN} AND last_moved_at > :at AND created_at < :limit
    UNION ALL
    SELECT id, status FROM orders WHERE closed_at > :at AND created_at < :limit
) AS o
WHERE coalesce(
        (SELECT from_status FROM order_status_events AS e WHERE e.order_id = o.id AND e.at > :at
            AND e.at - make_interval(secs => e.seconds_in_status) <= :at), o.status) = ANY(:watched)
    AND NOT EXISTS (SELECT 1 FROM order_status_events AS e WHERE e.order_id = o.id
        AND CASE WHEN e.history_key IS NULL THEN e.recorded_at ELSE e.at END BETWEEN :limit AND :at)
    AND NOT EXISTS (SELECT 1 FROM ai_decisions AS d WHERE d.order_id = o.id AND d.at BETWEEN :limit AND :at
        AND d.outcome = 'done' AND d.action = ANY(:moving))
    AND NOT EXISTS (SELECT 1 FROM order_notes AS n
        WHERE n.order_id = o.id AND n.history_key IS NOT NULL AND n.at BETWEEN :limit AND :at)
"""


async def _stuck(tx: AsyncConnection, at: datetime, policy: Policy, scope: Scope, *, now: datetime) -> int:
    limit = at - policy.clocks.stuck[-1].after
    watched = [status.value for status in policy.clocks.stuck_in]
    still = (
        await tx.execute(text(_STUCK.format(scope=scope.orders)), {"limit": limit, "watched": watched})
    ).scalar_one()
    if at >= now:
        return int(still)
    moved_since = (
        await tx.execute(
            text(_STUCK_THEN),
            {"at": at, "limit": limit, "watched": watched, "moving": [action.value for action in MOVING_ACTIONS]},
        )
    ).scalar_one()
    return int(still + moved_since)


# ── owner and next step ──────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Lacking:
    """Open orders without an owner, without a next step, and without at least one of them."""

    owner: int
    next_step: int
    either: int


_LACKING_NOW = f"""
SELECT count(*) FILTER (WHERE owner_id IS NULL) AS owner, count(*) FILTER (WHERE next_step IS NULL) AS next_step,
    count(*) AS either
FROM orders WHERE {IS_OPEN} AND (owner_id IS NULL OR next_step IS NULL){{scope}}
"""

# An assignment ends with its order, and so does a step task: those that span the instant belong to orders open then.
# Unless the end was reported later than it happened: such orders had ended by their own word.
_NOT_ENDED = "NOT EXISTS (SELECT 1 FROM orders AS ended WHERE ended.id = order_id AND ended.closed_at <= :at)"
_OWNED_THEN = f"""
SELECT (SELECT count(*) FROM ai_assignments WHERE ended_at IS NULL AND assigned_at <= :at{{scope}})
    + (SELECT count(*) FROM ai_assignments WHERE ended_at > :at AND assigned_at <= :at AND {_NOT_ENDED})
"""
_STEPPED_THEN = f"""
SELECT (SELECT count(*) FROM tasks WHERE kind = 'step' AND state = 'open' AND created_at <= :at)
    + (SELECT count(*) FROM tasks WHERE kind = 'step' AND done_at > :at AND created_at <= :at AND {_NOT_ENDED})
"""
_BOTH_THEN = f"""
SELECT count(*) FROM (
    SELECT order_id FROM ai_assignments
    WHERE assigned_at <= :at AND (ended_at IS NULL OR (ended_at > :at AND {_NOT_ENDED}))
) AS owned JOIN tasks AS t USING (order_id)
WHERE t.kind = 'step' AND t.created_at <= :at AND (t.done_at IS NULL OR t.done_at > :at)
"""


async def _lacking(tx: AsyncConnection, at: datetime, total: int, scope: Scope, *, now: datetime) -> Lacking:
    if at >= now:
        row = (await tx.execute(text(_LACKING_NOW.format(scope=scope.orders)))).one()
        return Lacking(row.owner, row.next_step, row.either)
    owned = (await tx.execute(text(_OWNED_THEN.format(scope=scope.referring)), {"at": at})).scalar_one()
    stepped = (await tx.execute(text(_STEPPED_THEN), {"at": at})).scalar_one()
    without_owner, without_step = total - owned, total - stepped
    if not (without_owner and without_step):
        return Lacking(without_owner, without_step, without_owner + without_step)
    both = (await tx.execute(text(_BOTH_THEN), {"at": at})).scalar_one()
    return Lacking(without_owner, without_step, total - both)


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def standing(tx: AsyncConnection, at: datetime, policy: Policy, *, now: datetime) -> Standing:
    """How the desk stood at `at`; the present itself (`at` = `now`) is read from the orders as they are."""
    scope = await scope_at(tx, at)
    return await standing_of(tx, await queue(tx, at, scope), at, policy, scope, now=now)


async def standing_of(
    tx: AsyncConnection, rows: Sequence[QueueRow], at: datetime, policy: Policy, scope: Scope, *, now: datetime
) -> Standing:
    """The same where the queue has been read already."""
    by_status = {row.status: row.orders for row in rows}
    lacking = await _lacking(tx, at, sum(by_status.values()), scope, now=now)
    return Standing(
        by_status=by_status,
        watched=sum(by_status[status] for status in policy.clocks.stuck_in),
        stuck=await _stuck(tx, at, policy, scope, now=now),
        without_owner=lacking.owner,
        without_next_step=lacking.next_step,
        incomplete=lacking.either,
    )
