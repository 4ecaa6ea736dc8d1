"""The present of the desk for those who watch it: hot orders, load of people, signals, approvals, messages, decisions.

These lists show what is to be done now, whatever period is looked at; only a person's counts of the period follow it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assignment import stage_load
from domain.measures import Period
from domain.orders import Status
from domain.policy import Policy
from domain.severity import Severity
from store.measures.metrics_flow import WAS_ANSWERED
from store.measures.metrics_instants import (
    IS_OPEN,
    live_only,
)

HOT_LISTED: Final = 20
DECISIONS_LISTED: Final = 10


# ── hot orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class HotOrder:
    """An open order with a broken limit: whose it is, until when it must move and how, how far up the ladder it is.

    `step` is the ladder's: 1 the owner knows, 2 the duty admin, 3 all admins. `clock` and `broken_since` name the
    limit that brought it there.
    """

    code: str
    status: str
    bike: str
    owner_id: int | None
    owner: str | None
    due_at: datetime | None
    next_step: str | None
    step: int
    severity: str
    clock: str
    broken_since: datetime
    hot: bool
    urgent: bool
    urgent_because: str | None


# Level by level, the longest broken first, so that the index hands out the top and nothing else is read.
_HOT = f"""
WITH broken AS (
    SELECT v.* FROM unnest(ARRAY[4, 3, 2]) WITH ORDINALITY AS l(level, rank) CROSS JOIN LATERAL (
        SELECT order_id, level, severity, clock_kind, due_at FROM ai_sla_violations
        WHERE level = l.level AND resolved_at IS NULL AND order_id IS NOT NULL{{scope}} ORDER BY due_at LIMIT :scan
    ) AS v
), worst AS (
    SELECT DISTINCT ON (order_id) * FROM broken ORDER BY order_id, level DESC, due_at
)
SELECT o.code, o.status, o.bike, o.owner_id, p.name AS owner, o.due_at, o.next_step, w.level - 1 AS step, w.severity,
    w.clock_kind AS clock, w.due_at AS broken_since, o.hot, o.urgent,
    o.urgent_because
FROM worst AS w JOIN orders AS o ON o.id = w.order_id LEFT JOIN people AS p ON p.id = o.owner_id
WHERE {IS_OPEN} ORDER BY w.level DESC, o.urgent DESC, w.due_at, o.id LIMIT :limit
"""


_OF_OWNER = " AND EXISTS (SELECT 1 FROM orders AS h WHERE h.id = order_id AND h.owner_id = :owner_id)"


async def hot_orders(
    tx: AsyncConnection,
    known_until: datetime | None,
    *,
    now: datetime,
    limit: int = HOT_LISTED,
    owner_id: int | None = None,
) -> list[HotOrder]:
    """The orders that burn most, of one owner or all: the highest step of the ladder first, then what
    somebody put first, then the longest broken.

    `known_until`: the end of an imported history, which counts up to then.
    """
    scope = live_only(known_until, now) + ("" if owner_id is None else _OF_OWNER)
    parameters = {"limit": limit, "scan": limit * 10} | ({} if owner_id is None else {"owner_id": owner_id})
    rows = await tx.execute(text(_HOT.format(scope=scope)), parameters)
    return [HotOrder(**row) for row in rows.mappings()]


_BROKEN_NOW = """
SELECT stage, count(*) AS n FROM ai_sla_violations
WHERE resolved_at IS NULL AND stage IS NOT NULL AND order_id IS NOT NULL{scope} GROUP BY stage
"""


async def broken_now(tx: AsyncConnection, known_until: datetime | None, *, now: datetime) -> dict[str, int]:
    """Limits of orders that are broken and not resolved, by stage."""
    rows = await tx.execute(text(_BROKEN_NOW.format(scope=live_only(known_until, now))))
    return {row.stage: row.n for row in rows}


# ── load ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One person's orders: open by stage, weighted by `assignment.yaml`, and how the period went for them.

    `capacity` and `utilisation` are None for those who are not managers (an admin on duty). Accepted are assignments
    that waited for the person's answer; not accepted are those taken away because no answer came.
    """

    person_id: int
    name: str
    active: bool
    away: bool
    by_stage: Mapping[str, int]
    load: float
    capacity: int | None
    utilisation: float | None
    breaches: int
    accepted: int
    declined: int
    not_accepted: int
    delivered: int


_HISTORY_COUNTS = f"""
    UNION ALL
    SELECT owner_id, status, count(*) FROM orders
    WHERE {IS_OPEN} AND source = 'history' AND owner_id IS NOT NULL GROUP BY owner_id, status
"""

_LOAD = f"""
WITH counts AS (
    SELECT manager_id AS id, jsonb_object_agg(status, n) AS by_stage FROM (
        SELECT manager_id, status, sum(n)::int AS n FROM (
            SELECT manager_id, status, n FROM manager_stage_counts WHERE n <> 0{{history}}
        ) AS c GROUP BY manager_id, status
    ) AS s GROUP BY manager_id
), broken AS (
    SELECT owner_id AS id, count(*) AS n FROM ai_sla_violations
    WHERE breached_at > :since AND breached_at <= :until AND owner_id IS NOT NULL GROUP BY owner_id
), accepted AS (
    SELECT manager_id AS id, count(*) AS n FROM ai_assignments
    WHERE accepted_at > :since AND accepted_at <= :until AND {WAS_ANSWERED} GROUP BY manager_id
), lost AS (
    SELECT manager_id AS id, count(*) FILTER (WHERE end_reason = 'declined') AS declined,
        count(*) FILTER (WHERE end_reason = 'not_accepted') AS not_accepted
    FROM ai_assignments
    WHERE ended_at > :since AND ended_at <= :until AND end_reason IN ('declined', 'not_accepted') GROUP BY manager_id
), done AS (
    SELECT owner_id AS id, count(DISTINCT order_id) AS n FROM order_status_events
    WHERE at > :since AND at <= :until AND to_status = 'delivered' AND owner_id IS NOT NULL GROUP BY owner_id
)
SELECT p.id AS person_id, p.name, p.active, m.capacity, coalesce(c.by_stage, '{{{{}}}}') AS by_stage,
    coalesce(p.away_from <= :now AND (p.away_until IS NULL OR p.away_until > :now), false) AS away,
    coalesce(b.n, 0) AS breaches, coalesce(a.n, 0) AS accepted, coalesce(l.declined, 0) AS declined,
    coalesce(l.not_accepted, 0) AS not_accepted, coalesce(d.n, 0) AS delivered
FROM people AS p LEFT JOIN managers AS m ON m.id = p.id LEFT JOIN counts AS c ON c.id = p.id
    LEFT JOIN broken AS b ON b.id = p.id LEFT JOIN accepted AS a ON a.id = p.id LEFT JOIN lost AS l ON l.id = p.id
    LEFT JOIN done AS d ON d.id = p.id
WHERE (m.id IS NOT NULL AND p.active) OR coalesce(c.id, b.id, a.id, l.id, d.id) IS NOT NULL
ORDER BY p.active DESC, p.name, p.id
"""


async def loads(
    tx: AsyncConnection, period: Period, policy: Policy, known_until: datetime | None, *, now: datetime
) -> list[Load]:
    """Everybody who is a manager, owns something, or did something in the period."""
    with_history = known_until is not None and now <= known_until
    statement = _LOAD.format(history=_HISTORY_COUNTS if with_history else "")
    rows = await tx.execute(text(statement), {"since": period.since, "until": period.until, "now": now})
    weights = {status: float(weight) for status, weight in policy.assignment.stage_weights.items()}
    return [_load(dict(row), weights) for row in rows.mappings()]


def _load(row: dict[str, Any], weights: Mapping[Status, float]) -> Load:
    load = stage_load({Status(status): n for status, n in row["by_stage"].items()}, weights)
    return Load(**row, load=load, utilisation=load / row["capacity"] if row["capacity"] else None)


# ── what waits for somebody ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class SignalCount:
    """Open signals of one severity, and how many of them are past their limit."""

    severity: Severity
    open: int
    overdue: int


_SIGNALS = """
SELECT severity, count(*) AS open, count(*) FILTER (WHERE due_at < :now) AS overdue FROM ai_signals
WHERE status IN ('open', 'acknowledged', 'snoozed') GROUP BY severity
"""


async def open_signals(tx: AsyncConnection, *, now: datetime) -> list[SignalCount]:
    """Open signals by severity, the most urgent first; a severity without signals stands with zeros."""
    found = {row.severity: row for row in await tx.execute(text(_SIGNALS), {"now": now})}
    return [
        SignalCount(
            severity=severity,
            open=found[severity].open if severity in found else 0,
            overdue=found[severity].overdue if severity in found else 0,
        )
        for severity in reversed(Severity)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingApprovals:
    """Requests that wait for a human: how many, since when the oldest, when the next one expires."""

    count: int
    oldest_at: datetime | None
    next_expiry: datetime | None


_APPROVALS = """
SELECT count(*) AS count, min(created_at) AS oldest_at, min(expires_at) AS next_expiry
FROM approvals WHERE status = 'pending' AND expires_at > :now
"""


async def waiting_approvals(tx: AsyncConnection, *, now: datetime) -> WaitingApprovals:
    """What waits for a human's vote and has time left."""
    return WaitingApprovals(**(await tx.execute(text(_APPROVALS), {"now": now})).mappings().one())


# ── messages and decisions ───────────────────────────────────────────────────────────────────────────────────────────
# Of a long queue it is enough to know that it is long.
_OUTBOX = """
SELECT state, count(*) AS n FROM notifications WHERE state IN ('sending', 'failed', 'dead', 'unknown') GROUP BY state
UNION ALL
SELECT 'queued', count(*) FROM (SELECT 1 FROM notifications WHERE state = 'queued' LIMIT 10000) AS queued
"""
_OUTBOX_STATES: Final = ("queued", "sending", "failed", "dead", "unknown")


async def outbox_counts(tx: AsyncConnection) -> dict[str, int]:
    """Messages that have not gone out: waiting (up to 10,000), on their way, to be tried again, given up, unknown."""
    found = {row.state: row.n for row in await tx.execute(text(_OUTBOX))}
    return {state: found.get(state, 0) for state in _OUTBOX_STATES}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentDecision:
    """One row of the journal in short."""

    id: int
    at: datetime
    actor: str
    action: str
    order: str | None
    verdict: str
    rule: str
    outcome: str


_DECISIONS = """
SELECT d.id, d.at, d.actor, d.action, o.code AS "order", d.verdict, d.rule, d.outcome
FROM (SELECT * FROM ai_decisions ORDER BY id DESC LIMIT :limit) AS d LEFT JOIN orders AS o ON o.id = d.order_id
ORDER BY d.id DESC
"""


async def recent_decisions(tx: AsyncConnection, *, limit: int = DECISIONS_LISTED) -> Sequence[RecentDecision]:
    """The last decisions, the newest first."""
    rows = await tx.execute(text(_DECISIONS), {"limit": limit})
    return [RecentDecision(**row) for row in rows.mappings()]
