"""What happened in a period and in the one before it: one set-based statement a subject, bounded by both periods.

Every statement tells the two apart by `current`, reads nothing outside `(before, until]`, and reads that from an index
that holds all it asks for: exact medians look at every value, so what one value costs is what a page costs.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import WATCHES, Flow, Period, Spread, Tally
from domain.orders import OPEN_STATUSES, Status

# What left one status in one period is one range of an index: neither sorted nor hashed to be told apart.
_PERIODS = """(VALUES (false, CAST(:before AS timestamptz), CAST(:since AS timestamptz)),
    (true, CAST(:since AS timestamptz), CAST(:until AS timestamptz))) AS p (current, since, until)"""

# How long the stays lasted that ended; the row without a status is about all of them.
_ENDED_STAYS = """
LATERAL (
    SELECT count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_in_status) AS median
    FROM order_status_events AS e WHERE {left} AND e.at > p.since AND e.at <= p.until
) AS stays
"""
_STAYS = f"""
SELECT current, status AS from_status, n, median
FROM {_PERIODS} CROSS JOIN unnest(CAST(:open AS text[])) AS status
    CROSS JOIN {_ENDED_STAYS.format(left="e.from_status = status")}
WHERE n > 0
UNION ALL
SELECT current, NULL, n, median FROM {_PERIODS} CROSS JOIN {_ENDED_STAYS.format(left="e.from_status = ANY(:open)")}
"""

_CONVERSIONS = f"""
SELECT current, step.source AS from_status, gone, converted FROM {_PERIODS}
CROSS JOIN (VALUES ('under_inspection', 'awaiting_payment'), ('awaiting_payment', 'ready_for_shipment'))
    AS step (source, target)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT order_id) AS gone,
        count(DISTINCT order_id) FILTER (WHERE to_status = step.target) AS converted
    FROM order_status_events AS e
    WHERE e.from_status = step.source AND e.at > p.since AND e.at <= p.until
) AS who_left
WHERE gone > 0
"""

# First arrivals only. Who was delivered before has left that status again: the few that have are looked at.
_DELIVERIES = """
WITH arrived AS (
    SELECT order_id, min(at) AS at FROM order_status_events
    WHERE at > :before AND at <= :until AND to_status = 'delivered' GROUP BY order_id
)
SELECT a.at > :since AS current, count(*) AS delivered, count(b.at) AS n,
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM a.at - b.at)::float8) AS parts
FROM arrived AS a LEFT JOIN LATERAL (
    SELECT e.at FROM order_status_events AS e
    WHERE e.order_id = a.order_id AND e.to_status = 'pending_manager' AND e.at <= a.at ORDER BY e.at LIMIT 1
) AS b ON true
WHERE a.order_id NOT IN (
    SELECT r.order_id FROM order_status_events AS r
    WHERE r.from_status IN ('delivered', 'closed', 'cancelled') AND r.to_status NOT IN ('closed', 'cancelled')
        AND EXISTS (SELECT 1 FROM order_status_events AS e
            WHERE e.order_id = r.order_id AND e.to_status = 'delivered' AND e.at <= :before)
)
GROUP BY 1
"""

# Final attempts are judged by the clock itself, so that nothing depends on when the watchdog looked: what came first,
# its end or its being due, decided it. Earlier attempts that broke have left their violation.
_PROMISE: Final = f"kind NOT IN ({', '.join(repr(kind.value) for kind in WATCHES)})"
_CLOCKS = f"""
SELECT current, stage, kind, count(*) AS decided, count(*) FILTER (WHERE broken) AS broken FROM (
    SELECT least(due_at, closed_at) > :since AS current, stage, kind, closed_at IS NULL OR closed_at > due_at AS broken
    FROM clocks
    WHERE least(due_at, closed_at) > :before AND least(due_at, closed_at) <= :until AND {_PROMISE}
    UNION ALL
    SELECT v.due_at > :since, v.stage, v.clock_kind, true
    FROM ai_sla_violations AS v JOIN (SELECT id, epoch FROM clocks WHERE epoch > 1 AND {_PROMISE}) AS c
        ON c.id = v.clock_id AND c.epoch > v.epoch
    WHERE v.due_at > :before AND v.due_at <= :until
) AS limits
GROUP BY current, stage, kind
"""

# Whoever takes over work that goes on accepts in the act: such assignments had nothing to react to.
WAS_ANSWERED: Final = """(accepted_at > assigned_at OR EXISTS (
    SELECT 1 FROM orders AS o WHERE o.id = ai_assignments.order_id AND o.accepted_at = ai_assignments.accepted_at))"""
_REACTIONS = f"""
SELECT accepted_at > :since AS current, count(*) AS n, percentile_cont(0.5) WITHIN GROUP (
    ORDER BY greatest(extract(epoch FROM accepted_at - starts_at), 0)::float8) AS median
FROM ai_assignments
WHERE accepted_at > :before AND accepted_at <= :until AND {WAS_ANSWERED}
GROUP BY 1
"""

_ESCALATIONS = """
SELECT current, count(*) FILTER (WHERE order_id IS NOT NULL) AS orders,
    count(*) FILTER (WHERE order_id IS NOT NULL AND n > 1) AS repeated, sum(n) AS n, sum(complete) AS complete
FROM (
    SELECT current, order_id, count(*) AS n, count(*) FILTER (WHERE resolved_at <= ends OR deadline > ends) AS complete
    FROM (
        SELECT at > :since AS current, CASE WHEN at > :since THEN CAST(:until AS timestamptz) ELSE :since END AS ends,
            order_id, resolved_at, deadline
        FROM escalations WHERE at > :before AND at <= :until
    ) AS e GROUP BY current, order_id
) AS by_order
GROUP BY current
"""

_CONVERTED: Final = {
    Status.UNDER_INSPECTION: "inspection_to_payment",
    Status.AWAITING_PAYMENT: "payment_to_shipment",
}


async def flows(tx: AsyncConnection, period: Period) -> tuple[Flow, Flow]:
    """What happened in the previous period and in this one."""
    span: dict[str, object] = {"before": period.before, "since": period.since, "until": period.until}
    former: dict[str, Any] = {}
    present: dict[str, Any] = {}
    into = {False: former, True: present}
    for row in await _rows(tx, _STAYS, span | {"open": [status.value for status in OPEN_STATUSES]}):
        _put_stay(into[row["current"]], row)
    for row in await _rows(tx, _CONVERSIONS, span):
        into[row["current"]][_CONVERTED[Status(row["from_status"])]] = Tally(row["converted"], row["gone"])
    for row in await _rows(tx, _DELIVERIES, span):
        median, p90 = row["parts"] or (None, None)
        into[row["current"]] |= {"cycle": Spread(row["n"], median, p90), "delivered": row["delivered"]}
    for row in await _rows(tx, _CLOCKS, span):
        clocks = into[row["current"]].setdefault("clocks", {})
        clocks[row["stage"], row["kind"]] = Tally(row["broken"], row["decided"])
    for row in await _rows(tx, _REACTIONS, span):
        into[row["current"]]["reaction"] = Spread(row["n"], row["median"])
    for row in await _rows(tx, _ESCALATIONS, span):
        into[row["current"]] |= {
            "repeated": Tally(row["repeated"], row["orders"]),
            "escalations_complete": Tally(int(row["complete"]), int(row["n"])),
        }
    return Flow(**former), Flow(**present)


def _put_stay(fields: dict[str, Any], row: Mapping[str, Any]) -> None:
    spread = Spread(row["n"], row["median"])
    if row["from_status"] is None:
        fields["any_status"] = spread
    else:
        fields.setdefault("next_status", {})[Status(row["from_status"])] = spread


async def _rows(tx: AsyncConnection, statement: str, parameters: Mapping[str, object]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in (await tx.execute(text(statement), parameters)).mappings()]
