"""What stood at an instant: open orders by status and age, who moved, what had an owner and a next step.

Any instants of the past can be asked for, several in one pass. What has not changed since is read from the orders; what
has, from the record of what happened: a status event carries the status that ended with it and how long that had
lasted, so exactly one event after the instant spans it. Owners come from the assignments, next steps from the step
tasks, movement from the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import MOVING_ACTIONS, Standing
from domain.orders import OPEN_STATUSES, Status
from domain.policy import Policy
from store.measures.metrics_instants import (
    IS_OPEN,
    Instants,
    history_known_until,
)


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


# Stays in a status, `[began, ended)`: those that last, and those that an event after the first instant has ended.
_QUEUE = f"""
WITH stays AS (
    SELECT status, status_since AS began, CAST('infinity' AS timestamptz) AS ended, {{live}} AS live
    FROM orders WHERE {IS_OPEN} AND status_since <= :last
    UNION ALL
    SELECT from_status, at - make_interval(secs => seconds_in_status), at, true FROM order_status_events
    WHERE from_status = ANY(:open) AND at > :first AND at - make_interval(secs => seconds_in_status) <= :last
)
SELECT status, {{each}},
    count(*) FILTER (WHERE {{last}} AND began > :at_4h) AS under_4h,
    count(*) FILTER (WHERE {{last}} AND began <= :at_4h AND began > :at_24h) AS from_4h_to_24h,
    count(*) FILTER (WHERE {{last}} AND began <= :at_24h AND began > :at_72h) AS from_24h_to_72h,
    count(*) FILTER (WHERE {{last}} AND began <= :at_72h) AS over_72h,
    min(began) FILTER (WHERE {{last}}) AS oldest_since
FROM stays GROUP BY status
"""
_AGES: Final = {"at_4h": timedelta(hours=4), "at_24h": timedelta(hours=24), "at_72h": timedelta(hours=72)}


async def _queue(tx: AsyncConnection, instants: Instants) -> dict[Status, Mapping[str, Any]]:
    last = "ended > :last" + (" AND live" if instants.past_history(instants.at[-1]) else "")
    statement = _QUEUE.format(live=instants.live, each=instants.each("began <= {at} AND ended > {at}"), last=last)
    ages = {name: instants.at[-1] - age for name, age in _AGES.items()}
    statuses = {"open": [status.value for status in OPEN_STATUSES]}
    rows = await tx.execute(text(statement), instants.parameters | ages | statuses)
    return {Status(row["status"]): dict(row) for row in rows.mappings()}


def _queue_rows(found: Mapping[Status, Mapping[str, Any]], last: int) -> list[QueueRow]:
    return [
        QueueRow(
            status=status,
            orders=found[status][f"n_{last}"],
            **{name: found[status][name] for name in QueueRow.__dataclass_fields__ if name not in ("status", "orders")},
        )
        if status in found
        else QueueRow(status=status)
        for status in OPEN_STATUSES
    ]


# ── movement ─────────────────────────────────────────────────────────────────────────────────────────────────────────
_STUCK = f"""
SELECT {{each}} FROM (
    SELECT last_moved_at, {{live}} AS live FROM orders
    WHERE {IS_OPEN} AND last_moved_at < :last AND status = ANY(:watched)
) AS still
"""

# Orders that stood in a watched status then and have moved since, whether that stay has ended or lasts: their own
# records tell whether they had moved before. The desk counts a movement when it learns of it; a history moved when its
# log says so.
_STUCK_THEN = f"""
SELECT count(*) FROM (
    SELECT order_id AS id FROM order_status_events
    WHERE from_status = ANY(:watched) AND at > :at AND at - make_interval(secs => seconds_in_status) <= :at
    UNION ALL
    SELECT id FROM orders
    WHERE {IS_OPEN} AND status = ANY(:watched) AND last_moved_at > :at AND status_since <= :at
) AS o
WHERE (SELECT created_at FROM orders WHERE orders.id = o.id) < :limit
    AND NOT EXISTS (SELECT 1 FROM order_status_events AS e WHERE e.order_id = o.id
        AND CASE WHEN e.history_key IS NULL THEN e.recorded_at ELSE e.at END BETWEEN :limit AND :at)
    AND NOT EXISTS (SELECT 1 FROM ai_decisions AS d WHERE d.order_id = o.id AND d.at BETWEEN :limit AND :at
        AND d.outcome = 'done' AND d.action = ANY(:moving))
    AND NOT EXISTS (SELECT 1 FROM order_notes AS n
        WHERE n.order_id = o.id AND n.history_key IS NOT NULL AND n.at BETWEEN :limit AND :at)
"""


async def _stuck(tx: AsyncConnection, instants: Instants, policy: Policy) -> list[int]:
    """Orders without movement for longer than the last stuck limit, at each instant."""
    longest = policy.clocks.stuck[-1].after
    limits = Instants(
        tuple(at - longest for at in instants.at), instants.now - longest, _shifted(instants.known_until, longest)
    )
    watched = [status.value for status in policy.clocks.stuck_in]
    statement = _STUCK.format(live=limits.live, each=limits.each("last_moved_at < {at}"))
    row = (await tx.execute(text(statement), limits.parameters | {"watched": watched})).one()
    return [
        still + await _stuck_then(tx, at, limit, instants, watched)
        for still, at, limit in zip(row, instants.at, limits.at, strict=True)
    ]


def _shifted(at: datetime | None, back: timedelta) -> datetime | None:
    return None if at is None else at - back


async def _stuck_then(
    tx: AsyncConnection, at: datetime, limit: datetime, instants: Instants, watched: Sequence[str]
) -> int:
    if at >= instants.now:
        return 0
    moving = [action.value for action in MOVING_ACTIONS]
    parameters = {"at": at, "limit": limit, "watched": watched, "moving": moving}
    return int((await tx.execute(text(_STUCK_THEN), parameters)).scalar_one())


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
FROM (SELECT owner_id, next_step, {{live}} AS live FROM orders
    WHERE {IS_OPEN} AND (owner_id IS NULL OR next_step IS NULL)) AS lacking WHERE live
"""

# An assignment ends with its order, and so does a step task: those that span the instant belong to orders open then.
# Unless the end was reported later than it happened: such orders had ended by their own word before they last moved.
_ENDED = """coalesce((
    SELECT closed_at FROM orders AS late WHERE late.id = order_id AND late.closed_at < late.last_moved_at
), 'infinity')"""
_OWNED = f"""
SELECT {{each}} FROM (
    SELECT assigned_at AS began, CAST('infinity' AS timestamptz) AS ended, {{live}} AS live
    FROM ai_assignments WHERE ended_at IS NULL
    UNION ALL
    SELECT assigned_at, least(ended_at, {_ENDED}), true FROM ai_assignments
    WHERE ended_at > :first AND assigned_at <= :last
) AS owned
"""
_STEPPED = f"""
SELECT {{each}} FROM (
    SELECT created_at AS began, CAST('infinity' AS timestamptz) AS ended, true AS live
    FROM tasks WHERE kind = 'step' AND state = 'open'
    UNION ALL
    SELECT created_at, least(done_at, {_ENDED}), true FROM tasks
    WHERE kind = 'step' AND done_at > :first AND created_at <= :last
) AS stepped
"""
_BOTH = f"""
SELECT count(*) FROM (
    SELECT order_id FROM ai_assignments
    WHERE assigned_at <= :at AND (ended_at IS NULL OR (ended_at > :at AND {_ENDED} > :at))
) AS owned JOIN tasks AS t USING (order_id)
WHERE t.kind = 'step' AND t.created_at <= :at AND (t.done_at IS NULL OR t.done_at > :at)
"""


async def _lacking(tx: AsyncConnection, instants: Instants, open_orders: Sequence[int]) -> list[Lacking]:
    """What lacked at each instant; the present itself is read from the orders as they are."""
    past = Instants([at for at in instants.at if at < instants.now], instants.now, instants.known_until)
    then = await _lacking_then(tx, past, open_orders) if past.at else []
    if len(then) == len(instants.at):
        return then
    today = Instants([instants.now], instants.now, instants.known_until)
    row = (await tx.execute(text(_LACKING_NOW.format(live=today.live)))).one()
    return [*then, Lacking(row.owner, row.next_step, row.either)]


async def _lacking_then(tx: AsyncConnection, past: Instants, open_orders: Sequence[int]) -> list[Lacking]:
    spanning = past.each("began <= {at} AND ended > {at}")
    owned = (await tx.execute(text(_OWNED.format(each=spanning, live=past.live_order)), past.parameters)).one()
    stepped = (await tx.execute(text(_STEPPED.format(each=spanning)), past.parameters)).one()
    return [
        await _lacking_either(tx, at, total, total - with_owner, total - with_step)
        for at, total, with_owner, with_step in zip(past.at, open_orders, owned, stepped, strict=False)
    ]


async def _lacking_either(tx: AsyncConnection, at: datetime, total: int, owner: int, step: int) -> Lacking:
    if not (owner and step):
        return Lacking(owner, step, owner + step)
    if total in (owner, step):
        return Lacking(owner, step, total)
    both = (await tx.execute(text(_BOTH), {"at": at})).scalar_one()
    return Lacking(owner, step, total - both)


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Stood:
    """How the desk stood at each instant, and the queue by age at the last of them."""

    standings: Sequence[Standing]
    queue: Sequence[QueueRow]


async def stood(tx: AsyncConnection, instants: Sequence[datetime], policy: Policy, *, now: datetime) -> Stood:
    """How the desk stood at these instants, given in order and none after `now`."""
    asked = Instants(instants, now, await history_known_until(tx))
    found = await _queue(tx, asked)
    by_status = [
        {status: found[status][f"n_{i}"] if status in found else 0 for status in OPEN_STATUSES}
        for i in range(len(instants))
    ]
    lacking = await _lacking(tx, asked, [sum(counts.values()) for counts in by_status])
    stuck = await _stuck(tx, asked, policy)
    standings = [
        Standing(
            by_status=counts,
            watched=sum(counts[status] for status in policy.clocks.stuck_in),
            stuck=stuck[i],
            without_owner=lacking[i].owner,
            without_next_step=lacking[i].next_step,
            incomplete=lacking[i].either,
        )
        for i, counts in enumerate(by_status)
    ]
    return Stood(standings, _queue_rows(found, len(instants) - 1))
